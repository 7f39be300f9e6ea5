import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DataPointType, type MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Component } from '../../../collector/component.ts';
import { acceptsDegradedLevels } from '../../../receiver/session-gauges/degraded-level.ts';
import { GAUGES } from '../../../receiver/session-gauges/catalogue.ts';
import { sessionGaugesHub } from '../../../receiver/session-gauges/factory.ts';
import type { SessionSelection } from '../../../receiver/session-gauges/select-rows.ts';
import { isQualityFeed } from '../../../receiver/session-gauges/quality-feed.ts';
import { SessionGauges } from '../../../receiver/session-gauges/session-gauges.ts';
import type { QualityBatch } from '../../../receiver/sample.ts';
import { bySession, metricNames, pointsOf } from '../../support/collected-metrics.ts';
import { testHost, testSettings } from '../../support/component-settings.ts';
import { endedEvent, qualityBatch, qualitySample, SAMPLE_START_MS } from '../../support/quality-sample.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const ALL: SessionSelection = { sessions: 'all', worstCount: 100 };
const SESSIONS = 'webrtc.video.sessions';
const MOS = 'webrtc.video.mos';

function exporter(): Component {
  return { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
}

/** A hub with one pipeline that one exporter reads. */
function oneOfEach(selection = ALL) {
  const clock = new VirtualClock();
  const hub = new SessionGauges({ clock });
  const reader = exporter();
  const sink = hub.sink('metrics', [reader]);
  return { clock, hub, sink, producer: hub.producer(reader, selection) };
}

async function counts(producer: MetricProducer): Promise<Record<string, unknown>> {
  const points = pointsOf(await producer.collect(), SESSIONS);
  return Object.fromEntries(
    points.map(({ attributes, value }) => [
      (attributes['webrtc.session.state'] as string | undefined) ?? 'any',
      value,
    ]),
  );
}

describe('SessionGauges', () => {
  it('is what the factory makes, and takes the levels of the processor', () => {
    const hub = sessionGaugesHub.create(testSettings());
    assert.equal(sessionGaugesHub.consumes, 'quality');
    assert.ok(acceptsDegradedLevels(hub));
  });

  it('shows a sample in its units, with the attributes of its session', async () => {
    const { sink, producer } = oneOfEach();
    const dimensions = { edge: 'fra-3' };
    await sink.consume(
      qualityBatch(qualitySample({ mos: 3.9, rttMs: 80, agentId: 'a-1', codec: 'VP8', dimensions })),
    );
    const collected = await producer.collect();
    const attributes = { 'session.id': 's-1', 'agent.id': 'a-1', 'webrtc.codec': 'VP8', edge: 'fra-3' };
    assert.deepEqual(pointsOf(collected, MOS), [{ attributes, timeMs: SAMPLE_START_MS, value: 3.9 }]);
    assert.deepEqual(pointsOf(collected, 'webrtc.video.round_trip_time')[0]!.value, 0.08);
  });

  it('shows what the picture is like, for the sessions of which it is known', async () => {
    const { sink, producer } = oneOfEach();
    await sink.consume(
      qualityBatch(
        qualitySample({
          experience: 2.4,
          experienceCauses: ['freeze'],
          framesDroppedPercent: 5,
          outage: false,
        }),
        qualitySample({ sessionId: 's-2', outage: true }),
        qualitySample({ sessionId: 's-3', mos: 4 }),
      ),
    );
    const collected = await producer.collect();
    assert.deepEqual(bySession(collected, 'webrtc.video.experience'), { 's-1': 2.4 });
    assert.deepEqual(bySession(collected, 'webrtc.video.frames_dropped'), { 's-1': 0.05 });
    assert.deepEqual(bySession(collected, 'webrtc.video.outage'), { 's-1': 0, 's-2': 1 });
    assert.deepEqual(pointsOf(collected, 'webrtc.video.experience')[0]!.attributes, { 'session.id': 's-1' });
    const distributions = metricNames(collected).filter((name) => name.endsWith('.distribution'));
    assert.deepEqual(distributions, [
      `${MOS}.distribution`,
      'webrtc.video.experience.distribution',
      'webrtc.video.frames_dropped.distribution',
    ]);
  });

  it('leaves out metrics that no session has', async () => {
    const { sink, producer } = oneOfEach();
    await sink.consume(qualityBatch(qualitySample({ mos: 4 })));
    assert.deepEqual(metricNames(await producer.collect()), [SESSIONS, `${MOS}.distribution`, MOS]);
  });

  it('has gauges and cumulative histograms only', async () => {
    const { sink, producer } = oneOfEach();
    await sink.consume(qualityBatch(qualitySample({ mos: 4 })));
    const { resourceMetrics } = await producer.collect();
    for (const metric of resourceMetrics.scopeMetrics[0]!.metrics) {
      const isHistogram = metric.descriptor.name.endsWith('.distribution');
      assert.equal(metric.dataPointType, isHistogram ? DataPointType.HISTOGRAM : DataPointType.GAUGE);
    }
  });

  it('shows an ended session no more', async () => {
    const { sink, producer } = oneOfEach();
    await sink.consume(qualityBatch(qualitySample({ mos: 4 }), qualitySample({ sessionId: 's-2', mos: 3 })));
    await sink.consume(qualityBatch(endedEvent()));
    assert.deepEqual(bySession(await producer.collect(), MOS), { 's-2': 3 });
    assert.deepEqual(await counts(producer), { any: 1 });
  });

  it('keeps showing a disconnected session until it has been silent for its timeout', async () => {
    const { clock, sink, producer } = oneOfEach();
    await sink.consume(qualityBatch(qualitySample({ mos: 4 })));
    await sink.consume(qualityBatch(endedEvent({ type: 'disconnected' })));
    clock.advance(59_999);
    assert.deepEqual(bySession(await producer.collect(), MOS), { 's-1': 4 });
    clock.advance(1);
    assert.deepEqual(bySession(await producer.collect(), MOS), {});
  });

  it('keeps the histograms when sessions are gone', async () => {
    const { sink, producer } = oneOfEach();
    await sink.consume(qualityBatch(qualitySample({ mos: 4 }), endedEvent()));
    const [point] = pointsOf(await producer.collect(), `${MOS}.distribution`);
    assert.equal((point!.value as { count: number }).count, 1);
  });

  it('stamps points with the time of the export, and no two exports with the same', async () => {
    const { clock, sink, producer } = oneOfEach();
    await sink.consume(qualityBatch(qualitySample({ mos: 4 })));
    clock.advance(10_000);
    const timeOf = async () => pointsOf(await producer.collect(), MOS)[0]!.timeMs - SAMPLE_START_MS;
    assert.deepEqual([await timeOf(), await timeOf()], [10_000, 10_001]);
  });

  describe('the degraded level', () => {
    it('is not claimed while nothing judges sessions', async () => {
      const { hub, sink, producer } = oneOfEach();
      await hub.start(testHost());
      await sink.consume(qualityBatch(qualitySample()));
      assert.deepEqual(pointsOf(await producer.collect(), 'webrtc.video.degraded'), []);
      assert.deepEqual(await counts(producer), { any: 1 });
    });

    it('is 0 from the start when a logs pipeline judges them', async () => {
      const { hub, sink, producer } = oneOfEach();
      await hub.start(testHost({}, { hasLogsHub: true }));
      await sink.consume(qualityBatch(qualitySample()));
      assert.deepEqual(bySession(await producer.collect(), 'webrtc.video.degraded'), { 's-1': 0 });
    });

    it('is what the processor set, and counts the sessions by state', async () => {
      const { hub, sink, producer } = oneOfEach();
      const sessionIds = ['s-1', 's-2', 's-3', 's-4', 's-5'];
      await sink.consume(qualityBatch(...sessionIds.map((sessionId) => qualitySample({ sessionId }))));
      hub.setDegradedLevel('s-2', 1);
      hub.setDegradedLevel('s-3', 2);
      hub.setDegradedLevel('s-4', 3);
      const levels = bySession(await producer.collect(), 'webrtc.video.degraded');
      assert.deepEqual(levels, { 's-1': 0, 's-2': 1, 's-3': 2, 's-4': 3, 's-5': 0 });
      assert.deepEqual(await counts(producer), { ok: 2, candidate: 1, degraded: 1, critical: 1 });
    });
  });

  it('shows only the chosen sessions, and all of them in the metrics over sessions', async () => {
    const { hub, sink, producer } = oneOfEach({ sessions: 'degraded', worstCount: 1 });
    const samples = ['s-1', 's-2'].map((sessionId) => qualitySample({ sessionId, mos: 3 }));
    await sink.consume(qualityBatch(...samples));
    hub.setDegradedLevel('s-2', 2);
    const collected = await producer.collect();
    assert.deepEqual(bySession(collected, MOS), { 's-2': 3 });
    const [distribution] = pointsOf(collected, `${MOS}.distribution`);
    assert.equal((distribution!.value as { count: number }).count, 2);
    assert.deepEqual(await counts(producer), { ok: 1, candidate: 0, degraded: 1, critical: 0 });
  });

  it('leaves out a session that ends while the export is under way', async () => {
    const { sink, producer } = oneOfEach();
    await sink.consume(qualityBatch(qualitySample({ mos: 4 }), qualitySample({ sessionId: 's-2', mos: 3 })));
    const collecting = producer.collect();
    await sink.consume(qualityBatch(endedEvent()));
    assert.deepEqual(bySession(await collecting, MOS), { 's-2': 3 });
  });

  it('shows a session once that loses its row and comes back in another while the export is under way', async () => {
    const { clock, sink, producer } = oneOfEach();
    const others = Array.from({ length: 20_000 }, (_, index) =>
      qualitySample({ sessionId: `t-${index}`, mos: 3 }),
    );
    await sink.consume(qualityBatch(qualitySample({ mos: 4 })));
    clock.advance(59_999);
    await sink.consume(qualityBatch(...others));
    const collecting = producer.collect();
    clock.advance(1);
    // The next collection sweeps the first row free; a new session takes it, and the old one comes back in a later row.
    const sweeping = producer.collect();
    const observedAtMs = SAMPLE_START_MS + 60_000;
    await sink.consume(
      qualityBatch(qualitySample({ sessionId: 'new', mos: 2 }), qualitySample({ mos: 1, observedAtMs })),
    );
    await sweeping;
    const sessions = pointsOf(await collecting, MOS).map(({ attributes }) => attributes['session.id']);
    assert.equal(new Set(sessions).size, sessions.length);
    assert.ok(!sessions.includes('new'));
  });

  it('describes a session in all points of an export as it was when the export began', async () => {
    const { sink, producer } = oneOfEach();
    const sampled = (codec: string, observedAtMs: number) =>
      sink.consume(qualityBatch(qualitySample({ codec, mos: 4, rttMs: 80, observedAtMs })));
    await sampled('VP8', SAMPLE_START_MS);
    const collecting = producer.collect();
    await sampled('VP9', SAMPLE_START_MS + 1);
    const collected = await collecting;
    const codecs = [MOS, 'webrtc.video.round_trip_time'].flatMap((name) =>
      pointsOf(collected, name).map(({ attributes }) => attributes['webrtc.codec']),
    );
    assert.deepEqual(codecs, ['VP8', 'VP8']);
  });

  it('lets the event loop turn during an export', async () => {
    const { sink, producer } = oneOfEach();
    await sink.consume(qualityBatch(qualitySample({ mos: 4 })));
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await producer.collect();
    isOver = true;
    const { length } = GAUGES;
    assert.ok(turns >= 2 * length, `${turns} turns for ${length} gauges and their histograms`);
  });

  describe('with several pipelines', () => {
    it('counts what two pipelines bring to the same exporters once', async () => {
      const hub = new SessionGauges({ clock: new VirtualClock() });
      const reader = exporter();
      const sinks = [hub.sink('metrics', [reader]), hub.sink('metrics/2', [reader])];
      const batch = qualityBatch(qualitySample({ mos: 4 }));
      for (const sink of sinks) await sink.consume(batch);
      const collected = await hub.producer(reader, ALL).collect();
      const [distribution] = pointsOf(collected, `${MOS}.distribution`);
      assert.equal((distribution!.value as { count: number }).count, 1);
      assert.equal(pointsOf(collected, MOS).length, 1);
    });

    it('shows each exporter what its own pipelines brought', async () => {
      const hub = new SessionGauges({ clock: new VirtualClock() });
      const [grafana, datadog, both] = [exporter(), exporter(), exporter()];
      const first = hub.sink('metrics/grafana', [grafana, both]);
      const second = hub.sink('metrics/datadog', [datadog, both]);
      await first.consume(qualityBatch(qualitySample({ sessionId: 's-1', mos: 4 })));
      await second.consume(qualityBatch(qualitySample({ sessionId: 's-2', mos: 3 })));
      hub.setDegradedLevel('s-2', 2);
      const seen = async (reader: Component, name: string) =>
        bySession(await hub.producer(reader, ALL).collect(), name);
      assert.deepEqual(await seen(grafana, MOS), { 's-1': 4 });
      assert.deepEqual(await seen(datadog, MOS), { 's-2': 3 });
      assert.deepEqual(await seen(both, MOS), { 's-1': 4, 's-2': 3 });
      assert.deepEqual(await seen(both, 'webrtc.video.degraded'), { 's-1': 0, 's-2': 2 });
    });

    it('keeps one table for exporters of the same pipelines, so that a sample is recorded once', async () => {
      const hub = new SessionGauges({ clock: new VirtualClock() });
      const readers = [exporter(), exporter()];
      await hub.sink('metrics', readers).consume(qualityBatch(qualitySample({ mos: 4 })));
      const [one, two] = await Promise.all(
        readers.map(async (reader) => pointsOf(await hub.producer(reader, ALL).collect(), MOS)),
      );
      // The attributes object is the row's own: only one and the same table gives out the same one.
      assert.equal(one![0]!.attributes, two![0]!.attributes);
    });
  });

  it('has a life without events', async () => {
    const { hub, sink, producer } = oneOfEach();
    await hub.shutdown();
    await hub.start(testHost());
    await sink.consume(qualityBatch(qualitySample({ mos: 4 })));
    await hub.shutdown();
    await hub.shutdown();
    assert.deepEqual(bySession(await producer.collect(), MOS), { 's-1': 4 });
  });
});

describe('the feed of the hub', () => {
  /** A hub with two pipelines, and what its watcher has been shown. */
  function watched() {
    const hub = new SessionGauges({ clock: new VirtualClock() });
    const sinks = ['metrics', 'metrics/2'].map((id) => hub.sink(id, [exporter()]));
    const shown: QualityBatch[] = [];
    const end = hub.watch((batch) => shown.push(batch));
    return { hub, sinks, shown, end };
  }

  it('shows a batch once, though two pipelines bring it', async () => {
    const { hub, sinks, shown } = watched();
    assert.ok(isQualityFeed(hub));
    const [one, other] = [qualityBatch(qualitySample()), qualityBatch(qualitySample())];
    for (const batch of [one, other]) for (const sink of sinks) await sink.consume(batch);
    assert.deepEqual(shown, [one, other]);
    assert.equal(shown[0], one);
  });

  it('shows nothing any more to who has ended it', async () => {
    const { sinks, shown, end } = watched();
    end();
    await sinks[0]!.consume(qualityBatch(qualitySample()));
    assert.deepEqual(shown, []);
  });

  it('knows the level of a live session where something judges it', async () => {
    const { hub, sinks } = watched();
    await sinks[1]!.consume(qualityBatch(qualitySample()));
    assert.equal(hub.degradedLevelOf('s-1'), undefined);
    hub.setDegradedLevel('s-1', 2);
    assert.equal(hub.degradedLevelOf('s-1'), 2);
    assert.equal(hub.degradedLevelOf('s-2'), undefined);
    await sinks[1]!.consume(qualityBatch(endedEvent()));
    assert.equal(hub.degradedLevelOf('s-1'), undefined);
  });
});
