// W3C RTCStats objects of one getStats() call → streams and path. An allow-list of fields by type: what it doesn't name
// is never looked at. A field that can't be is refused with its path, and the rest is kept.
import type { PathReading, StreamReading } from '../get-stats/reading.ts';
import type { MediaHints } from './media-hints.ts';
import { type ObjectsByType, sortByType } from './objects-by-type.ts';
import { readPath } from './selected-path.ts';
import type { FieldRefusal } from './stat-fields.ts';
import { statTimeMs } from './stat-time.ts';
import { readStreams } from './streams.ts';

export interface StatsObjects {
  readonly streams: readonly StreamReading[];
  readonly path?: PathReading;
  /** The newest timestamp of the streams, or of the path where there is none; whole milliseconds since the Unix epoch. */
  readonly observedAtMs?: number;
  /** Paths begin with that of the object, such as `[3].bytesReceived`. */
  readonly refusals: readonly FieldRefusal[];
}

/**
 * Total: whatever the objects are, it never throws. `pathOf` gives the path of the object at a position, for refusals;
 * `[3]` when it is left out.
 */
export function readStatsObjects(
  objects: readonly unknown[],
  hints: MediaHints = {},
  pathOf: (position: number) => string = (position) => `[${position}]`,
): StatsObjects {
  const refusals: FieldRefusal[] = [];
  const byType = sortByType(objects, pathOf, refusals);
  const streams = readStreams(byType, hints);
  const path = readPath(byType);
  const observedAtMs = newestMs(streams, byType);
  return {
    streams,
    ...(path !== undefined && { path }),
    ...(observedAtMs !== undefined && { observedAtMs }),
    refusals,
  };
}

function newestMs(streams: readonly StreamReading[], byType: ObjectsByType): number | undefined {
  const pathTimes = ['transport', 'candidate-pair']
    .flatMap((type) => [...byType(type).values()])
    .map((fields) => statTimeMs(fields.value('timestamp')))
    .filter((timeMs) => timeMs !== undefined);
  const times = streams.length > 0 ? streams.map(({ timestampMs }) => timestampMs) : pathTimes;
  return times.length > 0 ? Math.floor(Math.max(...times)) : undefined;
}
