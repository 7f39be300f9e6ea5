// Durations in Go's syntax, as the Collector reads them: `30s`, `1h30m`, `1.5s`, `300ms`. There is no day.

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3, // U+00B5, micro sign
  μs: 1e-3, // U+03BC, Greek mu
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const WHOLE = /^\+?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/u;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gu;

/** Go counts nanoseconds in 64 bits, which is enough for 292 years. */
const LONGEST_MS = 2 ** 63 / 1e6;

/** A length of time, and the text it was written as. */
export class Duration {
  readonly ms: number;
  readonly text: string;

  constructor(ms: number, text: string) {
    this.ms = ms;
    this.text = text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** Undefined when `text` is no duration that is zero or more, and no longer than the Collector could take it. */
export function parseDuration(text: string): Duration | undefined {
  if (text === '0') return new Duration(0, '0s');
  if (!WHOLE.test(text)) return undefined;
  let ms = 0;
  for (const [, number, unit] of text.matchAll(PART)) ms += Number(number) * UNIT_MS[unit!]!;
  return ms < LONGEST_MS ? new Duration(ms, text) : undefined;
}
