// From what a tool writes to the sample that comes of it: the numbers were computed by hand from two outputs in a row, by
// the definitions of W3C. They pin the units of every dialect.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialectNamed, LIVE_DIALECTS } from '../../../receiver/dialect/registry.ts';
import { ReadingEngine } from '../../../receiver/get-stats/reading-engine.ts';
import type { QualitySample } from '../../../receiver/sample.ts';
import { fixturesOf } from './dialect-fixtures.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 15);

type Metrics = Partial<Record<'bitrateKbps' | 'packetLossPercent' | 'jitterMs' | 'framesPerSecond', number>>;

interface Derived {
  readonly dialect: string;
  readonly body: unknown;
  /** Which of the samples, from 0. */
  readonly at: number;
  readonly metrics: Metrics;
}

/** Bytes of video between the two events, in kbit/s: 54,980 bytes in 1,998.808 ms. Of 73 packets 13 were lost. */
const GATHERER_METRICS: Metrics = { bitrateKbps: 220.051, packetLossPercent: 17.808, jitterMs: 65 };

const DERIVED: readonly Derived[] = [
  {
    dialect: 'webrtc-stats-gatherer',
    body: bodyOf('webrtc-stats-gatherer', 'one-call'),
    at: 1,
    metrics: GATHERER_METRICS,
  },
  {
    dialect: 'genesys-telemetry',
    body: bodyOf('genesys-telemetry', 'one-call'),
    at: 0,
    metrics: GATHERER_METRICS,
  },
  {
    dialect: 'peermetrics',
    body: bodyOf('peermetrics', 'receiving'),
    at: 0,
    // In 9,999.615 ms: 503,453 bytes, 11 of 539 packets lost, 165 frames.
    metrics: { bitrateKbps: 402.778, packetLossPercent: 2.0408, jitterMs: 265, framesPerSecond: 16.5006 },
  },
  {
    dialect: 'observertc',
    body: bodyOf('observertc', 'subscriber'),
    at: 0,
    // In 11,999.953 ms: 513,370 bytes, 25 of 580 packets lost, 164 frames.
    metrics: { bitrateKbps: 342.248, packetLossPercent: 4.3103, jitterMs: 153, framesPerSecond: 13.6667 },
  },
  {
    dialect: 'webrtc-issue-detector',
    body: [0, 2_000].map((afterMs) => issueDetectorItem(afterMs)),
    at: 0,
    // In 2,000 ms: 100,000 bytes, 5 of 100 packets lost, 30 frames.
    metrics: { bitrateKbps: 400, packetLossPercent: 5, jitterMs: 20, framesPerSecond: 15 },
  },
  {
    dialect: 'getstats',
    body: [0, 2_000].map((afterMs) => [videoOf(afterMs)]),
    at: 0,
    metrics: { bitrateKbps: 400, packetLossPercent: 5, jitterMs: 20, framesPerSecond: 15 },
  },
];

function bodyOf(dialect: string, name: string): unknown {
  return fixturesOf(dialect).find((fixture) => fixture.name === name)?.body;
}

function videoOf(afterMs: number) {
  const share = afterMs / 2_000;
  return {
    id: 'IT1',
    type: 'inbound-rtp',
    kind: 'video',
    timestamp: NOW_MS - 60_000 + afterMs,
    bytesReceived: 50_000 + 100_000 * share,
    packetsReceived: 40 + 95 * share,
    packetsLost: 2 + 5 * share,
    framesDecoded: 60 + 30 * share,
    jitter: 0.02,
  };
}

function issueDetectorItem(afterMs: number) {
  const none = { inbound: [], outbound: [] };
  // Rates of the library itself, which are not read.
  const video = { ...videoOf(afterMs), bitrate: 1, packetRate: 1 };
  return {
    id: 'pc',
    stats: { audio: none, video: { inbound: [video], outbound: [] }, connection: {} },
    timeTaken: 1,
  };
}

function samplesOf(dialect: string, body: unknown): readonly QualitySample[] {
  const context = { receivedAtMs: NOW_MS, identity: { sessionId: 's' } };
  const { records } = dialectNamed(dialect)!.decode(body, context);
  const engine = new ReadingEngine({ maxSessions: 1, sessionTimeoutMs: 60_000 });
  const readings = records.filter((record) => record.kind === 'reading');
  return engine.take(readings, NOW_MS).records.filter((record) => record.kind === 'sample');
}

describe('the numbers of a sample', () => {
  for (const { dialect, body, at, metrics } of DERIVED) {
    it(`are those of the counters: ${dialect}`, () => {
      const sample = samplesOf(dialect, body)[at];
      for (const [name, value] of Object.entries(metrics)) {
        const measured = sample?.[name as keyof Metrics];
        assert.ok(
          measured !== undefined && Math.abs(measured - value) <= value * 1e-4,
          `${name} is ${String(measured)}, not ${value}`,
        );
      }
    });
  }

  it('have the round trip of the picture, not the one that audio repeats', () => {
    // One measurement of video since the reading before: 0.782639 s less 0.652726 s. Audio's 144.1 ms is 10 s old.
    assert.equal(samplesOf('observertc', bodyOf('observertc', 'subscriber'))[1]?.rttMs?.toFixed(1), '129.9');
  });

  it('are pinned for every dialect', () => {
    assert.deepEqual(
      DERIVED.map(({ dialect }) => dialect).sort(),
      LIVE_DIALECTS.map(({ name }) => name).sort(),
    );
  });
});
