// What the readers of a stream have in common: chunks in, whole JSON texts out.

export interface PayloadParser {
  /** The payloads that become whole with this chunk, in order. */
  push(chunk: Uint8Array): Payloads;
  /** What is whole at the stream's regular end. What is not never will be. */
  end(): Payloads;
}

export interface Payloads {
  readonly payloads: readonly Uint8Array[];
  /** Payloads that were thrown away because they were too long. */
  readonly overlongCount: number;
}

/** What a stream says of itself, for the connection after it. */
export interface Resumption {
  /** The id of the last whole event, when it had one. */
  lastEventId?: string | undefined;
  /** Wish for the wait before a reconnect. */
  retryMs?: number | undefined;
}

const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** A heartbeat: some streams send empty lines, others events without data. */
export function isBlank(payload: Uint8Array): boolean {
  return payload.every((byte) => BLANKS.has(byte));
}
