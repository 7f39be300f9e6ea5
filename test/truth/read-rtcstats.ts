// rtcstats dumps of real conferences, read for their inbound videos. Each `getstats` line holds what differs from the line
// before: a missing key is unchanged, a missing object was removed, and `timestamp: 0` means the report's own.
import { existsSync, readFileSync } from 'node:fs';
import type { Counters } from './definitions.ts';

/** They are no part of this repository. */
const DUMP_FOLDER = new URL('../../../shared/data/jitsi/', import.meta.url);

export type RawObject = Readonly<Record<string, unknown>>;
export type DumpLine = readonly [method: string, connection: string | null, value: unknown, atMs: number];

/** Absent when the capture is not on this machine. */
export function readDump(name: string): DumpLine[] | undefined {
  const path = new URL(`${name}.ndjson`, DUMP_FOLDER);
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as DumpLine);
}

/** One `inbound-rtp` object with all its keys, and when it was read. */
export interface RawReading {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly stat: RawObject;
}

/** The inbound videos by their SSRC, in the order in which they appear. */
export function videosOfDump(lines: readonly DumpLine[]): Map<number, RawReading[]> {
  const videos = new Map<number, RawReading[]>();
  const known = new Map<string, Map<string, RawObject>>();
  for (const [method, connection, value] of lines) {
    if (method !== 'getstats' || connection === null) continue;
    const { timestamp: reportAtMs, ...changes } = value as { timestamp: number } & Record<string, RawObject>;
    const before = known.get(connection);
    const report = new Map(
      Object.entries(changes).map(([id, change]) => [id, { ...before?.get(id), ...change }]),
    );
    known.set(connection, report);
    for (const stat of report.values()) {
      if (stat.type !== 'inbound-rtp' || (stat.kind ?? stat.mediaType) !== 'video') continue;
      // 0 stands for the report's own.
      const reading = { atMs: numberIn(stat, 'timestamp') || reportAtMs, stat };
      const ssrc = numberIn(stat, 'ssrc') ?? 0;
      const stream = videos.get(ssrc);
      if (stream === undefined) videos.set(ssrc, [reading]);
      else stream.push(reading);
    }
  }
  return videos;
}

export function countersOf({ atMs, stat }: RawReading): Counters {
  const totalFreezesDuration = numberIn(stat, 'totalFreezesDuration');
  const totalPausesDuration = numberIn(stat, 'totalPausesDuration');
  return {
    atMs,
    ssrc: numberIn(stat, 'ssrc') ?? 0,
    packetsReceived: numberIn(stat, 'packetsReceived') ?? 0,
    packetsLost: numberIn(stat, 'packetsLost') ?? 0,
    bytesReceived: numberIn(stat, 'bytesReceived') ?? 0,
    framesDecoded: numberIn(stat, 'framesDecoded') ?? 0,
    ...(totalFreezesDuration !== undefined && { totalFreezesDuration }),
    ...(totalPausesDuration !== undefined && { totalPausesDuration }),
  };
}

function numberIn(stat: RawObject, key: string): number | undefined {
  const value = stat[key];
  return typeof value === 'number' ? value : undefined;
}
