// What a series of exported values comes to.
import type { GaugePoint } from './live-product.ts';

export function meanOf(points: readonly GaugePoint[]): number {
  return points.reduce((sum, { value }) => sum + value, 0) / points.length;
}

export function medianOf(points: readonly GaugePoint[]): number {
  const values = points.map(({ value }) => value).toSorted((one, other) => one - other);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** `lossPercent 0.12, rttMs 3`: what was measured, without what was not. */
export function inWords(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .filter(([, value]) => !Number.isNaN(value))
    .map(([name, value]) => `${name} ${Math.round(value * 100) / 100}`)
    .join(', ');
}
