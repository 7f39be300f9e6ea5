// What a metric of an event may be: its unit is in its name, and its value inside the bounds of the possible.
import type { FieldName } from './alias-table.ts';
import { FIELD } from './field.ts';

export interface MetricBounds {
  readonly field: FieldName;
  /** Its place among the values of an entry. */
  readonly index: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** The upper bounds of the times and rates are no limits of the medium: beyond them the sender has mistaken the unit. */
export const METRICS = {
  mos: bounds('mos', 1, 5),
  packetLossPercent: bounds('packetLossPercent', 0, 100),
  jitterMs: bounds('jitterMs', 0, 1e6),
  rttMs: bounds('rttMs', 0, 1e6),
  bitrateKbps: bounds('bitrateKbps', 0, 1e7),
  usualBitrateKbps: bounds('usualBitrateKbps', 0, 1e7),
  framesPerSecond: bounds('framesPerSecond', 0, 1_000),
  freezeRatio: bounds('freezeRatio', 0, 1),
  experience: bounds('experience', 1, 5),
  framesDroppedPercent: bounds('framesDroppedPercent', 0, 100),
} as const satisfies Readonly<Record<string, MetricBounds>>;

const DECIMAL = /^-?\d{1,20}(?:\.\d{1,20})?$/;

/** The number that `value` is or, since templates quote everything, spells in plain decimals; otherwise undefined. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
}

function bounds(field: FieldName, minimum: number, maximum: number): MetricBounds {
  return { field, index: FIELD[field], minimum, maximum };
}
