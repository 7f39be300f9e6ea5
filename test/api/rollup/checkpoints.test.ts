import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QualitySample } from '../../../receiver/sample.ts';
import { qualitySample } from '../../support/quality-sample.ts';
import { TriedRollups } from '../../support/tried-rollups.ts';
import type { VirtualClock } from '../../support/virtual-clock.ts';

const INTERVAL_MS = 300_000;

function sampleAt(clock: VirtualClock, fields: Partial<QualitySample> = {}): QualitySample {
  return qualitySample({ observedAtMs: clock.nowMs(), mos: 4, ...fields });
}

/** How many samples are in it, by the query API. */
async function countIn(tried: TriedRollups, where?: string): Promise<number> {
  const { results } = await tried.query({ interval: 'P1D', select: ['count'], ...(where && { where }) });
  return results.reduce((sum, { data }) => sum + data.count!, 0);
}

async function tablesOf(tried: TriedRollups): Promise<Readonly<Record<string, number>>> {
  const rows = await Promise.all(
    ['blocks', 'columns', 'sketches'].map(async (table) => {
      const [row] = await tried.memory.read({ sql: `SELECT count(*) AS count FROM ${table}`, values: [] });
      return [table, Number(row!.count)] as const;
    }),
  );
  return Object.fromEntries(rows);
}

describe('a checkpoint', () => {
  it('comes by itself, and brings what a crash then leaves', async () => {
    const tried = await TriedRollups.start({ checkpointMs: 60_000 });
    tried.record(sampleAt(tried.clock));
    tried.clock.advance(59_999);
    await tried.crash();
    assert.equal(await countIn(tried), 0);
    tried.record(sampleAt(tried.clock));
    tried.clock.advance(60_000);
    await tried.rollups.flush();
    tried.record(sampleAt(tried.clock));
    await tried.crash();
    assert.equal(await countIn(tried), 1);
  });

  it('writes what has changed only', async () => {
    const tried = await TriedRollups.start();
    tried.record(sampleAt(tried.clock));
    await tried.rollups.flush();
    const before = tried.database.commitCount;
    await tried.rollups.flush();
    const idle = tried.database.commitCount - before;
    tried.record(sampleAt(tried.clock));
    await tried.rollups.flush();
    assert.equal(tried.database.commitCount - before - idle, idle + 1);
    assert.deepEqual(await tablesOf(tried), { blocks: 1, columns: 1, sketches: 1 });
  });

  it('waits for the one before it, and then brings what that has missed', async () => {
    const tried = await TriedRollups.start();
    let runningCount = 0;
    let mostRunning = 0;
    const commit = tried.database.commit.bind(tried.database);
    tried.database.commit = async (statements) => {
      runningCount += 1;
      mostRunning = Math.max(mostRunning, runningCount);
      await new Promise(setImmediate);
      await commit(statements);
      runningCount -= 1;
    };
    tried.record(sampleAt(tried.clock));
    const first = tried.rollups.flush();
    tried.record(sampleAt(tried.clock));
    await Promise.all([first, tried.rollups.flush(), tried.rollups.flush()]);
    assert.equal(mostRunning, 1);
    await tried.crash();
    assert.equal(await countIn(tried), 2);
  });

  it('that fails is told once, and once when it is over; nothing is lost, and nobody waits', async () => {
    const tried = await TriedRollups.start();
    tried.record(sampleAt(tried.clock));
    tried.database.commitFault = new Error('disk full');
    await tried.rollups.flush();
    await tried.rollups.flush();
    tried.record(sampleAt(tried.clock));
    assert.deepEqual(tried.troubles, ['rollups cannot be stored: disk full']);
    assert.equal(await countIn(tried), 2);
    tried.database.commitFault = undefined;
    await tried.rollups.flush();
    await tried.rollups.flush();
    assert.deepEqual(tried.troubles, ['rollups cannot be stored: disk full', undefined]);
    assert.deepEqual(
      tried.settings.lines.map(({ msg }) => msg),
      ['rollups cannot be stored; they stay in memory for now', 'rollups are stored again'],
    );
    await tried.crash();
    assert.equal(await countIn(tried), 2);
  });

  it('lets go of an interval that is over and at rest, and of no other', async () => {
    const tried = await TriedRollups.start();
    const groups = () => tried.settings.recorded('webrtc.rollup.groups', {});
    tried.record(sampleAt(tried.clock));
    await tried.rollups.flush();
    await tried.rollups.flush();
    assert.equal(await groups(), 1);
    tried.clock.advance(INTERVAL_MS);
    tried.record(sampleAt(tried.clock, { observedAtMs: tried.clock.nowMs() - INTERVAL_MS }));
    await tried.rollups.flush();
    assert.equal(await groups(), 1);
    await tried.rollups.flush();
    assert.equal(await groups(), 0);
    assert.equal(await countIn(tried), 2);
  });

  it('of a late record goes beside what was stored before', async () => {
    const tried = await TriedRollups.start();
    const first = sampleAt(tried.clock);
    tried.record(first);
    await tried.rollups.flush();
    tried.clock.advance(2 * INTERVAL_MS);
    await tried.rollups.flush();
    await tried.rollups.flush();
    tried.record({ ...first, mos: 2 });
    await tried.restart();
    const { results } = await tried.query({
      select: ['metrics.mos.avg', 'metrics.mos.min', 'metrics.mos.p50', 'count'],
    });
    assert.equal(results.length, 1);
    const { 'metrics.mos.p50': p50, ...exact } = results[0]!.data;
    assert.deepEqual(exact, { 'metrics.mos.avg': 3, 'metrics.mos.min': 2, count: 2 });
    assert.ok(Math.abs(p50! - 2) <= 0.02);
    assert.equal(await tried.settings.recorded('webrtc.rollup.late', {}), 1);
  });
});

describe('bounds', () => {
  it('what is older than the retention goes, from the disk too', async () => {
    const tried = await TriedRollups.start({ retentionMs: 3_600_000 });
    tried.record(sampleAt(tried.clock));
    await tried.rollups.flush();
    tried.clock.advance(3_600_000);
    await tried.rollups.flush();
    assert.equal(await countIn(tried), 1);
    tried.clock.advance(INTERVAL_MS);
    assert.equal(await countIn(tried), 0);
    await tried.rollups.flush();
    assert.deepEqual(await tablesOf(tried), { blocks: 0, columns: 0, sketches: 0 });
    tried.record(sampleAt(tried.clock, { observedAtMs: tried.clock.nowMs() - 4_000_000 }));
    assert.equal(await tried.settings.recorded('webrtc.rollup.left_out', { cause: 'too_old' }), 1);
  });

  it('of bytes: the oldest go first, and the answer says from when on there is something', async () => {
    const tried = await TriedRollups.start({ maxBytes: 1_500 });
    const startMs = tried.clock.nowMs();
    for (let interval = 0; interval < 6; interval++) {
      tried.record(sampleAt(tried.clock));
      await tried.rollups.flush();
      tried.clock.advance(INTERVAL_MS);
    }
    tried.clock.advance(-1);
    const bytes = (await tried.settings.recorded('webrtc.rollup.stored_bytes', {}))!;
    assert.ok(bytes > 750 && bytes <= 1_500, `${bytes} bytes`);
    const removedCount = (await tried.settings.recorded('webrtc.rollup.removed', { cause: 'max_bytes' }))!;
    assert.ok(removedCount > 0 && removedCount < 6);
    const fromMs = startMs + removedCount * INTERVAL_MS;
    const check = async () => {
      const { from, results } = await tried.query({ select: ['count'] });
      assert.equal(from, new Date(fromMs).toISOString());
      assert.equal(results.length, 6 - removedCount);
    };
    await check();
    // What comes for a time that was removed would be a part of it, and look like the whole.
    tried.record(sampleAt(tried.clock, { observedAtMs: fromMs - 1 }));
    await check();
    await tried.restart();
    tried.record(sampleAt(tried.clock, { observedAtMs: fromMs - 1 }));
    await check();
  });

  it('of bytes never take the present interval', async () => {
    const tried = await TriedRollups.start({ maxBytes: 1 });
    tried.clock.advance(INTERVAL_MS - 10_000);
    // And one whose sender's clock is ahead, into the next interval.
    tried.record(
      sampleAt(tried.clock),
      sampleAt(tried.clock, { observedAtMs: tried.clock.nowMs() + 20_000 }),
    );
    await tried.rollups.flush();
    await tried.crash();
    assert.equal(await countIn(tried), 1);
    tried.clock.advance(10_000);
    assert.equal(await countIn(tried), 2);
    assert.equal(await tried.settings.recorded('webrtc.rollup.removed', { cause: 'max_bytes' }), undefined);
  });

  it('of memory hold while nothing can be stored: the oldest go, and are counted', async () => {
    const tried = await TriedRollups.start({ maxGroups: 1 });
    tried.database.commitFault = new Error('disk full');
    for (let interval = 0; interval < 6; interval++) {
      tried.clock.advance(INTERVAL_MS);
      tried.record(sampleAt(tried.clock));
      await tried.rollups.flush();
    }
    assert.equal(await tried.settings.recorded('webrtc.rollup.removed', { cause: 'not_stored' }), 2);
    assert.equal(await tried.settings.recorded('webrtc.rollup.groups', {}), 4);
    assert.equal(await countIn(tried), 4);
  });
});
