// The file of rtcstats.com and of newer Chrome: a line RTCStatsDump (which the reader of the file has taken off), a line of
// metadata that is not read, then lines of [method, connection, value, …, time]. In format 3 times are differences too,
// methods may be numbers, and reports are compressed; format 2 writes all this as Jitsi does.
// Source: github.com/rtcstats/rtcstats, packages/rtcstats-js and rtcstats-shared.
import { decodeCapture, type CaptureOutput } from './capture-output.ts';
import type { Dialect } from './dialect.ts';
import { expandCompressed } from './rtcstats-compression.ts';
import { playDifferences } from './rtcstats-jitsi.ts';
import { playTrace, type TraceLine } from './rtcstats-trace.ts';
import { isObject } from './stat-fields.ts';

export const rtcstatsFile: Dialect = {
  name: 'rtcstats-file',
  summary: 'A file of rtcstats.com, or one that newer Chrome saves in its form: formats 2 and 3.',
  use: 'capture',
  recognises: (body) => Array.isArray(body) && isObject(body[0]) && 'fileFormat' in body[0],
  decode: (body, context) =>
    decodeCapture(context, (output) => {
      const [metadata, ...lines] = Array.isArray(body) ? (body as unknown[]) : [];
      const fileFormat = isObject(metadata) ? metadata.fileFormat : undefined;
      if (fileFormat === 3) playTrace(traceOf(lines, output), expandCompressed, output);
      else if (fileFormat === 2) playDifferences(lines, 1, output);
      else output.refuse(0, 'fileFormat', 'must be 2 or 3');
    }),
};

/** By name and by number. */
const SAYS: ReadonlyMap<unknown, TraceLine['says']> = new Map<unknown, TraceLine['says']>([
  ['g', 'stats'],
  [1, 'stats'],
  ['getStats', 'stats'],
  [25, 'connection-state'],
  ['onconnectionstatechange', 'connection-state'],
  [24, 'ice-state'],
  ['oniceconnectionstatechange', 'ice-state'],
  [36, 'closed'],
  ['close', 'closed'],
  [64, 'screen-tracks'],
  ['navigator.mediaDevices.getDisplayMediaOnSuccess', 'screen-tracks'],
]);

/** A difference this long is none: a tracer that connects anew begins with a time since the epoch. */
const ABSOLUTE_FROM_MS = Date.UTC(2000, 0, 1);

function traceOf(lines: readonly unknown[], output: CaptureOutput): TraceLine[] {
  const trace: TraceLine[] = [];
  let atMs = 0;
  for (const [position, line] of lines.entries()) {
    const index = position + 1;
    const time: unknown = Array.isArray(line) ? line.at(-1) : undefined;
    if (!Array.isArray(line) || line.length < 4 || typeof time !== 'number' || !Number.isFinite(time)) {
      output.refuse(index, '', 'must be an array of method, connection, value and time');
      continue;
    }
    atMs = time >= ABSOLUTE_FROM_MS ? time : atMs + time;
    const [method, connection, value] = line as unknown[];
    const says = SAYS.get(method);
    if (says === undefined || (connection !== null && typeof connection !== 'string')) continue;
    trace.push({ index, says, connection, value, atMs });
  }
  return trace;
}
