// Times of the day, as its story tells them.

/** Milliseconds. */
export function minutes(count: number): number {
  return count * 60_000;
}
