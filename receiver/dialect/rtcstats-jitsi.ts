// rtcstats as Jitsi writes it: lines of [method, connection, value, epoch ms], whose `getstats` values are differences from
// the report before. A missing key is unchanged, a missing object was removed, `timestamp: 0` means the report's own time.
// Source: jitsi/rtcstats-server. Lines are in the order of arrival, which is not always that of time.
import type { Dialect } from './dialect.ts';
import { decodeCapture, type CaptureOutput } from './capture-output.ts';
import { isObject, type JsonObject } from './stat-fields.ts';
import { playTrace, type Report, type TraceLine } from './rtcstats-trace.ts';

export const rtcstatsJitsi: Dialect = {
  name: 'rtcstats-jitsi',
  summary: 'A dump of jitsi/rtcstats-server: one array a line.',
  use: 'capture',
  recognises: (body) =>
    Array.isArray(body) && body.length > 0 && body.slice(0, 3).every((line) => isLine(line)),
  decode: (body, context) =>
    decodeCapture(context, (output) => playDifferences(Array.isArray(body) ? body : [], 0, output)),
};

const SAYS: ReadonlyMap<string, TraceLine['says']> = new Map([
  ['getstats', 'stats'],
  ['getStats', 'stats'],
  ['onconnectionstatechange', 'connection-state'],
  ['oniceconnectionstatechange', 'ice-state'],
  ['close', 'closed'],
  ['setVideoType', 'video-type'],
  ['navigator.mediaDevices.getDisplayMediaOnSuccess', 'screen-tracks'],
  ['navigator.getDisplayMediaOnSuccess', 'screen-tracks'],
]);

/** `firstIndex`: the position of the first line in the body. */
export function playDifferences(lines: readonly unknown[], firstIndex: number, output: CaptureOutput): void {
  const trace: TraceLine[] = [];
  for (const [position, line] of lines.entries()) {
    const index = firstIndex + position;
    if (!isLine(line)) {
      output.refuse(index, '', 'must be an array of method, connection, value and time');
      continue;
    }
    const says = SAYS.get(line[0]);
    if (says !== undefined) trace.push({ index, says, connection: line[1], value: line[2], atMs: line[3] });
  }
  playTrace(trace, expandDifference, output);
}

type Line = readonly [method: string, connection: string | null, value: unknown, atMs: number];

function isLine(line: unknown): line is Line {
  if (!Array.isArray(line)) return false;
  const [method, connection, , atMs] = line as unknown[];
  return (
    typeof method === 'string' &&
    (connection === null || typeof connection === 'string') &&
    typeof atMs === 'number' &&
    Number.isFinite(atMs)
  );
}

function expandDifference(before: Report | undefined, difference: JsonObject): Report {
  const report = new Map<string, JsonObject>();
  for (const [id, changes] of Object.entries(difference)) {
    if (!isObject(changes)) continue;
    const object = { ...before?.get(id), ...changes };
    const hasOwnTime = object.timestamp !== undefined && object.timestamp !== 0;
    report.set(id, hasOwnTime ? object : { ...object, timestamp: difference.timestamp });
  }
  return report;
}
