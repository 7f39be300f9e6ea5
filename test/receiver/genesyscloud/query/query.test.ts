// The source against the stand-in, in memory and on the virtual clock.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { StandInAnswer } from '../../../support/genesys-stand-in.ts';
import { assertNoLeak, CANARY } from '../../../support/no-leak.ts';
import {
  guideSample,
  type ListeningOptions,
  type ListeningReceiver,
  listenToStandIn,
} from '../listening-receiver.ts';

const MINUTE_MS = 60_000;

let running: ListeningReceiver;

afterEach(() => running.stop());

async function listen(query: Record<string, unknown> = {}, options: ListeningOptions = {}): Promise<void> {
  running = await listenToStandIn({
    format: 'ndjson',
    historyLagMs: 0,
    ...options,
    config: { query: { enabled: true, ...query }, ...options.config },
  });
  running.clock.every(10_000, () => running.standIn.heartbeat());
}

const ALONE = { config: { realtime: { enabled: false } } };

const asked = () =>
  running.standIn.requests
    .filter(({ request }) => request.url.pathname === '/api/v2/analytics/query')
    .map(({ atMs, request }) => ({ atMs, body: JSON.parse(request.body) as Record<string, unknown> }));
const counts = () => asked().filter(({ body }) => JSON.stringify(body.group) === '[]');

function sample(sessionId = 'one', fields: Record<string, unknown> = guideSample()): void {
  running.standIn.send([running.standIn.happen(sessionId, fields)]);
}

const answered = (body: unknown): StandInAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(body),
});

const gauge = (name: string, aggregate: string, group?: string) =>
  running.settings.recorded(`webrtc.genesys.query.${name}`, {
    receiver: 'genesyscloud',
    aggregate,
    ...(group !== undefined && { group }),
  });
const lastStatus = () => running.settings.statuses.at(-1);

describe('the query for trends', () => {
  it("is the guide's, to the letter", async () => {
    await listen({}, ALONE);
    assert.deepEqual(asked()[0]!.body, {
      eventTypes: ['webrtc-video'],
      interval: 'PT5M',
      select: ['metrics.mos.avg', 'metrics.packetLossPercent.avg', 'metrics.jitter.ms.avg', 'count'],
      group: ['metrics.mos.avg'],
      where: 'timestamp > now() - 24h',
    });
    assert.equal(running.standIn.requests[0]!.request.method, 'POST');
  });

  it('goes out every five minutes, also alone', async () => {
    await listen({}, ALONE);
    await running.pass(16 * MINUTE_MS);
    const [first, ...others] = asked();
    assert.deepEqual(
      others.map(({ atMs }) => (atMs - first!.atMs) / MINUTE_MS),
      [5, 10, 15],
    );
  });

  it('becomes gauges in the units of OpenTelemetry, of the newest interval alone', async () => {
    await listen({ group: [] });
    sample('one', guideSample(1.5));
    await running.pass(6 * MINUTE_MS);
    sample('one', guideSample(4));
    sample('two', guideSample(3));
    await running.pass(5 * MINUTE_MS);
    assert.deepEqual(
      [
        await gauge('mos', 'avg'),
        await gauge('packet_loss', 'avg'),
        await gauge('jitter', 'avg'),
        await gauge('events', 'count'),
      ],
      [3.5, 0.001, 0.008, 2],
    );
  });

  it('shows the groups with the most events, and how many it does not', async () => {
    await listen({ group: ['edge'], max_groups: 2, select: ['count'] }, ALONE);
    const row = (edge: string, count: number) => ({ group: { edge }, data: { count } });
    running.standIn.nextOf.query.push(answered({ results: [row('a', 1), row('b', 3), row('c', 2)] }));
    await running.pass(5 * MINUTE_MS);
    assert.deepEqual(
      [
        await gauge('events', 'count', 'edge=a'),
        await gauge('events', 'count', 'edge=b'),
        await gauge('events', 'count', 'edge=c'),
        await running.counted('webrtc.genesys.query.left_out_groups'),
      ],
      [undefined, 3, 2, 1],
    );
  });

  it('is withdrawn when it can not be renewed: an old number is no number', async () => {
    await listen({ group: [] });
    sample();
    await running.pass(5 * MINUTE_MS);
    running.standIn.nextOf.query.push(...Array.from({ length: 99 }, () => ({ status: 503 })));
    await running.pass(14 * MINUTE_MS);
    assert.equal(await gauge('events', 'count'), 1);
    await running.pass(2 * MINUTE_MS);
    assert.equal(await gauge('events', 'count'), undefined);
    assert.match(JSON.stringify(lastStatus()), /query: the platform fails \(503\)/);
    running.standIn.nextOf.query.length = 0;
    await running.pass(6 * MINUTE_MS);
    assert.equal(await gauge('events', 'count'), 1);
    assert.deepEqual(lastStatus(), { kind: 'ok' });
  });

  it('puts nothing into the pipelines, however bad it looks', async () => {
    await listen({ group: [] }, ALONE);
    const batches: unknown[] = [];
    running.onConsume = (batch) => Promise.resolve(void batches.push(batch));
    const bad = { data: { 'metrics.mos.avg': 1, count: 5_000 }, type: 'webrtc-video', session: { id: 'x' } };
    for (let index = 0; index < 10; index += 1)
      running.standIn.nextOf.query.push(answered({ results: [bad] }));
    await running.pass(60 * MINUTE_MS);
    assert.equal(await gauge('mos', 'avg'), undefined);
    assert.ok(asked().length > 10);
    assert.deepEqual(batches, []);
  });

  it('counts what it can not read, and quotes nothing of it', async () => {
    await listen({ select: ['count'], group: [] }, ALONE);
    running.standIn.nextOf.query.push(
      answered({ results: [{ data: { count: CANARY } }, { data: { count: 3 } }] }),
      answered(CANARY),
    );
    await running.pass(5 * MINUTE_MS);
    assert.equal(await gauge('events', 'count'), 3);
    await running.pass(5 * MINUTE_MS);
    assert.equal(await running.counted('webrtc.genesys.unreadable_entries', { source: 'query' }), 3);
    assertNoLeak({ lines: running.settings.lines, statuses: running.settings.statuses });
  });
});

describe('a platform that has no query', () => {
  it('is told once, with what it has instead, and asked every few minutes', async () => {
    await listen({}, ALONE);
    running.standIn.nextOf.query.push(...Array.from({ length: 999 }, () => ({ status: 404 })));
    await running.pass(60 * MINUTE_MS + 5 * MINUTE_MS);
    const told = running.settings.lines.filter(({ msg }) => msg.includes('(404)'));
    assert.equal(told.length, 1);
    assert.match(JSON.stringify(lastStatus()), /query: .*conversation_details.*query\.enabled/);
    assert.ok(asked().length <= 22, `${asked().length} requests`);
  });
});

describe('429', () => {
  it('with Retry-After is obeyed to the second', async () => {
    await listen({}, ALONE);
    running.standIn.nextOf.query.push({ status: 429, headers: { 'retry-after': '90' } });
    await running.pass(10 * MINUTE_MS);
    const [, second, third] = asked();
    assert.equal(third!.atMs - second!.atMs, 90_000);
  });

  it('without it is waited for from 5 s, ever longer, with jitter', async () => {
    await listen({}, ALONE);
    running.standIn.nextOf.query.push(...Array.from({ length: 4 }, () => ({ status: 429 })));
    await running.pass(10 * MINUTE_MS);
    const times = asked().map(({ atMs }) => atMs);
    const waits = times.slice(2, 6).map((atMs, index) => atMs - times[index + 1]!);
    for (const [index, waitMs] of waits.entries()) {
      const stepMs = 5_000 * 2 ** index;
      assert.ok(waitMs >= stepMs && waitMs <= 2 * stepMs, `${waitMs} ms`);
    }
    assert.ok(waits.some((waitMs) => waitMs % 5_000 !== 0));
  });
});

describe('what the stream has missed', () => {
  const missed = () => running.counted('webrtc.genesys.missed_records', { source: 'realtime' });
  const uncounted = () => running.counted('webrtc.genesys.uncounted_gaps', { source: 'realtime' });

  /** Five samples are delivered, five are not, and then again some are. */
  async function gap(): Promise<void> {
    const talk = async (count: number) => {
      for (let tick = 0; tick < count; tick += 1) {
        sample();
        await running.pass(5_000);
      }
    };
    await talk(5);
    running.standIn.next.push({ status: 503 }, { status: 503 });
    running.standIn.cut();
    await talk(5);
    await running.pass(60_000);
    await talk(5);
  }

  it('is counted when history has reached it, by the same endpoint, over exactly the gap', async () => {
    await listen({ lag: '30m' }, { historyLagMs: 20 * MINUTE_MS });
    const startMs = running.clock.nowMs();
    await gap();
    const undelivered = 15 - running.standIn.delivered.size;
    assert.ok(undelivered >= 4);
    await running.pass(25 * MINUTE_MS);
    assert.deepEqual([counts().length, await missed()], [0, 0]);
    await running.pass(10 * MINUTE_MS);
    assert.deepEqual([counts().length, await missed()], [1, undelivered]);
    const { where, ...rest } = counts()[0]!.body;
    assert.deepEqual(rest, {
      eventTypes: ['webrtc', 'webrtc-video'],
      interval: 'PT5M',
      select: ['count'],
      group: [],
    });
    const isStream = ({ request }: { request: { url: URL } }) => request.url.pathname.endsWith('/realtime');
    const heardAgainMs = running.standIn.requests.filter(isStream).at(-1)!.atMs;
    const [from, to] = [startMs + 20_000, heardAgainMs + 1].map((atMs) => new Date(atMs).toISOString());
    // What happened in the very instant of the reconnect belongs to the gap.
    assert.equal(where, `timestamp > '${from}' && timestamp < '${to}'`);
  });

  it('is nothing where the stream was resumed: what has come in is no miss', async () => {
    await listen({ lag: '1m' }, { format: 'sse' });
    await gap();
    await running.pass(10 * MINUTE_MS);
    assert.equal(running.standIn.delivered.size, 15);
    assert.deepEqual([counts().length, await missed()], [1, 0]);
  });

  it('is not what came in and the own filter did not let pass', async () => {
    await listen({ lag: '1m' }, { format: 'sse', config: { filter: 'metrics.mos < 3.5' } });
    await gap();
    await running.pass(10 * MINUTE_MS);
    assert.equal(running.seen.size, 0);
    assert.deepEqual([counts().length, await missed()], [1, 0]);
  });

  it('is only what the stream was to bring: by its filter, too', async () => {
    await listen({ lag: '1m' }, { realtime: { filter: 'metrics.mos < 3.5 || x == 1' } });
    await gap();
    running.standIn.nextOf.query.push(answered({ results: [] }));
    await running.pass(3 * MINUTE_MS);
    assert.match(String(counts()[0]!.body.where), /&& \(metrics\.mos < 3\.5 \|\| x == 1\)$/);
  });

  for (const [what, answer] of [
    ['refuses the question', { status: 400 }],
    ['answers nonsense', answered({ results: [{ data: { count: 'many' } }] })],
    ['answers no rows', answered({ data: [] })],
  ] as const) {
    it(`is known to be not known when the platform ${what}`, async () => {
      await listen({ lag: '1m', poll_interval: '24h' });
      await gap();
      running.standIn.nextOf.query.push(answer);
      await running.pass(10 * MINUTE_MS);
      assert.deepEqual([await missed(), await uncounted(), counts().length], [0, 1, 1]);
      assert.deepEqual(lastStatus(), { kind: 'ok' });
    });
  }

  it('is asked for again when the platform fails', async () => {
    await listen({ lag: '1m', poll_interval: '24h' });
    await gap();
    running.standIn.nextOf.query.push({ status: 503 }, { status: 429 }, { status: 200, text: '<html>' });
    await running.pass(10 * MINUTE_MS);
    assert.equal(counts().length, 4);
    assert.ok((await missed()) >= 4);
  });

  it('is one question an hour of a stream that is silent all night', async () => {
    await listen({ poll_interval: '24h' });
    running.standIn.heartbeat = () => {};
    await running.pass(8 * 60 * MINUTE_MS);
    assert.ok(running.standIn.requests.length > 1_000);
    assert.ok(counts().length >= 6 && counts().length <= 9, `${counts().length} questions`);
    assert.equal(await missed(), 0);
  });

  it('brings nothing back: no sample is made of a count', async () => {
    await listen({ lag: '1m' });
    await gap();
    const { size } = running.seen;
    await running.pass(10 * MINUTE_MS);
    assert.ok((await missed()) >= 4);
    assert.equal(running.seen.size, size);
  });
});
