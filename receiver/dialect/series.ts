// The captures of this project: getStats() of both sides of a call about once a second, without times of day. The session
// is that of the receiving side.
import { parseSeriesCapture, readingsOfSeries, type SeriesCapture } from '../get-stats/series-capture.ts';
import { containsIpAddress } from '../guide-event/ip-address.ts';
import { NO_SESSION_ID } from './capture-output.ts';
import type { Dialect } from './dialect.ts';
import { isObject } from './stat-fields.ts';

const MAX_SECONDS = 24 * 60 * 60;
const CODEC = /^video\/\w{1,16}$/;
const IMPLEMENTATION = /^[\w (),.:+-]{0,128}$/;

export const series: Dialect = {
  name: 'series',
  summary: 'A capture of this project: `series` of both sides of a call, once a second.',
  use: 'capture',
  recognises: (body) => isObject(body) && Array.isArray(body.series) && Array.isArray(body.phases),
  decode(body, { identity, receivedAtMs }) {
    const refused = (reason: string) => ({
      records: [],
      indexes: [],
      refusals: [{ index: 0, path: '', reason }],
    });
    if (identity === undefined) return refused(NO_SESSION_ID);
    const capture = parsed(body);
    if (capture === undefined) return refused('must be a capture of this project');
    const records = readingsOfSeries(capture, { ...identity, startAtMs: receivedAtMs, stepSeconds: 1 });
    // The whole capture is one entry.
    return { records, indexes: records.map(() => 0), refusals: [] };
  },
};

function parsed(body: unknown): SeriesCapture | undefined {
  try {
    const capture = parseSeriesCapture(body);
    return capture.series.every(isPlausible) ? capture : undefined;
  } catch {
    return undefined;
  }
}

/** Names that are passed on as they are must be names, and times must be some of a call. */
function isPlausible({ t, inbound }: SeriesCapture['series'][number]): boolean {
  const { codec = 'video/VP8', decoderImplementation = '' } = inbound;
  return (
    t >= 0 &&
    t <= MAX_SECONDS &&
    CODEC.test(codec) &&
    IMPLEMENTATION.test(decoderImplementation) &&
    !containsIpAddress(decoderImplementation)
  );
}
