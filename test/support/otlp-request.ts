// An OTLP metrics request in one plain shape, however it was written on the wire.

export type DecodedAttributes = Readonly<Record<string, string | number | boolean>>;

export interface DecodedHistogram {
  readonly count: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
}

export interface DecodedPoint {
  readonly attributes: DecodedAttributes;
  readonly startTimeMs: number;
  readonly timeMs: number;
  /** Of a gauge or a sum. */
  readonly value?: number;
  /** Present, in place of a value, when the point is flagged so. */
  readonly hasNoRecordedValue?: true;
  readonly histogram?: DecodedHistogram;
}

export interface DecodedMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  /** Absent for gauges. */
  readonly temporality?: 'delta' | 'cumulative';
  readonly isMonotonic?: boolean;
  readonly points: readonly DecodedPoint[];
}

export interface DecodedRequest {
  readonly resource: DecodedAttributes;
  readonly metrics: readonly DecodedMetric[];
}

/** What a number point holds. Throws when that is a contradiction. */
export function valueOrFlag(value: number | undefined, flags: number | undefined) {
  const isFlagged = flags === 1;
  if (isFlagged === (value !== undefined)) throw new Error(`value ${value} with flags ${flags}`);
  return value === undefined ? ({ hasNoRecordedValue: true } as const) : { value };
}

/** By the number that stands on the wire. */
export const TEMPORALITIES: readonly DecodedMetric['temporality'][] = [undefined, 'delta', 'cumulative'];

export const NANOS_PER_MS = 1_000_000n;
