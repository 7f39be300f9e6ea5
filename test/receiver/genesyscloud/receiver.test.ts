// The receiver against the stand-in, in memory and on the virtual clock.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { RefusedError } from '../../../collector/component.ts';
import { CANARY, assertNoLeak } from '../../support/no-leak.ts';
import {
  guideSample,
  type ListeningOptions,
  type ListeningReceiver,
  listenToStandIn,
} from './listening-receiver.ts';

let running: ListeningReceiver;

afterEach(() => running.stop());

const SOURCE = { source: 'realtime' };

async function listen(options: ListeningOptions = {}): Promise<void> {
  running = await listenToStandIn(options);
}

/** A sample of a session, now. */
function sample(sessionId: string, fields: Readonly<Record<string, unknown>> = guideSample()): void {
  running.standIn.send([running.standIn.happen(sessionId, fields)]);
}

/** From now on a sample each 5 s. */
function keepTalking(sessionId = 'talker'): void {
  running.clock.every(5_000, () => sample(sessionId));
}

const lastStatus = () => running.settings.statuses.at(-1);
const reconnects = (cause: string) => running.counted('webrtc.genesys.reconnects', { ...SOURCE, cause });

describe('the request for the stream', () => {
  it("is the guide's, with the filter encoded and the token as Bearer", async () => {
    await listen({ realtime: { filter: "metrics.mos<3.5 && site != 'a+b'" } });
    const { url, headers } = running.standIn.requests[0]!.request;
    assert.equal(
      url.href,
      'https://api.mypurecloud.com/api/v2/analytics/events/realtime?eventTypes=webrtc,webrtc-video' +
        '&filter=metrics.mos%3C3.5%20%26%26%20site%20!%3D%20%27a%2Bb%27',
    );
    assert.equal(headers.authorization, 'Bearer token-1');
    assert.match(headers.accept ?? '', /^text\/event-stream, application\/x-ndjson/);
    assert.equal(headers['last-event-id'], undefined);
  });

  it('goes to the region, or to the base URL with its path', async () => {
    await listen({ config: { region: 'mypurecloud.de' } });
    assert.equal(running.standIn.requests[0]!.request.url.host, 'api.mypurecloud.de');
    await running.stop();
    running = await listenToStandIn({ config: { base_url: 'https://gateway.example/genesys/' } });
    // The stand-in knows no such path: it is in nobody's list of requests.
    assert.equal(running.standIn.requests.length, 0);
    assert.match(JSON.stringify(lastStatus()), /does not exist there \(404\)/);
  });

  it('asks for the token with the scopes of the guide', async () => {
    await listen();
    const body = new URLSearchParams(running.standIn.tokenRequests[0]!.body);
    assert.equal(body.get('scope'), 'analytics:read realtime:read');
  });
});

describe('events', () => {
  for (const format of ['sse', 'ndjson', 'json'] as const) {
    it(`come through as ${format}, without the customer's address`, async () => {
      await listen({ format });
      const batches: unknown[] = [];
      running.onConsume = (batch) => Promise.resolve(void batches.push(batch));
      sample('one');
      await running.pass(5_000);
      assert.equal(running.seen.size, 1);
      assert.doesNotMatch(JSON.stringify(batches), /203\.0\.113\.7/);
      assert.equal(await running.counted('otelcol_receiver_accepted_log_records', { transport: 'http' }), 1);
    });
  }

  it('that are bad are counted and skipped, and the stream goes on', async () => {
    await listen();
    running.standIn.sendText('data: {"type"\n\ndata: {"type":"webrtc-video"}\n\ndata: [1, {}]\n\n');
    sample('one');
    await running.pass(1_000);
    assert.equal(running.seen.size, 1);
    assert.equal(await running.counted('otelcol_receiver_failed_log_records', { transport: 'http' }), 4);
    assert.equal(running.standIn.requests.length, 1);
  });

  it('may come several at once', async () => {
    await listen();
    const { standIn } = running;
    const [one, other] = [standIn.happen('one', guideSample()), standIn.happen('other', guideSample())];
    standIn.sendText(`data: ${JSON.stringify({ entities: [one.body, other.body] })}\n\n`);
    await running.pass(0);
    assert.deepEqual([...running.seen.keys()], [one.key, other.key]);
  });

  it('that come again, or late in their own session, are dropped and counted', async () => {
    await listen();
    const { standIn } = running;
    const early = standIn.happen('one', guideSample());
    await running.pass(5_000);
    const late = standIn.happen('one', guideSample());
    standIn.send([late, early, late]);
    await running.pass(0);
    assert.deepEqual([...running.seen], [[late.key, 1]]);
    assert.equal(await running.counted('webrtc.receiver.dropped_records', { cause: 'late' }), 1);
    assert.equal(await running.counted('webrtc.receiver.dropped_records', { cause: 'duplicate' }), 1);
  });

  it('that the own filter does not let pass are counted', async () => {
    await listen({ config: { filter: 'metrics.mos < 3.5' } });
    sample('bad', guideSample(3.4));
    sample('good', guideSample(4));
    await running.pass(0);
    assert.equal(running.seen.size, 1);
    assert.equal(await running.counted('webrtc.receiver.filtered_records'), 1);
  });

  it('of a session too many are counted as refused', async () => {
    await listen({ config: { max_sessions: 1 } });
    sample('one');
    sample('other');
    await running.pass(0);
    assert.equal(running.seen.size, 1);
    assert.equal(await running.counted('otelcol_receiver_refused_log_records', { transport: 'http' }), 1);
  });
});

describe('a stream that is over', () => {
  it('is asked for again with the id of the last event, and what was missed comes in', async () => {
    await listen();
    sample('one');
    await running.pass(5_000);
    running.standIn.cutMidEvent();
    for (let tick = 0; tick < 4; tick += 1) {
      await running.pass(5_000);
      sample('one');
    }
    await running.pass(5_000);
    assert.equal(running.standIn.requests[1]!.request.headers['last-event-id'], '1');
    assert.deepEqual([...running.seen.values()], [1, 1, 1, 1, 1]);
    assert.ok((await running.counted('webrtc.receiver.dropped_records', { cause: 'duplicate' })) > 0);
    assert.equal(await reconnects('broken'), 1);
  });

  it('is a gap whose length is counted and logged', async () => {
    await listen();
    await running.pass(3_000);
    running.clock.every(5_000, () => running.standIn.heartbeat());
    sample('one');
    await running.pass(3_000);
    running.standIn.end();
    running.standIn.next.push({ status: 503 });
    await running.pass(60_000);
    const line = running.settings.lines.find(({ msg }) => msg === 'the stream is heard again after a gap');
    const gapMs = Number(line?.gap_ms);
    // Two waits, of 5 to 10 and 10 to 20 s, after 3 s of silence.
    assert.ok(gapMs >= 15_000 && gapMs <= 33_000, `${gapMs} ms`);
    assert.equal(await running.counted('webrtc.genesys.missed_time', SOURCE), gapMs / 1_000);
  });

  it('leaves the sessions known, however long it is gone: what comes again is still a repetition', async () => {
    await listen();
    sample('one');
    await running.pass(1_000);
    running.standIn.next.push(...Array.from({ length: 12 }, () => ({ status: 503 })));
    running.standIn.cut();
    await running.pass(900_000);
    assert.equal(running.standIn.streamCount, 1);
    running.standIn.repeat(1);
    await running.pass(1_000);
    assert.deepEqual([...running.seen.values()], [1]);
  });

  it('honours its own wish for the reconnect', async () => {
    await listen();
    running.standIn.retryMs = 1_000;
    running.standIn.cut();
    await running.pass(11_000);
    sample('one');
    running.standIn.cut();
    await running.pass(2_000);
    assert.equal(running.standIn.requests.length, 3);
  });

  it('is given up after three intervals without a byte', async () => {
    await listen();
    keepTalking();
    await running.pass(12_000);
    running.standIn.stall();
    await running.pass(12_500);
    assert.equal(await reconnects('silent'), 0);
    await running.pass(1_000);
    assert.equal(await reconnects('silent'), 1);
    assert.equal(await running.counted('webrtc.genesys.connected', SOURCE), 0);
    await running.pass(2_000);
    assert.equal(await running.counted('webrtc.genesys.connected', SOURCE), 1);
    assert.equal(running.standIn.streamCount, 1);
  });

  it('is asked for again soon, and is not unhealthy, when it has nothing to say all night', async () => {
    await listen();
    await running.pass(3_600_000);
    const { length } = running.standIn.requests;
    assert.ok(length > 3_600 / 17 - 5 && length < 3_600 / 16, `${length} requests in an hour`);
    assert.ok(running.settings.statuses.every(({ kind }) => kind === 'ok'));
    const told = running.settings.lines.filter(({ cause }) => cause === 'silent');
    assert.equal(told.length, 1);
  });

  it('is not given up as long as it has heartbeats', async () => {
    await listen();
    running.clock.every(14_000, () => running.standIn.heartbeat());
    await running.pass(300_000);
    assert.equal(running.standIn.requests.length, 1);
  });
});

describe('an answer that is no stream', () => {
  it('of 401 has the token renewed, and is asked for again at once', async () => {
    await listen();
    keepTalking();
    await running.pass(61_000);
    running.standIn.revokeTokens();
    running.standIn.cut();
    await running.pass(10_000);
    assert.deepEqual(
      running.standIn.requests.map(({ request }) => request.headers.authorization),
      ['Bearer token-1', 'Bearer token-1', 'Bearer token-2'],
    );
    assert.deepEqual(lastStatus(), { kind: 'ok' });
  });

  it('of 401 for ever is asked for ever more seldom, and is unhealthy with its reason', async () => {
    await listen();
    running.standIn.next.push(...Array.from({ length: 100 }, () => ({ status: 401 })));
    running.standIn.cut();
    await running.pass(600_000);
    assert.deepEqual(lastStatus(), {
      kind: 'unhealthy',
      reason: 'realtime: the credential is refused (401)',
    });
    assert.ok(running.standIn.requests.length < 40, `${running.standIn.requests.length} requests`);
    assert.ok(running.standIn.tokenCount < 20, `${running.standIn.tokenCount} tokens`);
  });

  it('of 403 is unhealthy with its reason, and well again when it is over', async () => {
    await listen();
    running.standIn.next.push({ status: 403 });
    running.standIn.cut();
    await running.pass(10_000);
    assert.match(JSON.stringify(lastStatus()), /lacks a permission \(403\)/);
    await running.pass(20_000);
    assert.deepEqual(lastStatus(), { kind: 'ok' });
  });

  it('of 404 is told once, and asked for every few minutes', async () => {
    await listen();
    running.standIn.next.push(...Array.from({ length: 100 }, () => ({ status: 404 })));
    running.standIn.cut();
    await running.pass(3_600_000);
    const told = running.settings.lines.filter(({ msg }) => msg.includes('(404)'));
    assert.equal(told.length, 1);
    assert.ok(
      running.standIn.requests.length <= 20,
      `${running.standIn.requests.length} requests in an hour`,
    );
    assert.match(JSON.stringify(lastStatus()), /unhealthy.*webrtcvideo/);
  });

  it('of 429 is obeyed to the second, and to the date', async () => {
    await listen();
    const { standIn, clock } = running;
    standIn.next.push({ status: 429, headers: { 'retry-after': '120' } });
    standIn.cut();
    await running.pass(10_000);
    const refusedAtMs = standIn.requests.at(-1)!.atMs;
    standIn.next.push({
      status: 429,
      headers: { 'retry-after': new Date(refusedAtMs + 420_000).toUTCString() },
    });
    await running.pass(400_000);
    assert.deepEqual(
      standIn.requests.slice(2).map(({ atMs }) => atMs - refusedAtMs),
      [120_000],
    );
    await running.pass(30_000);
    assert.equal(standIn.requests.length, 4);
    const waitedMs = standIn.requests[3]!.atMs - refusedAtMs;
    assert.ok(waitedMs > 419_000 && waitedMs <= 420_000, `${waitedMs} ms, now ${clock.nowMs()}`);
  });

  for (const [what, answer, reason] of [
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' } }, /redirects/],
    ['a page', { status: 200, headers: { 'content-type': 'text/html' }, text: CANARY }, /neither SSE/],
    ['no JSON', { status: 200, headers: { 'content-type': 'application/json' }, text: CANARY }, /no JSON/],
    [
      'something compressed',
      { status: 200, headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
      /compressed/,
    ],
  ] as const) {
    it(`but ${what} is unhealthy with its reason, which quotes nothing`, async () => {
      await listen();
      running.standIn.next.push(answer);
      running.standIn.cut();
      await running.pass(10_000);
      assert.match(JSON.stringify(lastStatus()), reason);
      assertNoLeak({ lines: running.settings.lines, statuses: running.settings.statuses });
      await running.pass(30_000);
      assert.deepEqual(lastStatus(), { kind: 'ok' });
    });
  }

  it('but nothing at all is given up after the time for a head', async () => {
    await listen();
    running.standIn.next.push({ status: 200, hangs: true });
    running.standIn.cut();
    await running.pass(40_000);
    assert.equal(await reconnects('unreachable'), 1);
    assert.equal(running.standIn.streamCount, 1);
  });
});

describe('the quota of the platform', () => {
  it('is learned from its answers, and never exceeded by polling', async () => {
    await listen({ format: 'json', allowedPerMinute: 10, realtime: { poll_interval: '100ms' } });
    await running.pass(600_000);
    assert.equal(running.standIn.excessCount, 0);
    const { length } = running.standIn.requests;
    assert.ok(length > 60 && length <= 110, `${length} requests in ten minutes`);
  });
});

describe('a next stage that refuses', () => {
  it('is offered the same batch again when it said, and meanwhile nothing is read', async () => {
    await listen();
    const offered: number[] = [];
    running.onConsume = ({ records }) => {
      offered.push(running.clock.nowMs());
      assert.equal(records.length, 1);
      return offered.length < 3 ? Promise.reject(new RefusedError('busy', 7_000)) : Promise.resolve();
    };
    sample('one');
    await running.pass(0);
    sample('two');
    await running.pass(13_999);
    assert.equal(running.seen.size, 0);
    await running.pass(1);
    assert.deepEqual([...running.seen.values()], [1, 1]);
    assert.deepEqual(
      offered.map((atMs) => atMs - offered[0]!),
      [0, 7_000, 14_000, 14_000],
    );
    assert.equal(await running.counted('otelcol_receiver_refused_log_records', { transport: 'http' }), 2);
  });

  it('that fails is offered it again, too', async () => {
    await listen();
    let count = 0;
    running.onConsume = () => ((count += 1) === 1 ? Promise.reject(new Error('bug')) : Promise.resolve());
    sample('one');
    await running.pass(5_000);
    assert.deepEqual([...running.seen.values()], [1]);
  });

  it('does not hold up the shutdown', async () => {
    await listen();
    running.onConsume = () => Promise.reject(new RefusedError('busy', 3_600_000));
    sample('one');
    await running.pass(0);
    await running.stop();
    assert.equal(running.seen.size, 0);
  });
});
