import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Settings } from '../../../collector/component.ts';
import { buildGraph } from '../../../collector/graph/graph.ts';
import { type NodeName, nodeKey } from '../../../collector/graph/node.ts';
import { configOf, fakeDistribution, Recorder, type Wiring } from '../../support/fake-distribution.ts';

const TWO_PIPELINES: Wiring = {
  extensions: ['plain/b', 'plain/a'],
  pipelines: {
    metrics: { receivers: ['fake'], processors: ['pass'], exporters: ['gauges'] },
    logs: { receivers: ['fake'], processors: ['pass', 'judge'], exporters: ['hook/siem', 'hook/queue'] },
  },
  unused: ['receiver:fake/idle', 'exporter:hook/idle', 'extension:plain/idle'],
};

function build(wiring: Wiring) {
  const recorder = new Recorder();
  const distribution = fakeDistribution(recorder);
  const names: NodeName[] = [];
  const graph = buildGraph(configOf(distribution, wiring), distribution, (name) => {
    names.push(name);
    return { id: name.id } as Settings;
  });
  return { recorder, graph, keys: names.map(nodeKey) };
}

describe('buildGraph', () => {
  it('makes one instance per receiver and exporter, one processor per pipeline, one hub per signal, and nothing unused', () => {
    const { keys } = build(TWO_PIPELINES);
    assert.deepEqual(keys.toSorted(), [
      'exporter:gauges',
      'exporter:hook/queue',
      'exporter:hook/siem',
      'extension:plain/a',
      'extension:plain/b',
      'hub:logs',
      'hub:metrics',
      'processor:judge@logs',
      'processor:pass@logs',
      'processor:pass@metrics',
      'receiver:fake',
    ]);
  });

  it('shares receivers and exporters between pipelines of one signal', () => {
    const { keys } = build({
      pipelines: {
        'logs/a': { receivers: ['fake'], processors: ['judge'], exporters: ['hook'] },
        'logs/b': { receivers: ['fake', 'fake/2'], processors: ['judge'], exporters: ['hook'] },
      },
    });
    assert.deepEqual(keys.toSorted(), [
      'exporter:hook',
      'hub:logs',
      'processor:judge@logs/a',
      'processor:judge@logs/b',
      'receiver:fake',
      'receiver:fake/2',
    ]);
  });

  it('passes data through the processors in order and ends in the sink of its pipeline', async () => {
    const { recorder } = build(TWO_PIPELINES);
    await recorder.nexts.get('fake')!.consume('x');
    const arrived = recorder.batches.filter(([key]) => key.startsWith('hub:'));
    assert.deepEqual(arrived.toSorted(), [
      ['hub:logs', 'x>pass>judge>logs[2]'],
      ['hub:metrics', 'x>pass>metrics[1]'],
    ]);
  });

  it('leads straight into the hub when a pipeline has no processor', async () => {
    const { recorder } = build({ pipelines: { metrics: { receivers: ['fake'], exporters: ['gauges'] } } });
    await recorder.nexts.get('fake')!.consume('x');
    assert.deepEqual(recorder.batches, [['hub:metrics', 'x>metrics[1]']]);
  });

  it('orders extensions as listed and processors by their place in the pipeline', () => {
    const { graph } = build(TWO_PIPELINES);
    assert.deepEqual(
      graph.extensions.map(({ name }) => name.id),
      ['plain/b', 'plain/a'],
    );
    assert.deepEqual(
      graph.processors.map((stage) => stage.map(({ name }) => nodeKey(name))),
      [['processor:pass@metrics', 'processor:pass@logs'], ['processor:judge@logs']],
    );
  });

  describe('with exporters that others name', () => {
    const wiring: Wiring = {
      pipelines: {
        logs: { receivers: ['fake'], processors: ['judge'], exporters: ['hook/siem', 'hook/queue'] },
        metrics: { receivers: ['fake'], exporters: ['gauges'] },
      },
      unused: ['exporter:hook/mail', 'exporter:hook/sms', 'exporter:hook/idle', 'exporter:hook/idler'],
    };
    function buildNamed(named: Readonly<Record<string, readonly string[]>>) {
      const recorder = new Recorder();
      const distribution = fakeDistribution(recorder);
      const config = { ...configOf(distribution, wiring), namedExporters: new Map(Object.entries(named)) };
      const graph = buildGraph(config, distribution, ({ id }) => ({ id }) as Settings);
      return { recorder, exporters: graph.exporters.map(({ name }) => name.id) };
    }

    it('builds those that one in a pipeline names, directly or not, each once and before who names it', () => {
      const { exporters } = buildNamed({
        'hook/siem': ['hook/mail', 'hook/queue'],
        'hook/mail': ['hook/sms'],
        'hook/queue': ['hook/mail'],
        'hook/idle': ['hook/idler'],
      });
      assert.deepEqual(exporters, ['hook/sms', 'hook/mail', 'hook/queue', 'hook/siem', 'gauges']);
    });

    it('builds a ring too', () => {
      const { exporters } = buildNamed({ 'hook/siem': ['hook/mail'], 'hook/mail': ['hook/siem'] });
      assert.deepEqual(exporters.toSorted(), ['gauges', 'hook/mail', 'hook/queue', 'hook/siem']);
    });

    it('hands them nothing of the pipeline', async () => {
      const { recorder } = buildNamed({ 'hook/siem': ['hook/mail'] });
      await recorder.nexts.get('fake')!.consume('x');
      assert.ok(recorder.batches.some(([, batch]) => batch === 'x>judge>logs[2]'));
    });

    it('refuses one of another signal', () => {
      assert.throws(() => buildNamed({ gauges: ['hook/mail'] }), {
        message: 'service::pipelines::metrics: "hook/mail" carries logs where metrics is needed',
      });
    });
  });

  it('starts nothing', () => {
    const { recorder } = build(TWO_PIPELINES);
    assert.deepEqual(recorder.callsOf('start', 'shutdown', 'flush'), []);
  });

  it('names the component whose creation failed, and keeps the cause', () => {
    const distribution = fakeDistribution(new Recorder());
    const cause = new Error('bad templates');
    assert.throws(
      () =>
        buildGraph(configOf(distribution, TWO_PIPELINES), distribution, ({ id }) => {
          if (id === 'hook/siem') throw cause;
          return { id } as Settings;
        }),
      { message: 'failed to build "hook/siem" exporter: bad templates', cause },
    );
  });

  const misfits: { rule: string; pipelines: Wiring['pipelines']; message: string }[] = [
    {
      rule: 'a logs pipeline without the processor that decides',
      pipelines: { logs: { receivers: ['fake'], exporters: ['hook'] } },
      message: 'service::pipelines::logs: "fake" carries quality where transitions is needed',
    },
    {
      rule: 'a metrics pipeline with the processor that decides',
      pipelines: { metrics: { receivers: ['fake'], processors: ['judge'], exporters: ['gauges'] } },
      message: 'service::pipelines::metrics: "judge" carries transitions where quality is needed',
    },
    {
      rule: 'processors in the wrong order',
      pipelines: { logs: { receivers: ['fake'], processors: ['judge', 'pass'], exporters: ['hook'] } },
      message: 'service::pipelines::logs: "pass" carries quality where transitions is needed',
    },
    {
      rule: 'an exporter in a pipeline of the other signal',
      pipelines: { metrics: { receivers: ['fake'], exporters: ['hook'] } },
      message: 'service::pipelines::metrics: "hook" carries logs where metrics is needed',
    },
  ];
  for (const { rule, pipelines, message } of misfits) {
    it(`refuses ${rule}`, () => {
      assert.throws(() => build({ pipelines }), { message });
    });
  }
});
