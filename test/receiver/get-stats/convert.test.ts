// Numbers computed by hand from two readings.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { convertStats } from '../../../receiver/get-stats/convert.ts';
import type { StatsSnapshot } from '../../../receiver/get-stats/snapshot.ts';
import { BASE, LATER, sampleBetween, snapshot, START_MS, stateAt } from './readings.ts';

describe('convertStats', () => {
  it('needs two readings', () => {
    assert.equal(convertStats(undefined, snapshot(0, BASE)).sample, undefined);
  });

  it('derives all metrics of what is received', () => {
    const pair = { currentRoundTripTime: 0.05, totalRoundTripTime: 1, responsesReceived: 10 };
    const sample = sampleBetween(
      snapshot(0, BASE, { pair }),
      snapshot(5, LATER, { pair: { ...pair, totalRoundTripTime: 1.12, responsesReceived: 12 } }),
    );
    const { mos, rttMs, ...rest } = sample!;
    assert.deepEqual(rest, {
      kind: 'sample',
      sessionId: 's-1',
      observedAtMs: START_MS + 5_000,
      receivedAtMs: START_MS + 5_000,
      codec: 'video/VP8',
      media: 'camera',
      direction: 'inbound',
      dimensions: {},
      packetLossPercent: 5,
      jitterMs: 12,
      bitrateKbps: 480,
      framesPerSecond: 20,
      freezeRatio: 0.1,
      mosSource: 'estimated',
    });
    assert.equal(rttMs?.toFixed(6), '60.000000');
    // L = 60/2 + 2·12 + 10 = 64; R = 93.2 − 64/40 − 2.5·5 = 79.1; (1 + 2.7685 + 0.2210) · 5/4.5.
    assert.equal(mos?.toFixed(4), '4.4328');
  });

  it('derives what is sent from the reports of the peer', () => {
    const outbound = { ssrc: 7, packetsSent: 1_000, bytesSent: 500_000, framesEncoded: 100 };
    const remoteInbound = {
      timestamp: 1,
      packetsLost: 4,
      jitter: 0.02,
      totalRoundTripTime: 1,
      roundTripTimeMeasurements: 10,
      roundTripTime: 0.3,
    };
    const sample = sampleBetween(
      snapshot(0, undefined, { outbound, remoteInbound }),
      snapshot(5, undefined, {
        outbound: { ...outbound, packetsSent: 1_400, bytesSent: 1_000_000, framesEncoded: 200 },
        remoteInbound: {
          ...remoteInbound,
          timestamp: 2,
          packetsLost: 16,
          totalRoundTripTime: 1.5,
          roundTripTimeMeasurements: 15,
        },
      }),
    );
    assert.equal(sample?.direction, 'outbound');
    assert.equal(sample?.packetLossPercent, 3);
    assert.equal(sample?.jitterMs, 20);
    assert.equal(sample?.rttMs, 100);
    assert.equal(sample?.bitrateKbps, 800);
    assert.equal(sample?.framesPerSecond, 20);
    assert.equal(sample?.freezeRatio, undefined);
  });

  it('knows no sent loss while the last report is repeated', () => {
    const outbound = { packetsSent: 1_000, bytesSent: 1 };
    const remoteInbound = { timestamp: 1, packetsLost: 4 };
    const later = { outbound: { packetsSent: 2_000, bytesSent: 2 }, remoteInbound };
    const sample = sampleBetween(
      snapshot(0, undefined, { outbound, remoteInbound }),
      snapshot(5, undefined, later),
    );
    assert.equal(sample?.packetLossPercent, undefined);
  });

  it('takes elapsed time from the timestamps of the stats', () => {
    assert.equal(sampleBetween(snapshot(0, BASE), snapshot(10, LATER))?.bitrateKbps, 240);
  });

  it('skips repeated and overtaken readings, and goes on from the newest', () => {
    const state = stateAt(snapshot(5, BASE));
    for (const second of [5, 4]) {
      const conversion = convertStats(state, snapshot(second, LATER));
      assert.equal(conversion.sample, undefined);
      assert.equal(conversion.next, state);
    }
  });

  it('takes losses that were taken back for no loss', () => {
    const sample = sampleBetween(
      snapshot(0, LATER),
      snapshot(5, { ...LATER, packetsReceived: 2_000, packetsLost: 10 }),
    );
    assert.equal(sample?.packetLossPercent, 0);
    assert.equal(sample?.boundary, undefined);
  });

  it('sees a first loss after a count of 0', () => {
    const first = { ...BASE, packetsLost: 0 };
    assert.equal(
      sampleBetween(snapshot(0, first), snapshot(5, { ...LATER, packetsLost: 25 }))?.packetLossPercent,
      5,
    );
  });

  it('knows in an outage that nothing flows, and neither loss nor jitter nor MOS nor freeze', () => {
    const sample = sampleBetween(snapshot(0, BASE), snapshot(5, { ...BASE, framesPerSecond: undefined }));
    assert.equal(sample?.bitrateKbps, 0);
    assert.equal(sample?.framesPerSecond, 0);
    for (const key of ['packetLossPercent', 'jitterMs', 'mos', 'mosSource', 'freezeRatio']) {
      assert.ok(!(key in sample), key);
    }
  });

  it('is frozen when no frame is decoded while bytes flow', () => {
    const sample = sampleBetween(
      snapshot(0, BASE),
      snapshot(5, { ...LATER, framesDecoded: 500, totalFreezesDuration: 1, framesPerSecond: undefined }),
    );
    assert.equal(sample?.freezeRatio, 1);
    assert.equal(sample?.framesPerSecond, 0);
  });

  it('prefers the round trip of media to that of the path, and the mean to the last one', () => {
    const pair = { currentRoundTripTime: 0.01 };
    const remoteOutbound = { roundTripTime: 0.02 };
    const remoteInbound = { roundTripTime: 0.03 };
    const rtt = (fields: Partial<StatsSnapshot>) =>
      sampleBetween(snapshot(0, BASE), snapshot(5, LATER, fields))?.rttMs;
    assert.equal(rtt({}), undefined);
    assert.equal(rtt({ pair }), 10);
    assert.equal(rtt({ pair, remoteOutbound }), 20);
    assert.equal(rtt({ pair, remoteOutbound, remoteInbound }), 30);
  });

  it('leaves out what the browser leaves out', () => {
    const { bytesReceived, ssrc } = BASE;
    const sample = sampleBetween(
      snapshot(0, { bytesReceived, ssrc }),
      snapshot(5, { bytesReceived: 1_300_000, ssrc }),
    );
    const { bitrateKbps, ...rest } = sample!;
    assert.equal(bitrateKbps, 480);
    for (const value of Object.values(rest)) assert.notEqual(value, undefined);
    assert.ok(!('framesPerSecond' in rest) && !('packetLossPercent' in rest) && !('rttMs' in rest));
  });

  it("uses the browser's frame rate where it doesn't count frames", () => {
    const { framesDecoded, ...first } = BASE;
    assert.notEqual(framesDecoded, undefined);
    const sample = sampleBetween(snapshot(0, first), snapshot(5, { ...first, framesPerSecond: 15 }));
    assert.equal(sample?.framesPerSecond, 15);
    assert.equal(sample?.freezeRatio, undefined);
  });
});
