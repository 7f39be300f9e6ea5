// The guide's request, key by key as the guide has it.
import type { PlatformRequest } from '../platform/platform-client.ts';
import type { QueryConfig } from './query-config.ts';
import { COUNT_KEY } from './query-keys.ts';

const PATH = '/api/v2/analytics/query';

export function trendRequest(config: QueryConfig): PlatformRequest {
  const { event_types, interval, select, group, where } = config;
  return { method: 'POST', path: PATH, body: { eventTypes: event_types, interval, select, group, where } };
}

/** What the stream was to bring. */
export interface Stream {
  readonly eventTypes: readonly string[];
  readonly filter?: string | undefined;
}

/** How many events of the stream the platform knows after `fromMs`, up to `toMs`. */
export function countRequest(
  { eventTypes, filter }: Stream,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  interval: string,
): PlatformRequest {
  // The end belongs to it: an instant of whole milliseconds has no other after it before the next.
  const span = `timestamp > '${isoOf(fromMs)}' && timestamp < '${isoOf(toMs + 1)}'`;
  const where = filter === undefined ? span : `${span} && (${filter})`;
  return {
    method: 'POST',
    path: PATH,
    body: { eventTypes, interval, select: [COUNT_KEY], group: [], where },
  };
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
