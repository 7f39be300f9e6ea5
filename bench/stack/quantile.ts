// Quantiles by nearest rank: a value that was measured, never one between two.

/** NaN of nothing. `quantile` is 0–1. */
export function quantileOf(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? NaN;
}
