// Percentiles of a metric without its values: DDSketch counts them in bins that are each 2 % wide, so that a percentile is
// right to 1 % however many samples and sketches went into it. The library does the counting; here are its bounds, and its
// bytes for the disk.
import sketches, { type DDSketch } from '@datadog/sketches-js';
import { type ByteReader, ByteWriter } from './byte-writer.ts';

/** A percentile differs from the value that stands there by at most this fraction of it … */
export const RELATIVE_ACCURACY = 0.01;
/**
 * … or by this, in the metric's unit, whichever is more: less counts as 0. With the metric's maximum it bounds the bins, of
 * which no metric can have more than 1,152, whatever a sender writes.
 */
export const SMALLEST_VALUE = 0.001;

/** Bins are added by as many: most groups need few. */
const BINS_AT_ONCE = 32;

export type Sketch = DDSketch;

export function newSketch(): Sketch {
  const sketch = new sketches.DDSketch({ relativeAccuracy: RELATIVE_ACCURACY });
  sketch.store.chunkSize = BINS_AT_ONCE;
  return sketch;
}

/** Which bin a value belongs to: the same for all sketches. */
const MAPPING = newSketch().mapping;

/**
 * Counts a value. One beyond `maximum` is counted as that. Does what the library's accept() does, but for the sum and the
 * extremes, which are kept elsewhere and would be three numbers on the heap for each sketch.
 */
export function addToSketch(sketch: Sketch, value: number, maximum: number): void {
  sketch.count += 1;
  if (value < SMALLEST_VALUE) sketch.zeroCount += 1;
  else sketch.store.add(MAPPING.key(value > maximum ? maximum : value), 1);
}

/**
 * The value at a quantile, 0–1: of n values in ascending order that of index ⌊quantile × (n − 1)⌋. The sketch must not be
 * empty. `minimum` and `maximum` are those of the values, which are known exactly.
 */
export function quantileOf(sketch: Sketch, quantile: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(sketch.getValueAtQuantile(quantile), minimum), maximum);
}

/** The sketch of one cell: the zeros, how many bins, and for each the distance of its key from the one before and its count. */
const one = new ByteWriter();

/** Appends a sketch, or that there is none. */
export function writeSketch(writer: ByteWriter, sketch: Sketch | undefined): void {
  if (sketch === undefined) {
    writer.number(0);
    return;
  }
  const { bins, offset } = sketch.store;
  one.clear();
  one.number(sketch.zeroCount);
  let lastKey = 0;
  for (let index = 0; index < bins.length; index++) {
    const count = bins[index]!;
    if (count === 0) continue;
    const distance = index + offset - lastKey;
    one.number(distance < 0 ? -2 * distance - 1 : 2 * distance);
    one.number(count);
    lastKey += distance;
  }
  writer.number(one.length);
  writer.append(one);
}

/** Adds what `writeSketch` wrote to `into`, or passes over it. */
export function readSketch(reader: ByteReader, into: Sketch | undefined): void {
  const byteCount = reader.number();
  if (byteCount === 0) return;
  if (into === undefined) {
    reader.skip(byteCount);
    return;
  }
  const end = reader.position + byteCount;
  const zeroCount = reader.number();
  into.zeroCount += zeroCount;
  into.count += zeroCount;
  let key = 0;
  while (reader.position < end) {
    const distance = reader.number();
    key += distance % 2 === 1 ? -(distance + 1) / 2 : distance / 2;
    const count = reader.number();
    // Not the library's merge(): it forgets the highest bin when that is the one of the value 1, whose key is 0.
    into.store.add(key, count);
    into.count += count;
  }
}
