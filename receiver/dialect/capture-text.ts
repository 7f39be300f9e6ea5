// The text of a capture → the body that a dialect sees: one JSON value, or the array of the values of its lines. Works on
// bytes line by line, since a capture may be longer than a string can be. A last line that was cut off is dropped and told.
import { jsonFaultOffset, describeJsonFault } from '../guide-event/json-fault.ts';
import { textOf } from '../guide-event/body-text.ts';

export type CaptureBody =
  | {
      readonly ok: true;
      readonly body: unknown;
      /** Number of the last line, from 1, when it was cut off and left out. */
      readonly cutOffLine?: number;
    }
  /** `reason` goes after the file's name and a colon; it quotes nothing of the text. */
  | { readonly ok: false; readonly reason: string };

/** The first line of a file of rtcstats: says what follows and holds nothing. */
const RTCSTATS_HEADER = 'RTCStatsDump';
const NEWLINE = 0x0a;
const BLANK = /^\s*$/;
/** One JSON value is parsed as one string: V8's longest, a little less than 512 MiB. */
const MAX_JSON_BYTES = 0x1fffffe8;

export function parseCapture(bytes: Uint8Array): CaptureBody {
  const lines = linesOf(bytes);
  const first = lines.next().value;
  if (first === undefined) return { ok: false, reason: 'is empty' };
  if (first.text?.trim() === RTCSTATS_HEADER) return parseLines(lines, []);
  const firstValue = first.text === undefined ? undefined : parsed(first.text);
  if (firstValue !== undefined && !lines.next().done) {
    // The line that was looked at is still to be read: the lines are gone through anew.
    return parseLines(linesOf(bytes), []);
  }
  if (bytes.length > MAX_JSON_BYTES) return { ok: false, reason: 'is one JSON value of more than 512 MiB' };
  const text = textOf(bytes);
  if (text === undefined) return { ok: false, reason: 'is not UTF-8' };
  const whole = parsed(text);
  if (whole !== undefined) return { ok: true, body: whole.value };
  return { ok: false, reason: `is no JSON: it breaks ${describeJsonFault(text)}` };
}

interface Line {
  /** From 1, in the file. */
  readonly number: number;
  /** Undefined when the bytes are not UTF-8. */
  readonly text: string | undefined;
}

function parseLines(lines: Iterable<Line>, body: unknown[]): CaptureBody {
  let broken: Line | undefined;
  for (const line of lines) {
    if (broken !== undefined) return { ok: false, reason: describeBroken(broken) };
    const value = line.text === undefined ? undefined : parsed(line.text);
    if (value === undefined) broken = line;
    else body.push(value.value);
  }
  if (broken === undefined) return { ok: true, body };
  return { ok: true, body, cutOffLine: broken.number };
}

function describeBroken({ number, text }: Line): string {
  if (text === undefined) return `is not UTF-8 in line ${number}`;
  return `is no JSON in line ${number}: it breaks at column ${jsonFaultOffset(text) + 1}`;
}

/** The lines that are not blank. */
function* linesOf(bytes: Uint8Array): Generator<Line, undefined> {
  let number = 0;
  for (let start = 0; start < bytes.length;) {
    number += 1;
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = textOf(bytes.subarray(start, end));
    if (text === undefined || !BLANK.test(text)) yield { number, text };
    start = end + 1;
  }
}

/** A box, since JSON may be null. */
function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
