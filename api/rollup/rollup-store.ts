// The rollups as their users ask of the disk, in SQL. No decisions here: what to write and what to remove is said by others.
import type { Database, Row, SqlValue, Statement } from '../../collector/extension/storage.ts';
import type { FieldName } from '../../receiver/guide-event/alias-table.ts';
import { metricIndexOf, ROLLED_METRICS } from './rolled-metrics.ts';
import type { BlockField, ColumnChoice, StoredBlock, StoredColumn } from './stored-block.ts';

/** Where a block stands, without its content. */
export interface BlockHead {
  readonly blockId: number;
  readonly startMs: number;
}

export interface StoredState {
  readonly lastBlockId: number;
  readonly storedBytes: number;
  /** Absent: nothing was ever removed for want of space. */
  readonly keptFromMs?: number;
}

export async function readState(database: Database): Promise<StoredState> {
  const [row] = await database.read({
    sql: `SELECT coalesce((SELECT max(block_id) FROM blocks), 0) AS last_block_id,
      coalesce((SELECT sum(size_bytes) FROM blocks), 0) AS stored_bytes, (SELECT from_ms FROM kept) AS kept_from_ms`,
    values: [],
  });
  return {
    lastBlockId: Number(row!.last_block_id),
    storedBytes: Number(row!.stored_bytes),
    ...(row!.kept_from_ms !== null && { keptFromMs: Number(row!.kept_from_ms) }),
  };
}

/** The statements that write a block as it is. Again is the same as once. */
export function writeBlock(blockId: number, intervalMs: number, block: StoredBlock): readonly Statement[] {
  const fields = JSON.stringify(block.fields);
  const [indexes, counts] = [block.indexes, bytesOf(block.counts)];
  let sizeBytes = fields.length + indexes.byteLength + counts.byteLength;
  const ofMetrics: Statement[] = [];
  for (const [metric, { numbers, sketches }] of block.columns) {
    const { field } = ROLLED_METRICS[metric]!;
    ofMetrics.push(upsert('columns', 'numbers', [blockId, field, bytesOf(numbers)]));
    sizeBytes += numbers.byteLength;
    if (sketches === undefined) continue;
    ofMetrics.push(upsert('sketches', 'bytes', [blockId, field, sketches]));
    sizeBytes += sketches.byteLength;
  }
  const ofBlock: Statement = {
    sql: `INSERT INTO blocks (block_id, start_ms, interval_ms, size_bytes, fields, indexes, counts)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (block_id) DO UPDATE SET size_bytes = excluded.size_bytes, fields = excluded.fields,
        indexes = excluded.indexes, counts = excluded.counts`,
    values: [blockId, block.startMs, intervalMs, sizeBytes, fields, indexes, counts],
  };
  return [ofBlock, ...ofMetrics];
}

export interface HeadRange {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly lastBlockId: number;
}

/** Ascending by time. */
export async function readHeads(database: Database, range: HeadRange): Promise<readonly BlockHead[]> {
  const rows = await database.read({
    sql: `SELECT block_id, start_ms FROM blocks WHERE start_ms >= ? AND start_ms < ? AND block_id <= ?
      ORDER BY start_ms, block_id`,
    values: [range.fromMs, range.toMs, range.lastBlockId],
  });
  return rows.map((row) => ({ blockId: Number(row.block_id), startMs: Number(row.start_ms) }));
}

/** What is there of these blocks. */
export async function readBlocks(
  database: Database,
  blockIds: readonly number[],
  choice: ColumnChoice,
): Promise<readonly StoredBlock[]> {
  const ids = JSON.stringify(blockIds);
  const of = (table: string) => `FROM ${table} WHERE block_id IN (SELECT value FROM json_each(?))`;
  const read = async (table: string, column: string, metrics: readonly number[]) => {
    if (metrics.length === 0) return [];
    const names = JSON.stringify(metrics.map((metric) => ROLLED_METRICS[metric]!.field));
    const which = `${of(table)} AND metric IN (SELECT value FROM json_each(?))`;
    return database.read({
      sql: `SELECT block_id, metric, ${column} AS bytes ${which}`,
      values: [ids, names],
    });
  };
  // In this order: a block that is still there at the end was whole all the time.
  const [columnRows, sketchRows, blockRows] = await Promise.all([
    read('columns', 'numbers', choice.metrics),
    read('sketches', 'bytes', choice.sketches),
    database.read({
      sql: `SELECT block_id, start_ms, fields, indexes, counts ${of('blocks')} ORDER BY start_ms, block_id`,
      values: [ids],
    }),
  ]);
  const sketchesOf = new Map(sketchRows.map((row) => [rowKey(row), row.bytes as Uint8Array]));
  const columnsOf = new Map<SqlValue, Map<number, StoredColumn>>();
  for (const row of columnRows) {
    const metric = metricIndexOf(row.metric as FieldName);
    if (metric === undefined) continue;
    const ofBlock = columnsOf.get(row.block_id!) ?? new Map<number, StoredColumn>();
    const bytes = sketchesOf.get(rowKey(row));
    ofBlock.set(metric, {
      numbers: numbersOf(row.bytes as Uint8Array),
      ...(bytes !== undefined && { sketches: bytes }),
    });
    columnsOf.set(row.block_id!, ofBlock);
  }
  return blockRows.map((row) => ({
    startMs: Number(row.start_ms),
    fields: JSON.parse(String(row.fields)) as readonly BlockField[],
    indexes: row.indexes as Uint8Array,
    counts: numbersOf(row.counts as Uint8Array),
    columns: columnsOf.get(row.block_id!) ?? new Map<number, StoredColumn>(),
  }));
}

/** Removes what began before `beforeMs`. */
export function removeStatement(beforeMs: number): Statement {
  return { sql: 'DELETE FROM blocks WHERE start_ms < ?', values: [beforeMs] };
}

/** Removes blocks of an interval that is no part of `intervalMs`: what is in them belongs to several intervals now. */
export function removeForeignStatement(intervalMs: number): Statement {
  return { sql: 'DELETE FROM blocks WHERE ? % interval_ms <> 0', values: [intervalMs] };
}

/** Remembers that what was before `fromMs` has been removed for want of space. */
export function keptFromStatement(fromMs: number): Statement {
  return {
    sql: `INSERT INTO kept (only, from_ms) VALUES (1, ?)
      ON CONFLICT DO UPDATE SET from_ms = max(from_ms, excluded.from_ms)`,
    values: [fromMs],
  };
}

/** Bytes by start of the interval, ascending by time. */
export async function readSizes(database: Database): Promise<readonly { startMs: number; bytes: number }[]> {
  const rows = await database.read({
    sql: 'SELECT start_ms, sum(size_bytes) AS bytes FROM blocks GROUP BY start_ms ORDER BY start_ms',
    values: [],
  });
  return rows.map((row) => ({ startMs: Number(row.start_ms), bytes: Number(row.bytes) }));
}

function upsert(table: string, column: string, values: readonly SqlValue[]): Statement {
  return {
    sql: `INSERT INTO ${table} (block_id, metric, ${column}) VALUES (?, ?, ?)
      ON CONFLICT (block_id, metric) DO UPDATE SET ${column} = excluded.${column}`,
    values,
  };
}

function rowKey({ block_id, metric }: Row): string {
  return `${String(block_id)} ${String(metric)}`;
}

/** Numbers lie on the disk as they lie in memory: all machines that Node runs on put the low byte first. */
function bytesOf(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function numbersOf(bytes: Uint8Array): Float64Array {
  const aligned = bytes.byteOffset % Float64Array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new Float64Array(
    aligned.buffer,
    aligned.byteOffset,
    aligned.byteLength / Float64Array.BYTES_PER_ELEMENT,
  );
}
