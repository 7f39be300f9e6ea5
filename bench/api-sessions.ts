// What the API's view of live sessions costs: a question over very many of them, the way of one sample into it, and an event on
// its way to all streams. Run it with `node --expose-gc bench/api-sessions.ts`; what a sample costs in the table of live
// sessions, in the same run, is what its cost here is compared with.
import { createSecretKey } from 'node:crypto';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { eventsSchema } from '../api/events/config.ts';
import { Events } from '../api/events/events.ts';
import type { Operation, OperationAnswer } from '../api/operation.ts';
import type { Scope } from '../api/scope.ts';
import { placeText } from '../api/sessions/epoch.ts';
import { LiveSessions } from '../api/sessions/live-sessions.ts';
import { sessionOperations } from '../api/sessions/operations.ts';
import { SessionGauges } from '../receiver/session-gauges/session-gauges.ts';
import { SessionTable } from '../receiver/session-gauges/session-table.ts';
import { testSettings } from '../test/support/component-settings.ts';
import { VirtualClock } from '../test/support/virtual-clock.ts';
import { sampleBatches, START_MS, threadCpuMs } from './gauges-load.ts';

const SESSION_COUNTS = [10_000, 100_000] as const;
const REQUESTS = 60;
const ROUNDS = 20;
const STREAM_COUNTS = [0, 1, 10, 100] as const;
const STREAMED_SESSIONS = 5_000;
const EPOCH = 'bench';

async function call(
  operation: Operation,
  query: Readonly<Record<string, string>>,
  scopes: readonly Scope[] = [operation.scope],
  signal = new AbortController().signal,
): Promise<OperationAnswer> {
  const request = {
    caller: { clientId: 'bench', scopes: new Set(scopes) },
    path: undefined,
    query: operation.query!.parse(query),
    body: undefined,
    header: () => undefined,
    signal,
  };
  return operation.handle(request as never);
}

/** A hub that judges sessions, one in twenty degraded and one in a hundred critical, with the API watching it. */
async function watchedSessions(sessionCount: number) {
  const clock = new VirtualClock(START_MS);
  const hub = new SessionGauges({ clock });
  const reader = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  const sink = hub.sink('metrics', [reader]);
  const sessions = new LiveSessions();
  hub.watch((batch) => void sessions.take(batch, clock.nowMs()));
  let index = 0;
  for (const batch of sampleBatches(sessionCount, 0)) {
    await sink.consume(batch);
    for (const { sessionId } of batch.records) {
      hub.setDegradedLevel(sessionId, index % 100 === 0 ? 3 : index % 20 === 0 ? 2 : 0);
      index += 1;
    }
  }
  const [list] = sessionOperations({ clock, sessions, levels: hub, epoch: EPOCH });
  return list!;
}

async function questions(sessionCount: number): Promise<void> {
  const list = await watchedSessions(sessionCount);
  const shapes: [string, Record<string, string>][] = [
    ['all of them', {}],
    ['all of them, limit=1000', { limit: '1000' }],
    ['`metrics.mos<3.5 && edge==…`', { filter: "metrics.mos<3.5 && edge=='edge-7'" }],
    ['a filter that nothing passes', { filter: 'metrics.mos<1' }],
    ['`degraded=degraded,critical`', { degraded: 'degraded,critical' }],
    [
      'a page from the middle, with the filter',
      {
        filter: "metrics.mos<3.5 && edge=='edge-7'",
        after: placeText(EPOCH, sessionCount / 2),
      },
    ],
    ['the last page', { after: placeText(EPOCH, sessionCount - 50) }],
  ];
  for (const [name, query] of shapes) {
    const durationsMs: number[] = [];
    let [found, total, byteCount] = [0, '' as number | string, 0];
    for (let request = 0; request < REQUESTS + 5; request++) {
      const startedMs = performance.now();
      const answer = await call(list, query);
      const { body } = answer as { body: { sessions: unknown[]; total?: number } };
      byteCount = JSON.stringify(body).length;
      if (request >= 5) durationsMs.push(performance.now() - startedMs);
      [found, total] = [body.sessions.length, body.total ?? ''];
    }
    durationsMs.sort((one, other) => one - other);
    const p = (share: number) => `${durationsMs[Math.floor(share * durationsMs.length)]!.toFixed(1)} ms`;
    console.log(
      `| ${sessionCount} | ${name} | ${found} | ${total} | ${Math.round(byteCount / 1_000)} kB | ${p(0.5)} | ${p(0.95)} |`,
    );
  }
}

/** Steady state: every session is known. Both see the same batches, in turn. */
function takeAgainstRecord(sessionCount: number): void {
  const table = new SessionTable();
  const sessions = new LiveSessions();
  let [tableMs, sessionsMs, sampleCount] = [0, 0, 0];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const batch of sampleBatches(sessionCount, round)) {
      const nowMs = START_MS + round * 5_000;
      const startedMs = threadCpuMs();
      for (const record of batch.records) {
        if (record.kind === 'sample') table.record(record, nowMs, batch.sessionTimeoutMs);
      }
      const betweenMs = threadCpuMs();
      sessions.take(batch, nowMs);
      const endedMs = threadCpuMs();
      if (round === 0) continue;
      tableMs += betweenMs - startedMs;
      sessionsMs += endedMs - betweenMs;
      sampleCount += batch.records.length;
    }
  }
  const ns = (ms: number) => (ms * 1e6) / sampleCount;
  const ratio = (sessionsMs / tableMs).toFixed(2);
  console.log(
    `| ${sessionCount} | ${Math.round(ns(tableMs))} ns | ${Math.round(ns(sessionsMs))} ns | ${ratio} | ${bytesPerSession(sessionCount)} B |`,
  );
}

/** Beyond the newest record of each session, which it keeps alive. */
function bytesPerSession(sessionCount: number): number {
  const batches = [...sampleBatches(sessionCount, 0)];
  globalThis.gc!();
  const before = process.memoryUsage().heapUsed;
  const sessions = new LiveSessions();
  for (const batch of batches) sessions.take(batch, START_MS);
  globalThis.gc!();
  const grown = process.memoryUsage().heapUsed - before;
  // Keeps both alive until here.
  if (batches.length === 0 || sessions.knownCount !== sessionCount) throw new Error('sessions are missing');
  return Math.round(grown / sessionCount);
}

/** CPU of one event, from its being appended until all streams have written it to a client that throws it away. */
async function fanOut(
  streamCount: number,
  query: Record<string, string>,
  scopes: readonly Scope[],
): Promise<number> {
  const clock = new VirtualClock(START_MS);
  const events = new Events({
    settings: testSettings({ id: 'api', clock }),
    config: eventsSchema.parse({ max_streams: 100 }),
    sessions: new LiveSessions(),
    epoch: EPOCH,
    pseudonymKey: createSecretKey(Buffer.from('bench')),
  });
  const client = new AbortController();
  let byteCount = 0;
  const writer = {
    write(text: string) {
      byteCount += text.length;
      return Promise.resolve();
    },
  };
  const running: Promise<void>[] = [];
  for (let stream = 0; stream < streamCount; stream++) {
    const answer = await call(events.operation, query, scopes, client.signal);
    if ('stream' in answer) running.push(answer.stream(writer));
  }
  let [measuredMs, eventCount] = [0, 0];
  for (let round = 0; round <= 10; round++) {
    for (const { records } of sampleBatches(STREAMED_SESSIONS, round)) {
      await eventLoopTurn();
      const startedMs = threadCpuMs();
      events.append(records);
      clock.advance(50);
      for (let turn = 0; turn < 3; turn++) await eventLoopTurn();
      if (round === 0) continue;
      measuredMs += threadCpuMs() - startedMs;
      eventCount += records.length;
    }
  }
  client.abort();
  await Promise.all(running);
  if (streamCount > 0 && byteCount === 0) throw new Error('nothing was written');
  return (measuredMs * 1e6) / eventCount;
}

console.log('| sessions | asked for | found | of all | answer | p50 | p95 |');
console.log('|---:|---|---:|---:|---:|---:|---:|');
for (const sessionCount of SESSION_COUNTS) await questions(sessionCount);

console.log('\n| sessions | record in the session table | take | of that | memory per session |');
console.log('|---:|---:|---:|---:|---:|');
for (const sessionCount of SESSION_COUNTS) takeAgainstRecord(sessionCount);

console.log('\n| streams | all events, with ids | pseudonyms | `metrics.mos<3.2` |');
console.log('|---:|---:|---:|---:|');
const [OPEN, CLOSED]: (readonly Scope[])[] = [['realtime:read', 'sessions:read'], ['realtime:read']];
for (const streamCount of STREAM_COUNTS) {
  const costs = [
    await fanOut(streamCount, {}, OPEN!),
    await fanOut(streamCount, {}, CLOSED!),
    await fanOut(streamCount, { filter: 'metrics.mos<3.2' }, OPEN!),
  ];
  console.log(`| ${streamCount} | ${costs.map((cost) => `${(cost / 1_000).toFixed(2)} µs`).join(' | ')} |`);
}
