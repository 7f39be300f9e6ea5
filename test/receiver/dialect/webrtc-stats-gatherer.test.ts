// The traps of webrtc-stats-gatherer: percents of what was received, events without a time, a connection that only sends,
// and the silence after five samples without a byte.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { webrtcStatsGatherer } from '../../../receiver/dialect/webrtc-stats-gatherer.ts';
import { recogniseDialect } from '../../../receiver/dialect/registry.ts';
import { ReadingEngine } from '../../../receiver/get-stats/reading-engine.ts';
import { decide, describeTransition } from '../../support/decisions.ts';
import { START_MS, type TimelineEntry } from '../../support/timeline.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);

type Fields = Readonly<Record<string, unknown>>;

function video(timestampMs: number, fields: Fields = {}) {
  return {
    kind: 'video',
    timestamp: timestampMs,
    bytes: 1_000,
    packetsReceived: 10,
    packetsLost: 0,
    jitter: 0.003,
    codec: '96 video/VP8 90000',
    ...fields,
  };
}

function getStats(remoteTracks: readonly unknown[], fields: Fields = {}) {
  return { name: 'getStats', session: 's', tracks: [], remoteTracks, ...fields };
}

function decode(body: unknown) {
  return webrtcStatsGatherer.decode(body, { receivedAtMs: NOW_MS });
}

function samplesOf(body: unknown) {
  const readings = decode(body).records.filter((record) => record.kind === 'reading');
  return new ReadingEngine({ maxSessions: 1, sessionTimeoutMs: 60_000 }).take(readings, NOW_MS).records;
}

describe('the numbers of webrtc-stats-gatherer', () => {
  it('are not used: 13 lost beside 60 received are 17.8 %, where it says 21.7 %', () => {
    const [sample] = samplesOf([
      getStats([video(NOW_MS - 7_000, { packetsReceived: 628 })]),
      getStats([
        video(NOW_MS - 5_000, {
          bytes: 55_980,
          bitrate: 219,
          packetsReceived: 688,
          packetsLost: 13,
          packetLoss: 1.889535,
          intervalPacketsReceived: 60,
          intervalPacketsLost: 13,
          intervalPacketLoss: 21.666667,
        }),
      ]),
    ]);
    assert.equal(sample?.kind, 'sample');
    assert.equal(sample.packetLossPercent?.toFixed(1), '17.8');
    assert.equal(sample.bitrateKbps?.toFixed(2), '219.92');
  });

  it('are read of at most 128 tracks', () => {
    const { records, refusals } = decode(getStats(Array.from({ length: 130 }, () => video(NOW_MS))));
    assert.equal(records[0]?.kind === 'reading' && records[0].streams.length, 128);
    assert.deepEqual(refusals, [
      { index: 0, path: 'remoteTracks[128]', reason: 'is one too many: at most 128 tracks are read' },
    ]);
  });

  it('are missing where a track has no counters: it is refused, and the other tracks are kept', () => {
    const bare = { kind: 'audio', timestamp: NOW_MS, bitrate: 24, intervalPacketLoss: 0 };
    const { records, refusals } = decode(getStats([bare, video(NOW_MS)]));
    assert.deepEqual(refusals, [
      {
        index: 0,
        path: 'remoteTracks[0]',
        reason: 'has no counters: bytes and packetsReceived are needed',
      },
    ]);
    assert.deepEqual(
      records.map((record) => record.kind === 'reading' && record.streams.map(({ id }) => id)),
      [['inbound-video-0']],
    );
  });

  it('say nothing of the peer before its first report: that 0 lost was never reported', () => {
    const sent = { kind: 'video', timestamp: NOW_MS, bytes: 5, packetsSent: 1, packetsLost: 0 };
    const [record] = decode(getStats([video(NOW_MS)], { tracks: [sent] })).records;
    assert.equal(record?.kind === 'reading' && record.streams[1]?.remote, undefined);
  });
});

describe('an event without a time', () => {
  const disconnected = getStats([], { type: 'disconnected' });
  const timesOf = (body: unknown) => decode(body).records.map(({ observedAtMs }) => observedAtMs - NOW_MS);

  it('happened when it arrived, when it is alone', () => {
    assert.deepEqual(timesOf(disconnected), [0]);
  });

  it('happened after the entry before it, and at the beginning before the one after it', () => {
    const failure = { name: 'failure', session: 's' };
    const body = [
      failure,
      getStats([video(NOW_MS - 9_000)]),
      disconnected,
      getStats([video(NOW_MS - 4_000)]),
    ];
    assert.deepEqual(timesOf(body), [-9_000, -9_000, -9_000, -4_000]);
  });

  it('may be given one by the page, and is told from an event of our own client all the same', () => {
    const body = { session_id: 'wrapper', events: [{ ...disconnected, at_ms: NOW_MS - 700 }] };
    assert.equal(recogniseDialect(body, 'live'), webrtcStatsGatherer);
    assert.deepEqual(timesOf({ ...disconnected, at_ms: NOW_MS - 700 }), [-700]);
  });

  it('has that of its candidate pair, when it says connect', () => {
    const details = { pair: { timestamp: NOW_MS - 3_000.5 } };
    assert.deepEqual(timesOf({ name: 'connect', session: 's', candidatePairDetails: details }), [-3_001]);
  });
});

describe('a connection that only sends', () => {
  it('gives no reading: it stops reporting by design, and its silence would be a false gap', () => {
    const sent = { kind: 'video', timestamp: NOW_MS, bytes: 5, packetsSent: 1, packetsLost: 0 };
    const { records, refusals } = decode(getStats([], { tracks: [sent] }));
    assert.deepEqual(records, []);
    assert.equal(refusals.length, 1);
    assert.match(refusals[0]?.reason ?? '', /^has no remote track: /);
  });

  it('still says that it was lost, without being refused for that', () => {
    const { records, refusals } = decode(getStats([], { type: 'disconnected' }));
    assert.deepEqual(
      records.map((record) => record.kind === 'event' && record.type),
      ['disconnected'],
    );
    assert.deepEqual(refusals, []);
  });
});

describe('the silence after five samples without a byte', () => {
  /** Healthy until second 30, then dark; the gatherer reports five of the dark samples, and then no more. */
  const body = Array.from({ length: 12 }, (_, position) => {
    const second = position * 5;
    const moved = Math.min(second, 30);
    const counters = { bytes: moved * 150_000, packetsReceived: moved * 120 };
    return getStats([video(START_MS + second * 1_000, { ...counters, bitrate: second > 30 ? 0 : 1_200 })]);
  });
  const entries: TimelineEntry[] = samplesOf(body).map((sample) => {
    assert.equal(sample.kind, 'sample');
    const atMs = sample.observedAtMs;
    return { kind: 'sample', atMs, sample: { ...sample, receivedAtMs: atMs } };
  });

  const until = (second: number) => decide([...entries, { kind: 'now', atMs: START_MS + second * 1_000 }]);

  it('is an outage while it reports', () => {
    const { state, transitions } = until(60);
    assert.deepEqual(transitions.map(describeTransition), ['35 c/opened warning outage']);
    assert.deepEqual(state?.connectionCauses, ['outage']);
  });

  it('is a gap beside the outage when it has stopped, and never a recovery', () => {
    const { state, transitions } = until(120);
    assert.deepEqual(state?.connectionCauses, ['outage', 'gap']);
    // What was bad when the silence began is confirmed by it, and nothing is taken back.
    assert.deepEqual(
      transitions.map(({ category, kind }) => `${category} ${kind}`),
      ['connection opened', 'quality opened'],
    );
  });
});
