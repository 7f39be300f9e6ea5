import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { webrtcInternals } from '../../../receiver/dialect/webrtc-internals.ts';
import { decodeCall, eventsOf, fixtureBody, readingsOf } from './recorded-call.ts';

const START_MS = Date.UTC(2026, 0, 1, 12);
const iso = (second: number) => new Date(START_MS + second * 1_000).toISOString();

/** A series with a value each second from `from` on. */
function series(statsType: string, from: number, values: readonly unknown[], to = from + values.length - 1) {
  return { startTime: iso(from), endTime: iso(to), statsType, values: JSON.stringify(values) };
}

const timestamps = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => START_MS + (from + index) * 1_000);

function dump(stats: object, updateLog: readonly object[] = []) {
  return { getUserMedia: [], PeerConnections: { '23-1': { url: 'https://x', stats, updateLog } } };
}

/** An inbound video of four seconds; its object has a dash in its id, as those of old Chrome had. */
const VIDEO = {
  'IT-01-kind': series('inbound-rtp', 0, ['video', 'video', 'video', 'video']),
  'IT-01-packetsReceived': series('inbound-rtp', 0, [10, 20, 30, 40]),
  'IT-01-[packetsReceived/s]': series('inbound-rtp', 1, [10, 10, 10]),
};
const DATED = { 'IT-01-timestamp': series('inbound-rtp', 0, timestamps(0, 3)) };

const secondsAndCounters = (body: unknown) =>
  readingsOf(decodeCall(webrtcInternals, body)).map(({ observedAtMs, streams }) => [
    (observedAtMs - START_MS) / 1_000,
    streams[0]?.counters,
  ]);

describe('a dump of chrome://webrtc-internals', () => {
  it('has a series for each property, from which the calls of getStats() come again', () => {
    const expected = [10, 20, 30, 40].map((packetsReceived, second) => [second, { packetsReceived }]);
    assert.deepEqual(secondsAndCounters(dump({ ...VIDEO, ...DATED })), expected);
  });

  it('from before version 117 has no times of its points, which lie equally far apart then', () => {
    const expected = [10, 20, 30, 40].map((packetsReceived, second) => [second, { packetsReceived }]);
    assert.deepEqual(secondsAndCounters(dump(VIDEO)), expected);
  });

  it('lays a property that came later beside the last points', () => {
    const stats = { ...VIDEO, ...DATED, 'IT-01-framesPerSecond': series('inbound-rtp', 2, [25, 26]) };
    assert.deepEqual(
      secondsAndCounters(dump(stats)).map(
        ([, counters]) => (counters as { framesPerSecond?: number }).framesPerSecond,
      ),
      [undefined, undefined, 25, 26],
    );
  });

  it('lays a property that ended early beside the first points', () => {
    const stats = { ...VIDEO, ...DATED, 'IT-01-framesPerSecond': series('inbound-rtp', 0, [25, 26]) };
    assert.deepEqual(
      secondsAndCounters(dump(stats)).map(
        ([, counters]) => (counters as { framesPerSecond?: number }).framesPerSecond,
      ),
      [25, 26, undefined, undefined],
    );
  });

  it('leaves out a series with a hole, and says so, unless its value never changes', () => {
    const stats = {
      ...VIDEO,
      ...DATED,
      'IT-01-framesPerSecond': series('inbound-rtp', 0, [25, 26, 27], 3),
      'IT-01-ssrc': series('inbound-rtp', 0, [7, 7, 7], 3),
    };
    const output = decodeCall(webrtcInternals, dump(stats));
    assert.deepEqual(output.refusals, [
      { index: 0, path: 'stats', reason: 'has a series with holes, which cannot be laid beside its times' },
    ]);
    assert.deepEqual(
      readingsOf(output).map(({ streams }) => streams[0]?.ssrc),
      [7, 7, 7, 7],
    );
  });

  it('joins what the peer reports with its own times, from when it came', () => {
    const remote = (second: number) => START_MS + second * 1_000 - 250;
    const stats = {
      'O1-kind': series('outbound-rtp', 0, ['video', 'video', 'video']),
      'O1-ssrc': series('outbound-rtp', 0, [9, 9, 9]),
      'O1-packetsSent': series('outbound-rtp', 0, [1, 2, 3]),
      'O1-timestamp': series('outbound-rtp', 0, timestamps(0, 2)),
      'R1-kind': series('remote-inbound-rtp', 1, ['video', 'video']),
      'R1-ssrc': series('remote-inbound-rtp', 1, [9, 9]),
      'R1-localId': series('remote-inbound-rtp', 1, ['O1', 'O1']),
      'R1-roundTripTime': series('remote-inbound-rtp', 1, [0.1, 0.2]),
      'R1-timestamp': series('remote-inbound-rtp', 1, [remote(1), remote(2)]),
    };
    assert.deepEqual(
      readingsOf(decodeCall(webrtcInternals, dump(stats))).map(({ streams }) => streams[0]?.remote),
      [undefined, { timestamp: remote(1), roundTripTime: 0.1 }, { timestamp: remote(2), roundTripTime: 0.2 }],
    );
  });

  it('lays a property of the peer’s report that came later beside its points, although two of them share a time', () => {
    const remote = [0, 0, 2].map((second) => START_MS + second * 1_000 - 250);
    const stats = {
      'O1-kind': series('outbound-rtp', 0, ['video', 'video', 'video']),
      'O1-ssrc': series('outbound-rtp', 0, [9, 9, 9]),
      'O1-timestamp': series('outbound-rtp', 0, timestamps(0, 2)),
      'R1-kind': series('remote-inbound-rtp', -0.25, ['video', 'video', 'video'], 1.75),
      'R1-localId': series('remote-inbound-rtp', -0.25, ['O1', 'O1', 'O1'], 1.75),
      'R1-roundTripTime': series('remote-inbound-rtp', -0.25, [0.1, 0.2], 1.75),
      'R1-timestamp': series('remote-inbound-rtp', -0.25, remote, 1.75),
    };
    const output = decodeCall(webrtcInternals, dump(stats));
    assert.deepEqual(output.refusals, []);
    assert.deepEqual(
      readingsOf(output).map(({ streams }) => streams[0]?.remote?.roundTripTime),
      [0.1, 0.1, 0.2],
    );
  });

  it('has lost a stream whose series end before the others', () => {
    const stats = {
      ...VIDEO,
      ...DATED,
      'IT2-kind': series('inbound-rtp', 0, ['video', 'video']),
      'IT2-timestamp': series('inbound-rtp', 0, timestamps(0, 1)),
    };
    assert.deepEqual(
      readingsOf(decodeCall(webrtcInternals, dump(stats))).map(({ streams }) => streams.length),
      [2, 2, 1, 1],
    );
  });

  it('has media ids that look like numbers, and are none', () => {
    const stats = { ...VIDEO, ...DATED, 'IT-01-mid': series('inbound-rtp', 0, [0, 0, 0, 0]) };
    const output = decodeCall(webrtcInternals, dump(stats));
    assert.deepEqual(output.refusals, []);
    assert.equal(readingsOf(output)[0]?.streams[0]?.mid, '0');
  });

  it('has a log of states, with timestamps and quotes in newer versions', () => {
    const log = [
      { type: 'onconnectionstatechange', value: '"connected"', timestamp: START_MS + 1_000.5 },
      { type: 'oniceconnectionstatechange', value: '"disconnected"', timestamp: START_MS + 2_000 },
      { type: 'onconnectionstatechange', value: '"closed"', timestamp: START_MS + 3_000 },
    ];
    const output = decodeCall(webrtcInternals, dump({ ...VIDEO, ...DATED }, log));
    assert.deepEqual(eventsOf(output, START_MS), ['1 connected', '3 ended']);
  });

  for (const [language, times] of [
    ['in English, five hours behind', ['1/1/2026, 6:59:50 AM', '1/1/2026, 7:00:10\u202fAM']],
    ['in German, half an hour ahead', ['1.1.2026, 12:29:50', '1.1.2026, 12:30:10']],
    ['over midnight', ['12/31/2025, 11:59:50 PM', '1/1/2026, 12:00:10 AM']],
  ] as const) {
    it(`tells the local times of a log ${language}, by where the stats begin`, () => {
      const log = [
        { type: 'iceconnectionstatechange', value: 'connected', time: times[0] },
        { type: 'setLocalDescription', value: 'type: offer, sdp: v=0', time: times[0] },
        { type: 'iceconnectionstatechange', value: 'disconnected', time: times[1] },
      ];
      const output = decodeCall(webrtcInternals, dump({ ...VIDEO, ...DATED }, log));
      assert.deepEqual(eventsOf(output, START_MS), ['-10 connected', '10 disconnected']);
    });
  }

  it('says when the times of its log can’t be told', () => {
    const log = [{ type: 'iceconnectionstatechange', value: 'connected', time: 'noon' }];
    const { refusals } = decodeCall(webrtcInternals, dump({ ...VIDEO, ...DATED }, log));
    assert.deepEqual(refusals, [{ index: 0, path: 'updateLog', reason: 'must have times that can be told' }]);
  });

  it('with the legacy numbers is refused, with the reason', () => {
    const stats = { 'ssrc_7_recv-googFrameRateReceived': series('ssrc', 0, [25, 25]) };
    const { refusals, records } = decodeCall(webrtcInternals, dump(stats));
    assert.deepEqual(records, []);
    assert.match(refusals[0]!.reason, /promise-based getStats/);
  });

  it('has a connection for each tab and call: all of one session', () => {
    const body = fixtureBody('webrtc-internals/chromium-156.json');
    assert.ok(webrtcInternals.recognises(body));
    const readings = readingsOf(decodeCall(webrtcInternals, body));
    assert.deepEqual([...new Set(readings.map(({ connectionId }) => connectionId))], ['0', '1']);
    assert.deepEqual(new Set(readings.map(({ sessionId }) => sessionId)), new Set(['call']));
    assert.ok(readings.every(({ path }) => path?.candidateType !== undefined));
  });
});
