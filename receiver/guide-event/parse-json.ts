// Text from outside as JSON, or why it is none, in words that quote nothing of it. Pure; knows no event.
import { textOf } from './body-text.ts';
import { describeJsonFault } from './json-fault.ts';

/** The body as a whole can't be taken. The message is for the sender, and quotes nothing of the body. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly kind: 'malformed' | 'too_many_entries';

  constructor(kind: BodyError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What one body may hold: a bound on how long its decoding keeps everything else waiting. */
export const MAX_ENTRIES = 10_000;

export function refuseTooMany(entryCount: number): void {
  if (entryCount <= MAX_ENTRIES) return;
  throw new BodyError('too_many_entries', `a body may have at most ${MAX_ENTRIES} entries`);
}

/** Throws a BodyError. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  if (text === undefined) throw new BodyError('malformed', 'the body is not UTF-8');
  try {
    return JSON.parse(text);
  } catch {
    throw new BodyError('malformed', `the body is no JSON: it breaks ${describeJsonFault(text)}`);
  }
}

/** What stands on one line, or in words that follow the line's position why nothing does. */
export type ParsedLine = { readonly value: unknown } | { readonly reason: string };

const BLANK = /^[ \t\r]*$/;

/** One line of a body of lines; undefined for a blank one, which is none. `line` is undefined when it is not UTF-8. */
export function parseLine(line: string | undefined): ParsedLine | undefined {
  if (line === undefined) return { reason: 'must be UTF-8' };
  if (BLANK.test(line)) return undefined;
  try {
    return { value: JSON.parse(line) as unknown };
  } catch {
    return { reason: `must be JSON, which breaks ${describeJsonFault(line)}` };
  }
}
