// The source against the stand-in, in memory and on the virtual clock.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { QualitySample, SessionEvent } from '../../../../receiver/sample.ts';
import {
  guideSample,
  type ListeningOptions,
  type ListeningReceiver,
  listenToStandIn,
} from '../listening-receiver.ts';

let running: ListeningReceiver;
let records: (QualitySample | SessionEvent)[];
let timeouts: Set<number>;

afterEach(() => running.stop());

async function listen(
  mediaStatistics: Record<string, unknown> = {},
  options: ListeningOptions = {},
): Promise<void> {
  records = [];
  timeouts = new Set();
  running = await listenToStandIn({
    ...options,
    config: { media_statistics: { enabled: true, ...mediaStatistics }, ...options.config },
  });
  running.onConsume = (batch) => {
    timeouts.add(batch.sessionTimeoutMs);
    records.push(...batch.records.filter(({ sessionId }) => sessionId.startsWith('communication-of-')));
    return Promise.resolve();
  };
}

/** The stream tells of a conversation, every 5 s. The returned function ends that. */
function converse(id: string): () => void {
  running.standIn.past.begin(id);
  const fields = { ...guideSample(), conversation: { id } };
  const tell = () => running.standIn.send([running.standIn.happen(`video-of-${id}`, fields)]);
  tell();
  const timer = running.clock.every(5_000, tell);
  return () => timer.cancel();
}

const asked = () =>
  running.standIn.requests.filter(({ request }) => request.url.pathname.includes('/mediastatistics/'));
const lastStatus = () => running.settings.statuses.at(-1);

describe('the source media_statistics', () => {
  it('asks for the conversations that the stream tells of, and for nothing else', async () => {
    await listen();
    running.standIn.past.begin('unknown');
    running.standIn.send([running.standIn.happen('without', guideSample())]);
    converse('a');
    await running.pass(95_000);
    const paths = asked().map(({ request }) => request.url.pathname);
    assert.equal(paths.length, 4);
    assert.deepEqual(
      [...new Set(paths)],
      ['/api/v2/telephony/providers/edges/mediastatistics/conversations/a'],
    );
    assert.ok(asked().every(({ request }) => request.headers.authorization === 'Bearer token-1'));
  });

  it('makes samples of audio, estimated and fetched, and keeps nothing that names anybody', async () => {
    await listen();
    converse('a');
    await running.pass(65_000);
    const { receivedAtMs, observedAtMs, ...rest } = records[0] as QualitySample;
    assert.ok(receivedAtMs >= observedAtMs);
    assert.deepEqual(rest, {
      kind: 'sample',
      sessionId: 'communication-of-a',
      conversationId: 'a',
      dimensions: {},
      media: 'audio',
      direction: 'inbound',
      mos: 4.3,
      mosSource: 'estimated',
      jitterMs: 4,
      pollIntervalMs: 30_000,
    });
    // The stream's sessions, and those that are seen more seldom.
    assert.deepEqual([...timeouts], [60_000, 90_000]);
    const shown = JSON.stringify([records, running.settings.lines]);
    assert.doesNotMatch(shown, /Alice|203\.0\.113|198\.51\.100|user-1|station-1|trunk-1/);
  });

  it('gives each statistic on once, however often it is asked for', async () => {
    await listen({ interval: '5s' });
    converse('a');
    await running.pass(200_000);
    const instants = records.map(({ observedAtMs }) => observedAtMs);
    assert.ok(asked().length >= 40);
    assert.deepEqual(instants, [...new Set(instants)]);
    // The clock begins with one, and each 25 s there is another.
    assert.equal(records.length, 9);
  });

  it('tells a reconnect of the media as a network change', async () => {
    await listen();
    converse('a');
    await running.pass(65_000);
    running.standIn.past.change('a', { reconnectAttempts: 1 });
    await running.pass(60_000);
    assert.deepEqual(
      records.filter(({ kind }) => kind === 'event').map((record) => 'type' in record && record.type),
      ['network_change'],
    );
  });

  it('takes 404 for nothing yet, and is well', async () => {
    await listen();
    const stop = converse('a');
    running.standIn.past.end('a');
    await running.pass(50_000);
    stop();
    assert.ok(asked().length >= 2);
    assert.equal(records.length, 0);
    assert.deepEqual(lastStatus(), { kind: 'ok' });
    assert.equal(await running.counted('webrtc.genesys.connected', { source: 'media_statistics' }), 1);
  });

  it('asks no more once a conversation has ended, but for one last time', async () => {
    await listen();
    const stop = converse('a');
    await running.pass(40_000);
    stop();
    const fields = { type: 'webrtc', state: 'ended', conversation: { id: 'a' } };
    running.standIn.send([running.standIn.happen('video-of-a', fields)]);
    const { length } = asked();
    await running.pass(600_000);
    assert.equal(asked().length, length + 1);
    assert.equal(await running.counted('webrtc.genesys.known_conversations'), 0);
  });

  it('goes on with one that only its statistics tell of, until they are silent too', async () => {
    await listen({}, { config: { session_timeout: '60s' } });
    converse('a')();
    await running.pass(600_000);
    assert.ok(records.length >= 19, `${records.length}`);
    running.standIn.past.end('a');
    await running.pass(200_000);
    const { length } = asked();
    await running.pass(600_000);
    assert.equal(asked().length, length);
  });

  it('stays within its share however many conversations there are, and has all of them their turn', async () => {
    await listen({ max_requests_per_minute: 60 });
    for (let index = 0; index < 120; index += 1) converse(`c-${index}`);
    await running.pass(600_000);
    const times = asked().map(({ atMs }) => atMs);
    for (const [first, atMs] of times.entries()) {
      const beyond = times[first + 60];
      assert.ok(beyond === undefined || beyond - atMs >= 60_000 - 1);
    }
    assert.ok(times.length > 540, `${times.length} requests`);
    const counts = new Map<string, number>();
    for (const { request } of asked()) {
      counts.set(request.url.pathname, (counts.get(request.url.pathname) ?? 0) + 1);
    }
    assert.equal(counts.size, 120);
    assert.ok(Math.max(...counts.values()) - Math.min(...counts.values()) <= 1);
    // The samples say how far apart they are meant to be.
    assert.equal((records.at(-1) as QualitySample).pollIntervalMs, 120_000);
    assert.ok((await running.counted('webrtc.genesys.poll_delay')) > 60);
  });

  it('says which permission is missing', async () => {
    await listen();
    running.standIn.nextOf.statistics.push({ status: 403 });
    converse('a');
    await running.pass(5_000);
    assert.match(
      JSON.stringify(lastStatus()),
      /media_statistics: .*analytics:conversationDetail:view \(403\)/,
    );
    await running.pass(60_000);
    assert.deepEqual(lastStatus(), { kind: 'ok' });
    assert.ok((await running.counted('webrtc.genesys.missed_time', { source: 'media_statistics' })) > 0);
  });

  it('counts what has changed its shape, and lives on', async () => {
    await listen();
    const type = { 'content-type': 'application/json' };
    running.standIn.nextOf.statistics.push(
      { status: 200, headers: type, text: '{"entities":{"a":1}}' },
      { status: 200, headers: type, text: '[1,2,3]' },
    );
    converse('a');
    await running.pass(95_000);
    assert.equal(await running.counted('otelcol_receiver_failed_log_records', { transport: 'http' }), 2);
    assert.ok(records.length >= 1);
  });

  it('holds up nobody by one conversation that is always refused', async () => {
    await listen({}, { seed: 3 });
    converse('a');
    converse('b');
    const { answer } = running.standIn;
    running.standIn.answer = (request) =>
      request.url.pathname.endsWith('/conversations/a')
        ? Promise.resolve({ status: 500 })
        : answer.call(running.standIn, request);
    await running.pass(300_000);
    const ofB = records.filter(({ conversationId }) => conversationId === 'b');
    assert.ok(ofB.length >= 6, `${ofB.length} samples`);
  });
});
