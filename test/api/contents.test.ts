// What the API tells of a process, put together: fed by the hub, each record once, and only what there is.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { ApiConfig } from '../../api/config.ts';
import { ProcessContents } from '../../api/contents.ts';
import { apiFactory } from '../../api/factory.ts';
import type { Operation, OperationAnswer } from '../../api/operation.ts';
import type { Host } from '../../collector/component.ts';
import type { DatabaseOptions } from '../../collector/extension/storage.ts';
import { SessionGauges } from '../../receiver/session-gauges/session-gauges.ts';
import { testHost, testSettings } from '../support/component-settings.ts';
import { MemoryDatabase } from '../support/memory-database.ts';
import { qualityBatch, qualitySample } from '../support/quality-sample.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const idle = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
/** Opens everything in memory. */
const storage = {
  ...idle,
  open: (_name: string, { migrations }: DatabaseOptions) => Promise.resolve(new MemoryDatabase(migrations)),
};

const clock = new VirtualClock();
let contents: ProcessContents | undefined;

afterEach(() => contents?.close());

/** The contents over a hub of two pipelines. */
async function open(section: object = {}, host: Partial<Host> = {}) {
  const hub = new SessionGauges({ clock });
  const sinks = ['metrics', 'metrics/2'].map((id) => hub.sink(id, [{ ...idle }]));
  contents = new ProcessContents(
    testSettings({ id: 'api', clock }),
    apiFactory.configSchema.parse(section) as ApiConfig,
  );
  const ofTest = testHost({ file_storage: storage });
  const operations = await contents.open({
    ...ofTest,
    hub: (signal) => (signal === 'metrics' ? hub : undefined),
    ...host,
  });
  return { sinks, operations };
}

async function ask(operations: readonly Operation[], id: string, body?: unknown): Promise<OperationAnswer> {
  const operation = operations.find(({ operationId }) => operationId === id)!;
  return operation.handle({
    caller: { clientId: 'test', scopes: new Set([operation.scope]) },
    query: operation.query?.parse({}),
    body: operation.body?.parse(body),
    header: () => 'application/json',
    signal: new AbortController().signal,
  } as never);
}

const idsOf = (operations: readonly Operation[]) => operations.map(({ operationId }) => operationId);

describe('what the API tells of', () => {
  it('is each record once, though two pipelines bring it and its sender repeats it', async () => {
    const { sinks, operations } = await open();
    for (let time = 0; time < 2; time += 1) {
      // What was refused for now comes again, in another batch.
      const batch = qualityBatch(qualitySample({ mos: 4 }), qualitySample({ sessionId: 's-2', mos: 3 }));
      for (const sink of sinks) await sink.consume(batch);
    }
    const counted = await ask(operations, 'queryAnalytics', { select: ['count'] });
    assert.match(JSON.stringify(counted), /"data":\{"count":2\}/);
    const latest = await ask(operations, 'streamEvents');
    assert.equal('body' in latest && (latest.body as { entities: unknown[] }).entities.length, 2);
    const listed = await ask(operations, 'listSessions');
    assert.match(JSON.stringify(listed), /"sampleCount":1.*"sampleCount":1.*"total":2/);
  });

  it('ends with the process: the hub is not listened to any more', async () => {
    const { sinks, operations } = await open();
    await contents!.close();
    await contents!.close();
    await sinks[0]!.consume(qualityBatch(qualitySample()));
    const listed = await ask(operations, 'listSessions');
    assert.match(JSON.stringify(listed), /"total":0/);
  });

  it('has no incidents where no pipeline makes any, and no query where nothing is rolled up', async () => {
    const whole = await open();
    assert.deepEqual(idsOf(whole.operations), [
      'streamEvents',
      'queryAnalytics',
      'listSessions',
      'getSession',
    ]);
    await contents!.close();
    const { operations } = await open({ rollups: { enabled: false } });
    assert.deepEqual(idsOf(operations), ['streamEvents', 'listSessions', 'getSession']);
  });

  it('needs a metrics pipeline, and a storage that starts before it', async () => {
    await assert.rejects(open({}, { hub: () => undefined }), /needs a metrics pipeline/);
    await assert.rejects(
      open({}, { extensions: new Map() }),
      /needs a storage extension that starts before it: in service::extensions, list file_storage before api/,
    );
  });
});
