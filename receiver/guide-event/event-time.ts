// Reads the timestamps that senders write: ISO 8601, or seconds, milliseconds, microseconds or nanoseconds since the
// Unix epoch, told apart by magnitude. Own arithmetic and not Date.parse, which reads much that is no timestamp and
// takes one without an offset as local time.

/** A clock that is ahead of ours by no more than this is believed. */
const CLOCK_SKEW_ALLOWED_MS = 30_000;

/** Whether a clock that tells `observedAtMs` at our `receivedAtMs` is too far ahead to be believed. */
export function isAheadOfArrival(observedAtMs: number, receivedAtMs: number): boolean {
  return observedAtMs > receivedAtMs + CLOCK_SKEW_ALLOWED_MS;
}

/** Up to here a number is in seconds (the year 5138); a thousand times as much for each finer unit. */
const SECONDS_BELOW = 1e11;

const [DASH, COLON, DOT, PLUS, ZERO, UPPER_T, LOWER_T, UPPER_Z, LOWER_Z, SPACE] = [...'-:.+0TtZz '].map(
  (character) => character.charCodeAt(0),
);

/**
 * Milliseconds since the Unix epoch, whole, or undefined when `value` is no timestamp. Digits in quotes are a number,
 * since templates quote everything. A time without an offset is UTC.
 */
export function parseEventTime(value: unknown): number | undefined {
  if (typeof value === 'number') return epochMs(value);
  if (typeof value !== 'string') return undefined;
  const isoMs = parseIso(value);
  if (isoMs !== undefined) return isoMs;
  return /^\d{1,20}(?:\.\d{1,9})?$/.test(value) ? epochMs(Number(value)) : undefined;
}

function epochMs(value: number): number | undefined {
  if (!(value >= 0 && value < SECONDS_BELOW * 1e9)) return undefined;
  // Rounded in seconds, where a fraction such as .123 has no exact double; cut in the finer units.
  if (value < SECONDS_BELOW) return Math.round(value * 1_000);
  if (value < SECONDS_BELOW * 1e3) return Math.floor(value);
  if (value < SECONDS_BELOW * 1e6) return Math.floor(value / 1e3);
  return Math.floor(value / 1e6);
}

/** `2026-01-31T12:00:00`, then optionally `.` and digits, then optionally `Z` or an offset such as `+01:00`. */
function parseIso(text: string): number | undefined {
  if (text.length < 19 || text.length > 40) return undefined;
  const separator = text.charCodeAt(10);
  if (
    text.charCodeAt(4) !== DASH ||
    text.charCodeAt(7) !== DASH ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON ||
    (separator !== UPPER_T && separator !== LOWER_T && separator !== SPACE)
  ) {
    return undefined;
  }
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const writtenSecond = digits(text, 17, 2);
  // A leap second is taken as the second before it.
  const second = Math.min(writtenSecond, 59);
  const fraction = fractionOf(text);
  const offsetMs = offsetOf(text, fraction.end);
  const wholeMs = Date.UTC(year, month - 1, day, hour, minute, second);
  // What is no number anywhere above is no number here.
  const timeMs = wholeMs + fraction.ms - offsetMs;
  const inRange = month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60 && writtenSecond <= 60;
  if (!inRange || Number.isNaN(timeMs)) return undefined;
  // Date.UTC rolls 31 February over into March.
  return day > 28 && new Date(wholeMs).getUTCDate() !== day ? undefined : timeMs;
}

/** `count` decimal digits as a number, or NaN. */
function digits(text: string, start: number, count: number): number {
  let value = 0;
  for (let index = start; index < start + count; index += 1) {
    const digit = text.charCodeAt(index) - ZERO!;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Whole milliseconds after the dot at position 19, and where the offset begins. Finer digits are cut. */
function fractionOf(text: string): { ms: number; end: number } {
  if (text.charCodeAt(19) !== DOT) return { ms: 0, end: 19 };
  let ms = 0;
  let scaleMs = 100;
  let end = 20;
  for (; end < text.length; end += 1) {
    const digit = text.charCodeAt(end) - ZERO!;
    if (!(digit >= 0 && digit <= 9)) break;
    ms += digit * scaleMs;
    scaleMs = Math.floor(scaleMs / 10);
  }
  return { ms: end === 20 ? Number.NaN : ms, end };
}

/** The offset from UTC in milliseconds, or NaN when what follows `start` is none. */
function offsetOf(text: string, start: number): number {
  if (start === text.length) return 0;
  const sign = text.charCodeAt(start);
  if (sign === UPPER_Z || sign === LOWER_Z) return start + 1 === text.length ? 0 : Number.NaN;
  if (sign !== PLUS && sign !== DASH) return Number.NaN;
  const rest = text.length - start - 1;
  const minuteStart = text.charCodeAt(start + 3) === COLON ? start + 4 : start + 3;
  if (rest !== 2 && rest !== 4 && !(rest === 5 && minuteStart === start + 4)) return Number.NaN;
  const hours = digits(text, start + 1, 2);
  const minutes = rest === 2 ? 0 : digits(text, minuteStart, 2);
  if (!(hours <= 18 && minutes < 60)) return Number.NaN;
  return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes) * 60_000;
}
