// What our pipeline makes of a raw capture: the body through the dialect that recognises it, the readings through the boundary
// engine as they would come live. The truth knows nothing of this file.
import assert from 'node:assert/strict';
import { recogniseDialect } from '../../receiver/dialect/registry.ts';
import { ReadingEngine } from '../../receiver/get-stats/reading-engine.ts';
import type { StatsReading } from '../../receiver/get-stats/reading.ts';
import type { QualitySample } from '../../receiver/sample.ts';

const CONTEXT = { identity: { sessionId: 'captured' }, receivedAtMs: Date.UTC(2026, 0, 1) };
const ONE_SESSION = { maxSessions: 1, sessionTimeoutMs: Number.MAX_SAFE_INTEGER };

export function readingsOf(body: unknown): StatsReading[] {
  const dialect = recogniseDialect(body, 'capture');
  assert.ok(dialect !== undefined, 'no dialect recognises the capture');
  return dialect.decode(body, CONTEXT).records.filter((record) => record.kind === 'reading');
}

/** The samples of the session that these readings are all there is of. */
export function samplesOf(readings: readonly StatsReading[]): QualitySample[] {
  const engine = new ReadingEngine(ONE_SESSION);
  return readings
    .flatMap((reading) => engine.take([reading], reading.receivedAtMs).records)
    .filter((record) => record.kind === 'sample');
}

/** As if the received video of that SSRC were the only stream of the session. */
export function onlyVideo(readings: readonly StatsReading[], ssrc: number): StatsReading[] {
  return readings.flatMap((reading) => {
    const streams = reading.streams.filter(
      (stream) => stream.direction === 'inbound' && stream.media !== 'audio' && stream.ssrc === ssrc,
    );
    return streams.length === 0 ? [] : [{ ...reading, streams }];
  });
}
