// The captures of live calls between two Chromium peers, as the recorder wrote them.
import { readFileSync, readdirSync } from 'node:fs';
import type { Counters } from './definitions.ts';

export const SERIES_FOLDER = new URL('../fixtures/captures/', import.meta.url);

export interface SeriesReading extends Counters {
  /** `good`, `bad` or `recover`. */
  readonly phase: string;
}

interface RawPoint {
  /** Seconds since the call began. */
  readonly t: number;
  readonly phase: string;
  readonly inbound: Omit<Counters, 'atMs'>;
}

/** Names such as `netns-both-1`. */
export function seriesNames(): string[] {
  return readdirSync(SERIES_FOLDER)
    .flatMap((file) => /^series-(.+)\.json$/.exec(file)?.[1] ?? [])
    .toSorted();
}

export function seriesText(name: string): string {
  return readFileSync(new URL(`series-${name}.json`, SERIES_FOLDER), 'utf8');
}

/** Milliseconds since the call began, about one reading a second. */
export function readSeries(name: string): SeriesReading[] {
  const { series } = JSON.parse(seriesText(name)) as { series: RawPoint[] };
  return series.map(({ t, phase, inbound }) => ({ ...inbound, atMs: t * 1_000, phase }));
}
