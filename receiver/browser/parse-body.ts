// The bytes of a body → what a dialect decodes: parsed JSON, or of a body of lines the array of its lines. Pure.
import { linesOf } from '../guide-event/body-text.ts';
import type { BodyFormat } from '../guide-event/decode-body.ts';
import { BodyError, parseJson, parseLine, refuseTooMany } from '../guide-event/parse-json.ts';
import type { DialectRefusal } from '../dialect/dialect.ts';

export interface ParsedBody {
  readonly value: unknown;
  /** Lines that are no JSON. */
  readonly refusals: readonly DialectRefusal[];
  /** The position in the body of the entry that the dialect knows by `index`. */
  positionOf(index: number): number;
}

/** Throws a BodyError when the body as a whole can't be taken. */
export function parseBody(bytes: Uint8Array, format: BodyFormat): ParsedBody {
  if (format === 'json') return { value: parseJson(bytes), refusals: [], positionOf: (index) => index };
  const values: unknown[] = [];
  const positions: number[] = [];
  const refusals: DialectRefusal[] = [];
  for (const line of linesOf(bytes)) {
    const parsed = parseLine(line);
    if (parsed === undefined) continue;
    const index = values.length + refusals.length;
    if ('value' in parsed) {
      values.push(parsed.value);
      positions.push(index);
    } else {
      refusals.push({ index, path: '', reason: parsed.reason });
    }
    refuseTooMany(index + 1);
  }
  if (values.length === 0) {
    throw new BodyError(
      'malformed',
      refusals.length === 0 ? 'the body is empty' : 'no line of the body is JSON',
    );
  }
  return { value: values, refusals, positionOf: (index) => positions[index] ?? index };
}
