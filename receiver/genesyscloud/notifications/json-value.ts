// Reads values that a peer has sent, none of which need be what it should.
import { parseEventTime } from '../../guide-event/event-time.ts';
import { idProblem } from '../../guide-event/text-value.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The records of a list; none where there is no list. */
export function recordsOf(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** An id that may be kept, or undefined. */
export function idOf(value: unknown): string | undefined {
  return idProblem(value) === undefined ? (value as string) : undefined;
}

/** Milliseconds since the Unix epoch, or undefined. */
export function timeOf(value: unknown): number | undefined {
  return parseEventTime(value);
}
