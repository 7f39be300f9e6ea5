// How events are written one after the other: server-sent events (WHATWG HTML, 9.2), or one JSON text a line.
import type { StreamFormatName } from './instruments.ts';

/** `id` is the place behind which the client would go on; `json` is on one line. */
export interface StreamFormat {
  readonly name: StreamFormatName;
  /** Goes out at once, so that the client sees that it is heard. */
  opening(id: string): string;
  event(id: string, json: string): string;
  /** Says that the stream is alive. */
  heartbeat(id: string): string;
  /** That events were missed; how many is absent where nobody knows. */
  missed(id: string, count: number | undefined): string;
}

/** How soon a client should come back. */
const RETRY_MS = 3_000;

/**
 * An id also stands where there is no event: a stream whose filter lets little pass would otherwise come back with one that
 * has long left the buffer, although it has missed nothing.
 */
export const SSE: StreamFormat = {
  name: 'sse',
  opening: (id) => `retry: ${RETRY_MS}\nid: ${id}\n\n`,
  event: (id, json) => `id: ${id}\ndata: ${json}\n\n`,
  heartbeat: (id) => `:\nid: ${id}\n\n`,
  missed: (id, count) => `event: missed\nid: ${id}\ndata: ${missedJson(count)}\n\n`,
};

export const NDJSON: StreamFormat = {
  name: 'ndjson',
  opening: () => '\n',
  event: (_id, json) => `${json}\n`,
  heartbeat: () => '\n',
  missed: (_id, count) => `${missedJson(count)}\n`,
};

/** Its type tells it from an event where lines have no names. */
function missedJson(count: number | undefined): string {
  return JSON.stringify({ type: 'missed', ...(count !== undefined && { missed: count }) });
}
