// The contract of a dialect: how one tool writes down what a browser measured, and how that becomes readings. A dialect
// is one file in this folder, one line in registry.ts, and one folder of fixtures.
import type { StatsReading } from '../get-stats/reading.ts';
import type { Dimensions, SessionEvent } from '../sample.ts';

/** Who a body speaks for, when that is known from elsewhere: a session token, or the command line. */
export interface Identity {
  readonly sessionId: string;
  readonly conversationId?: string;
  readonly agentId?: string;
  readonly dimensions?: Dimensions;
}

/** What a decoder may know beside the body. */
export interface DialectContext {
  /** Overrides whatever the body says of itself; a body that has no session id needs it. */
  readonly identity?: Identity;
  /** Arrival, milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
  /** The body is a recording: its clock is believed however far it is from arrival, and it may be of any length. */
  readonly isRecording?: boolean;
}

/** An entry that could not be taken, or a part of one. */
export interface DialectRefusal {
  /** Position of the entry in the body, from 0. */
  readonly index: number;
  /** Path of the field within the entry, such as `stats[3].bytesReceived`; empty for the whole entry. */
  readonly path: string;
  /** A sentence without a subject that quotes nothing of the body: `must be a number`. */
  readonly reason: string;
}

export interface DialectOutput {
  /** In the order of the body. */
  readonly records: readonly (StatsReading | SessionEvent)[];
  /** For each record the position of its entry in the body. */
  readonly indexes: readonly number[];
  readonly refusals: readonly DialectRefusal[];
}

export interface Dialect {
  /** As `?dialect=` and `--dialect` name it: lower case with dashes. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** `live`: what a page sends, one body at a time. `capture`: a whole recorded call, for replay only. */
  readonly use: 'live' | 'capture';
  /** Whether the body has this shape. No body is recognised by two dialects. */
  recognises(body: unknown): boolean;
  /**
   * Pure, and total: whatever the body is, it never throws. `body` is parsed JSON; of a text with one JSON value a line
   * the array of its lines.
   */
  decode(body: unknown, context: DialectContext): DialectOutput;
}
