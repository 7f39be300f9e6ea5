import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../../api/rollup/byte-writer.ts';
import { ROLLED_METRICS } from '../../../api/rollup/rolled-metrics.ts';
import {
  addToSketch,
  newSketch,
  quantileOf,
  readSketch,
  RELATIVE_ACCURACY,
  type Sketch,
  SMALLEST_VALUE,
  writeSketch,
} from '../../../api/rollup/sketch.ts';

const MAXIMUM = 1e7;
const values = fc.array(
  fc.oneof(
    fc.double({ min: 0, max: MAXIMUM, noNaN: true }),
    fc.double({ min: 0, max: 2, noNaN: true }),
    fc.constantFrom(0, 1, 1e-300, SMALLEST_VALUE, 0.5, MAXIMUM),
  ),
  { minLength: 1, maxLength: 60 },
);
const quantile = fc.constantFrom(0, 0.5, 0.95, 0.99, 1);

function sketchOf(counted: readonly number[]): Sketch {
  const sketch = newSketch();
  for (const value of counted) addToSketch(sketch, value, MAXIMUM);
  return sketch;
}

function throughBytes(sketches: readonly (Sketch | undefined)[]): Sketch {
  const writer = new ByteWriter();
  for (const sketch of sketches) writeSketch(writer, sketch);
  const reader = new ByteReader(writer.bytes());
  const into = newSketch();
  for (let index = 0; index < sketches.length; index++) readSketch(reader, into);
  return into;
}

/** Where the sketch has counted how many. */
function binsOf({ store, zeroCount, count }: Sketch) {
  const bins = store.bins.map((bin, index) => [index + store.offset, bin]).filter(([, bin]) => bin !== 0);
  return { bins, zeroCount, count };
}

describe('a sketch', () => {
  it('gives the value of a rank within what it promises', () => {
    fc.assert(
      fc.property(values, quantile, (counted, at) => {
        const sorted = counted.toSorted((one, other) => one - other);
        const expected = sorted[Math.floor(at * (sorted.length - 1))]!;
        const found = quantileOf(sketchOf(counted), at, sorted[0]!, sorted.at(-1)!);
        const allowed = Math.max(RELATIVE_ACCURACY * expected, SMALLEST_VALUE) * (1 + 1e-9);
        assert.ok(Math.abs(found - expected) <= allowed, `${found} is not ${expected}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('counts as the library does', () => {
    fc.assert(
      fc.property(values, (counted) => {
        const library = newSketch();
        for (const value of counted) library.accept(value < SMALLEST_VALUE ? 0 : value);
        assert.deepEqual(binsOf(sketchOf(counted)), binsOf(library));
      }),
    );
  });

  it('is the same after its way through bytes, and several are the same as one', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 6 }), (parts) => {
        const merged = throughBytes(parts.map(sketchOf));
        assert.deepEqual(binsOf(merged), binsOf(sketchOf(parts.flat())));
      }),
    );
  });

  it('keeps the value 1 when it is the highest of what is added to lower ones', () => {
    // Its bin has the key 0, which the merge() of the library takes for none.
    const merged = throughBytes([sketchOf([0.01]), sketchOf([0.5, 1])]);
    assert.equal(quantileOf(merged, 1, 0.01, 1).toFixed(1), '1.0');
  });

  it('passes over the ones that are not wanted, and those that are none', () => {
    const writer = new ByteWriter();
    for (const sketch of [undefined, sketchOf([5, 6]), sketchOf([7])]) writeSketch(writer, sketch);
    const reader = new ByteReader(writer.bytes());
    const into = newSketch();
    readSketch(reader, into);
    readSketch(reader, undefined);
    readSketch(reader, into);
    assert.deepEqual(binsOf(into), binsOf(sketchOf([7])));
  });

  it('stays small whatever a sender writes', () => {
    for (const { maximum } of ROLLED_METRICS) {
      const sketch = newSketch();
      for (const value of [1e-300, SMALLEST_VALUE, 1, maximum, 1e300, -1])
        addToSketch(sketch, value, maximum);
      assert.equal(sketch.count, 6);
      assert.ok(sketch.store.bins.length <= 1_152 + 32, `${sketch.store.bins.length} bins`);
    }
  });
});

describe('numbers as bytes', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(Number.MAX_SAFE_INTEGER), { maxLength: 500 }), (numbers) => {
        const writer = new ByteWriter();
        for (const number of numbers) writer.number(number);
        const reader = new ByteReader(writer.bytes());
        assert.deepEqual(
          numbers.map(() => reader.number()),
          numbers,
        );
      }),
    );
  });

  it('are refused where they end too early', () => {
    assert.throws(() => new ByteReader(Uint8Array.of(0x80)).number(), RangeError);
  });
});
