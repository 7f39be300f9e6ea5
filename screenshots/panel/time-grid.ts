// Which times a range query asks for, and over how long a rate goes, by Grafana's rules.

export interface TimeGrid {
  /** Seconds since the Unix epoch, whole steps. */
  readonly timesS: readonly number[];
  readonly stepS: number;
  /** What `$__rate_interval` stands for, seconds. */
  readonly rateIntervalS: number;
}

/** The steps that Grafana rounds to. */
const STEPS_S = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600];

/** At most a point for each pixel of the width, and no more often than was scraped. */
export function timeGrid(fromMs: number, toMs: number, widthPx: number, scrapeIntervalS: number): TimeGrid {
  const finestS = Math.max((toMs - fromMs) / 1_000 / widthPx, scrapeIntervalS);
  const stepS = STEPS_S.find((step) => step >= finestS) ?? STEPS_S.at(-1)!;
  const first = Math.floor(fromMs / 1_000 / stepS);
  const last = Math.floor(toMs / 1_000 / stepS);
  return {
    timesS: Array.from({ length: last - first + 1 }, (_, index) => (first + index) * stepS),
    stepS,
    rateIntervalS: Math.max(stepS + scrapeIntervalS, 4 * scrapeIntervalS),
  };
}

/** Of a step as a board writes it, such as `10s`. Throws on another unit. */
export function secondsOf(duration: string): number {
  const [, count] = /^(\d+)s$/.exec(duration) ?? [];
  if (count === undefined) throw new Error(`not a number of seconds: ${duration}`);
  return Number(count);
}
