// What two readings of one stream tell of the interval between them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RemoteCounters } from '../../../receiver/get-stats/reading.ts';
import { measureReceived } from '../../../receiver/get-stats/received-interval.ts';
import { measureSent } from '../../../receiver/get-stats/sent-interval.ts';
import { anchorOf } from '../../../receiver/get-stats/sent-loss.ts';
import { audio, camera, sentCamera, START_MS } from './readings.ts';

describe('what is received', () => {
  it('is measured by differences, over the time of the stream itself', () => {
    const interval = measureReceived(
      camera(0, { packetsReceived: 1_000, packetsLost: 10 }),
      camera(5, { packetsReceived: 1_475, packetsLost: 35, bytesReceived: 1_300_000, jitter: 0.012 }),
    );
    assert.equal(interval.lengthMs, 5_000);
    assert.equal(interval.traffic, 'flows');
    assert.equal(interval.byteCount, 300_000);
    assert.deepEqual([interval.lostCount, interval.expectedCount], [25, 500]);
    assert.equal(interval.jitterMs, 12);
    assert.equal(interval.framesPerSecond, 20);
    assert.equal(interval.pixels, 640 * 480);
    assert.equal(interval.decodeMsPerFrame!.toFixed(3), '5.000');
  });

  it('has 0 for a baseline like any other', () => {
    const interval = measureReceived(
      camera(0, { packetsReceived: 0, packetsLost: 0 }),
      camera(5, { packetsReceived: 95, packetsLost: 5 }),
    );
    assert.deepEqual([interval.lostCount, interval.expectedCount], [5, 100]);
  });

  it('loses nothing when late packets take losses back', () => {
    assert.equal(measureReceived(camera(0, { packetsLost: 9 }), camera(5, { packetsLost: 2 })).lostCount, 0);
  });

  it('has no jitter of its own when no packet came: the browser repeats the last one', () => {
    assert.equal(measureReceived(camera(0), camera(5, camera(0).counters)).jitterMs, undefined);
  });

  it('is flat without a byte and a frame, and flows as long as frames come out of the buffer', () => {
    const { counters } = camera(0);
    assert.equal(measureReceived(camera(0), camera(5, counters)).traffic, 'flat');
    const drained = { ...counters, framesDecoded: counters.framesDecoded! + 2 };
    assert.equal(measureReceived(camera(0), camera(5, drained)).traffic, 'flows');
    const uncounted = { bytesReceived: undefined, packetsReceived: undefined };
    const still = { ...uncounted, framesDecoded: 500 };
    assert.equal(measureReceived(camera(0, still), camera(5, still)).traffic, 'unknown');
  });

  it('counts packets where the browser counts no bytes', () => {
    const silent = { bytesReceived: undefined, packetsReceived: 7, framesDecoded: 500 };
    assert.equal(measureReceived(camera(0, silent), camera(5, silent)).traffic, 'flat');
  });

  it("takes the browser's frame rate only where it doesn't count frames", () => {
    const uncounted = { framesDecoded: undefined, framesPerSecond: 15 };
    assert.equal(measureReceived(camera(0, uncounted), camera(5, uncounted)).framesPerSecond, 15);
    assert.equal(measureReceived(camera(0), camera(5, { framesPerSecond: 769 })).framesPerSecond, 20);
  });

  it('counts freezes and pauses together, and knows nothing where freezes are not counted', () => {
    const stood = { totalFreezesDuration: 1.5, totalPausesDuration: 6 };
    assert.equal(measureReceived(camera(0), camera(5, stood)).creditedMs, 7_500);
    assert.equal(
      measureReceived(camera(0), camera(5, { ...stood, totalFreezesDuration: undefined })).creditedMs,
      undefined,
    );
    assert.equal(
      measureReceived(camera(0), camera(5, { ...stood, totalPausesDuration: undefined })).creditedMs,
      1_500,
    );
  });

  it('counts for how many freezes and pauses there is a credit', () => {
    const count = (counters: object) => measureReceived(camera(0), camera(5, counters)).creditCount;
    assert.equal(count({ freezeCount: 2, pauseCount: 1 }), 3);
    assert.equal(count({ freezeCount: 2, pauseCount: undefined }), 2);
    assert.equal(count({ freezeCount: undefined, pauseCount: 1 }), undefined);
  });

  it('drops frames of those that were received, or handled, and of ten at least', () => {
    const dropped = (framesDropped: number, framesReceived: number, framesDecoded: number) =>
      measureReceived(
        camera(0, { framesReceived: 500, framesDecoded: 500 }),
        camera(5, {
          framesDropped,
          framesReceived: 500 + framesReceived,
          framesDecoded: 500 + framesDecoded,
        }),
      ).framesDroppedPercent;
    assert.equal(dropped(20, 100, 80), 20);
    assert.equal(dropped(3, 9, 6), undefined);
    // As captured after an outage: 46 dropped that had arrived before.
    assert.equal(dropped(46, 20, 20)!.toFixed(1), '69.7');
  });

  it('conceals what can be heard, of half a second at least', () => {
    const concealed = (totalSeconds: number, concealedSamples: number, silentConcealedSamples?: number) =>
      measureReceived(
        audio(0, { silentConcealedSamples: silentConcealedSamples === undefined ? undefined : 0 }),
        audio(5, {
          totalSamplesReceived: 48_000 * totalSeconds,
          concealedSamples,
          silentConcealedSamples,
        }),
      ).concealmentRatio;
    assert.equal(concealed(5, 24_000, 12_000), 0.05);
    assert.equal(concealed(5, 24_000, 24_000), 0);
    assert.equal(concealed(5, 24_000), 0.1);
    assert.equal(concealed(0.4, 9_000, 0), undefined);
  });
});

describe('the round trip of media', () => {
  const rttMs = (before: RemoteCounters | undefined, now: RemoteCounters | undefined) =>
    measureReceived(camera(0, {}, { remote: before }), camera(5, {}, { remote: now })).rttMs;

  it('is the mean of what was measured in the interval', () => {
    assert.equal(
      rttMs(
        { totalRoundTripTime: 1, roundTripTimeMeasurements: 10 },
        { totalRoundTripTime: 1.3, roundTripTimeMeasurements: 15, roundTripTime: 0.2 },
      )!.toFixed(3),
      '60.000',
    );
  });

  it('is the last measurement where measurements are not counted', () => {
    assert.equal(rttMs(undefined, { roundTripTime: 0.2 }), 200);
    assert.equal(rttMs({ roundTripTime: 0.2 }, { roundTripTime: 0.2 }), 200);
    assert.equal(
      rttMs({ timestamp: START_MS, roundTripTime: 0.2 }, { timestamp: START_MS + 1, roundTripTime: 0.3 }),
      300,
    );
  });

  it('is unknown while the peer repeats its last report, or has measured nothing since', () => {
    const counted = { totalRoundTripTime: 1, roundTripTimeMeasurements: 10, roundTripTime: 0.2 };
    const report = { timestamp: START_MS, roundTripTime: 0.2 };
    assert.equal(rttMs(counted, counted), undefined);
    assert.equal(rttMs(report, report), undefined);
    assert.equal(rttMs({ ...report, ...counted }, { timestamp: START_MS + 1, ...counted }), undefined);
    assert.equal(rttMs(counted, undefined), undefined);
  });

  it('has no mean across counters that fell, and no impossible value', () => {
    const fallen = { totalRoundTripTime: 0.5, roundTripTimeMeasurements: 30, roundTripTime: 0.04 };
    assert.equal(rttMs({ totalRoundTripTime: 1, roundTripTimeMeasurements: 10 }, fallen), 40);
    assert.equal(rttMs(undefined, { roundTripTime: 5_000 }), undefined);
  });
});

describe('what is sent', () => {
  const sent = (before: RemoteCounters | undefined, now: RemoteCounters | undefined) => {
    const first = sentCamera(0, {}, { remote: before });
    return measureSent(first, sentCamera(5, {}, { remote: now }), anchorOf(undefined, first));
  };

  it('is lost as the peer reports it, of what was sent since its report before', () => {
    const { lostCount, expectedCount } = sent(
      { timestamp: START_MS, packetsLost: 10 },
      { timestamp: START_MS + 5_000, packetsLost: 35 },
    );
    assert.deepEqual([lostCount, expectedCount], [25, 500]);
  });

  it('is unknown while the peer repeats its last report', () => {
    const report = { timestamp: START_MS, packetsLost: 10, fractionLost: 0.3 };
    assert.equal(sent(report, report).lostCount, undefined);
  });

  it('compares a report with the one before it, however many readings lie between', () => {
    const first = sentCamera(0, {}, { remote: { timestamp: START_MS, packetsLost: 0 } });
    const repeated = sentCamera(5, {}, { remote: { timestamp: START_MS, packetsLost: 0 } });
    const second = sentCamera(10, {}, { remote: { timestamp: START_MS + 9_000, packetsLost: 100 } });
    const anchor = anchorOf(anchorOf(undefined, first), repeated);
    const { lostCount, expectedCount } = measureSent(repeated, second, anchor);
    // 100 of the 1,000 packets of 10 s, not of the 500 of the last 5 s.
    assert.deepEqual([lostCount, expectedCount], [100, 1_000]);
  });

  it('falls back on the fraction of a new report, and is never more than what was sent', () => {
    const before = { timestamp: START_MS };
    assert.equal(sent(before, { timestamp: START_MS + 1, fractionLost: 0.1 }).lostCount, 50);
    assert.equal(
      sent({ timestamp: START_MS, packetsLost: 0 }, { timestamp: START_MS + 1, packetsLost: 9_999 })
        .lostCount,
      500,
    );
    assert.equal(sent(undefined, { timestamp: START_MS + 1, packetsLost: 5 }).lostCount, undefined);
  });

  it('is limited for a share of the interval', () => {
    const limited = (cpu?: number, bandwidth?: number) => ({
      qualityLimitationDurations: { cpu, bandwidth },
    });
    const { cpuLimitedRatio, bandwidthLimitedRatio } = measureSent(
      sentCamera(0, limited(1, 0)),
      sentCamera(5, limited(3, 9)),
      undefined,
    );
    assert.equal(cpuLimitedRatio, 0.4);
    assert.equal(bandwidthLimitedRatio, 1);
    const unknown = measureSent(sentCamera(0, limited()), sentCamera(5, limited()), undefined);
    assert.equal(unknown.cpuLimitedRatio, undefined);
  });
});
