// Reading the body of an answer where the status alone does not tell. What it says goes into reasons only as a known word:
// an answer may repeat what we sent.
import type { IncomingAnswer } from './adapter.ts';

/** How much of a body is read where it decides: far more than any vendor's answer to one event. */
export const ANSWER_BYTES = 65_536;

/** The body as a JSON object; undefined when it is something else. */
export function answerObject({ body }: IncomingAnswer): Readonly<Record<string, unknown>> | undefined {
  if (body === undefined) return undefined;
  try {
    return objectOf(JSON.parse(body));
  } catch {
    return undefined;
  }
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** A vendor's error code when it is one, such as `mapper_parsing_exception`; undefined for any other text. */
export function codeWord(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z][a-z_]{0,63}$/.test(value) ? value : undefined;
}
