// A block as queries read it, from memory and from the disk alike: which groups it has, in columns of small numbers, and the
// columns of the metrics that were asked for.
import { type Block, NUMBERS_PER_CELL } from './block.ts';
import { ByteReader, ByteWriter } from './byte-writer.ts';
import type { GroupField } from './group-fields.ts';
import { readSketch, type Sketch, writeSketch } from './sketch.ts';

/** In `indexes`: the group has nothing in this field, or what it has is not known. Anything else is 1 + a place in `values`. */
export const ABSENT = 0;
export const UNKNOWN = 255;

/** Of the bytes of sketches. */
const VERSION = 1;

export interface StoredBlock {
  readonly startMs: number;
  readonly fields: readonly BlockField[];
  /** Field by field, one byte for each cell. */
  readonly indexes: Uint8Array;
  /** Records by cell. */
  readonly counts: Float64Array;
  /** By index of the metric, where some cell has it. */
  readonly columns: ReadonlyMap<number, StoredColumn>;
}

export interface BlockField {
  readonly name: GroupField;
  /** Without repetition. */
  readonly values: readonly string[];
}

export interface StoredColumn {
  /** As in block.ts. */
  readonly numbers: Float64Array;
  /** Read by `eachSketch`. Absent when nobody asked for it. */
  readonly sketches?: Uint8Array;
}

/** Of which metrics something is wanted, and of which of them the sketches too. */
export interface ColumnChoice {
  readonly metrics: readonly number[];
  readonly sketches: readonly number[];
}

const writer = new ByteWriter();

/** What the block holds at this moment. */
export function storedBlockOf(
  block: Block,
  names: readonly GroupField[],
  { metrics, sketches }: ColumnChoice,
): StoredBlock {
  const cellCount = block.groups.length;
  const columns = new Map<number, StoredColumn>();
  for (const metric of metrics) {
    const column = block.columns[metric];
    if (column === undefined) continue;
    const numbers = column.numbers.slice(0, cellCount * NUMBERS_PER_CELL);
    columns.set(metric, {
      numbers,
      ...(sketches.includes(metric) && { sketches: sketchBytes(column.sketches, cellCount) }),
    });
  }
  return {
    startMs: block.startMs,
    ...groupColumns(block, names),
    counts: block.counts.slice(0, cellCount),
    columns,
  };
}

/** Adds the sketch of each cell to what `intoOf` gives for it, if that is anything. */
export function eachSketch(
  bytes: Uint8Array,
  cellCount: number,
  intoOf: (cell: number) => Sketch | undefined,
) {
  const reader = new ByteReader(bytes);
  if (reader.number() !== VERSION) throw new Error('the sketches were written by another version');
  for (let cell = 0; cell < cellCount; cell++) readSketch(reader, intoOf(cell));
}

function sketchBytes(sketches: readonly (Sketch | undefined)[], cellCount: number): Uint8Array {
  writer.clear();
  writer.number(VERSION);
  for (let cell = 0; cell < cellCount; cell++) writeSketch(writer, sketches[cell]);
  return writer.bytes();
}

function groupColumns(block: Block, names: readonly GroupField[]) {
  const cellCount = block.groups.length;
  const indexes = new Uint8Array(names.length * cellCount);
  const fields = names.map((name, field) => {
    const placeOf = new Map<string, number>();
    for (const [cell, { values, isOverflow }] of block.groups.entries()) {
      const value = values[field];
      let index = isOverflow ? UNKNOWN : ABSENT;
      if (value !== undefined) {
        const place = placeOf.get(value) ?? placeOf.size;
        placeOf.set(value, place);
        index = 1 + place;
      }
      indexes[field * cellCount + cell] = index;
    }
    return { name, values: [...placeOf.keys()] };
  });
  return { fields, indexes };
}
