// What tests of recorded calls share: fixtures as bodies, and the samples that come of a decoded call.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { parseCapture } from '../../../receiver/dialect/capture-text.ts';
import type { Dialect, DialectOutput } from '../../../receiver/dialect/dialect.ts';
import { ReadingEngine } from '../../../receiver/get-stats/reading-engine.ts';
import type { StatsReading } from '../../../receiver/get-stats/reading.ts';
import type { QualitySample } from '../../../receiver/sample.ts';

const FIXTURES = new URL('../../fixtures/dialects/', import.meta.url);
/** Conferences of jitsi/rtcstats-server (MIT), read where they lie: they are no part of this repository. */
const CONFERENCES = new URL('../../../../shared/data/jitsi/', import.meta.url);

/** `path` within the folder of fixtures. */
export function fixtureBody(path: string): unknown {
  return bodyOf(new URL(path, FIXTURES));
}

/** Undefined, with a line that says so, where the capture is not on this machine. */
export function conferenceBody(name: string, test: TestContext): unknown {
  const url = new URL(`${name}.ndjson`, CONFERENCES);
  if (existsSync(url)) return bodyOf(url);
  test.diagnostic(`left out: the capture ${name} is not on this machine`);
  return undefined;
}

export function decodeCall(dialect: Dialect, body: unknown): DialectOutput {
  return dialect.decode(body, { identity: { sessionId: 'call' }, receivedAtMs: 0, isRecording: true });
}

export function readingsOf({ records }: DialectOutput): StatsReading[] {
  return records.filter((record) => record.kind === 'reading');
}

/** `second type` of each event, from `startMs`. */
export function eventsOf({ records }: DialectOutput, startMs: number): string[] {
  return records.flatMap((record) =>
    record.kind === 'event' ? [`${Math.round((record.observedAtMs - startMs) / 1_000)} ${record.type}`] : [],
  );
}

/** Readings in the order of time, through the engine. */
export function samplesOf(output: DialectOutput): QualitySample[] {
  const engine = new ReadingEngine({ maxSessions: 1, sessionTimeoutMs: Infinity });
  const readings = readingsOf(output).toSorted((left, right) => left.observedAtMs - right.observedAtMs);
  return engine.take(readings, 0).records.filter((record) => record.kind === 'sample');
}

function bodyOf(url: URL): unknown {
  const parsed = parseCapture(readFileSync(url));
  assert.ok(parsed.ok);
  return parsed.body;
}
