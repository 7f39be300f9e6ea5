// What a recorded call comes to: readings, the states of its connections as session events, and refusals. All connections
// of a capture belong to one session, which the caller names. What the capture calls them is replaced by a number.
import type { Media, SessionEvent, SessionEventType } from '../sample.ts';
import type { StreamReading, StatsReading } from '../get-stats/reading.ts';
import { ConnectionStates } from './connection-states.ts';
import type { DialectContext, DialectOutput, DialectRefusal, Identity } from './dialect.ts';
import type { MediaHints } from './media-hints.ts';
import { statTimeMs } from './stat-time.ts';
import { readStatsObjects } from './stats-objects.ts';

/** One getStats() call of a capture. */
export interface RecordedReport {
  /** Position of its entry in the capture. */
  readonly index: number;
  /** As the capture calls the connection. */
  readonly connection: string;
  /** When it was recorded, milliseconds since the Unix epoch: of use where the objects have no time of their own. */
  readonly atMs?: number | undefined;
  readonly objects: readonly unknown[];
  readonly hints?: MediaHints;
  /** SSRCs of streams that are known to show a screen. */
  readonly screenSsrcs?: ReadonlySet<number>;
}

export class CaptureOutput {
  readonly #identity: Identity;
  readonly #receivedAtMs: number;
  readonly #connectionIds = new Map<string, string>();
  readonly #states = new ConnectionStates();
  readonly #records: (StatsReading | SessionEvent)[] = [];
  readonly #indexes: number[] = [];
  readonly #refusals: DialectRefusal[] = [];

  constructor(identity: Identity, receivedAtMs: number) {
    this.#identity = identity;
    this.#receivedAtMs = receivedAtMs;
  }

  report({ index, connection, atMs, objects, hints, screenSsrcs }: RecordedReport): void {
    const { streams, path, observedAtMs = atMs, refusals } = readStatsObjects(objects, hints);
    for (const refusal of refusals) this.refuse(index, `stats${refusal.path}`, refusal.reason);
    if (observedAtMs === undefined || (streams.length === 0 && path === undefined)) return;
    this.#add(index, {
      kind: 'reading',
      ...this.#common(observedAtMs),
      connectionId: this.#connectionId(connection),
      streams: screenSsrcs === undefined ? streams : streams.map((stream) => shownAs(stream, screenSsrcs)),
      ...(path !== undefined && { path }),
    });
  }

  /** `state` as browsers call it, of the connection or of ICE; what is none says nothing. */
  state(index: number, connection: string, state: unknown, atMs: number): void {
    const type = this.#states.take(connection, state);
    if (type !== undefined) this.event(index, type, atMs);
  }

  event(index: number, type: SessionEventType, atMs: number): void {
    this.#add(index, { kind: 'event', type, ...this.#common(atMs) });
  }

  refuse(index: number, path: string, reason: string): void {
    this.#refusals.push({ index, path, reason });
  }

  result(): DialectOutput {
    return { records: this.#records, indexes: this.#indexes, refusals: this.#refusals };
  }

  #add(index: number, record: StatsReading | SessionEvent): void {
    if (statTimeMs(record.observedAtMs) !== record.observedAtMs) {
      this.refuse(index, '', 'must have a time since the Unix epoch, in milliseconds');
      return;
    }
    this.#records.push(record);
    this.#indexes.push(index);
  }

  #common(observedAtMs: number) {
    return {
      dimensions: {},
      ...this.#identity,
      observedAtMs: Math.round(observedAtMs),
      receivedAtMs: this.#receivedAtMs,
    };
  }

  #connectionId(connection: string): string {
    let id = this.#connectionIds.get(connection);
    if (id === undefined) {
      id = String(this.#connectionIds.size);
      this.#connectionIds.set(connection, id);
    }
    return id;
  }
}

export const NO_SESSION_ID = 'has no session id: a recorded call is named by whoever replays it';

/** Gathers what `decode` finds; a capture that nobody has named is refused as a whole. */
export function decodeCapture(
  context: DialectContext,
  decode: (output: CaptureOutput) => void,
): DialectOutput {
  if (context.identity === undefined) {
    return { records: [], indexes: [], refusals: [{ index: 0, path: '', reason: NO_SESSION_ID }] };
  }
  const output = new CaptureOutput(context.identity, context.receivedAtMs);
  decode(output);
  return output.result();
}

function shownAs(stream: StreamReading, screenSsrcs: ReadonlySet<number>): StreamReading {
  if (stream.media !== 'camera' || stream.ssrc === undefined || !screenSsrcs.has(stream.ssrc)) return stream;
  return { ...stream, media: 'screen' satisfies Media };
}
