import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { rollupOptionsOf, rollupsSchema } from '../../../api/rollup/config.ts';
import { Rollups } from '../../../api/rollup/rollups.ts';
import { FileStorage } from '../../../collector/extension/file_storage/file-storage.ts';
import type { QualitySample } from '../../../receiver/sample.ts';
import { testSettings } from '../../support/component-settings.ts';
import { endedEvent, qualitySample } from '../../support/quality-sample.ts';
import { TriedRollups } from '../../support/tried-rollups.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const INTERVAL_MS = 300_000;

function sampleAt(clock: VirtualClock, fields: Partial<QualitySample> = {}): QualitySample {
  return qualitySample({ observedAtMs: clock.nowMs(), mos: 4, ...fields });
}

/** How many samples are in it, by the query API. */
async function countIn(tried: TriedRollups, where?: string): Promise<number> {
  const { results } = await tried.query({ interval: 'P1D', select: ['count'], ...(where && { where }) });
  return results.reduce((sum, { data }) => sum + data.count!, 0);
}

describe('reading', () => {
  /** Has `work` done before the first question to the disk is asked. */
  function beforeReading(tried: TriedRollups, work: () => Promise<void>): void {
    const read = tried.database.read.bind(tried.database);
    tried.database.read = async (statement) => {
      tried.database.read = read;
      await work();
      return read(statement);
    };
  }

  it('sees each record once when it is stored meanwhile', async () => {
    const tried = await TriedRollups.start();
    tried.record(sampleAt(tried.clock));
    beforeReading(tried, () => tried.rollups.flush());
    assert.equal(await countIn(tried), 1);
    tried.record(sampleAt(tried.clock));
    beforeReading(tried, () => tried.rollups.flush());
    assert.equal(await countIn(tried), 2);
  });

  it('sees what it began with when more is recorded, and when it leaves the memory', async () => {
    const tried = await TriedRollups.start();
    tried.record(sampleAt(tried.clock));
    tried.clock.advance(INTERVAL_MS);
    beforeReading(tried, async () => {
      tried.record(sampleAt(tried.clock));
      await tried.rollups.flush();
      await tried.rollups.flush();
    });
    assert.equal(await countIn(tried), 1);
    assert.equal(await countIn(tried), 2);
  });
});

describe('a configuration that has changed', () => {
  it('keeps what fits into the new interval', async () => {
    const tried = await TriedRollups.start();
    tried.record(sampleAt(tried.clock));
    await tried.restart({ intervalMs: 3 * INTERVAL_MS });
    assert.equal(await countIn(tried), 1);
    await tried.restart({ intervalMs: 60_000 });
    assert.equal(await countIn(tried), 0);
  });

  it('tells what was not told apart before from what is', async () => {
    const tried = await TriedRollups.start({ dimensions: [] });
    const dimensions = { edge: 'e-1' };
    tried.record(sampleAt(tried.clock, { dimensions }));
    await tried.restart({ dimensions: ['edge'] });
    tried.record(sampleAt(tried.clock, { dimensions }));
    const { results } = await tried.query({ select: ['count'], group: ['edge'] });
    assert.deepEqual(
      results.map(({ group, isOverflow, data }) => [group, isOverflow, data.count]),
      [
        [dimensions, undefined, 1],
        [{}, true, 1],
      ],
    );
    const answer = await tried.query({ select: ['count'], where: "edge != 'e-2'" });
    assert.equal(answer.results[0]!.data.count, 1);
    assert.equal(answer.undecidedCount, 1);
  });
});

describe('recording', () => {
  it('never throws; a fault is logged once and counted', async () => {
    const tried = await TriedRollups.start();
    const faulty = Object.defineProperty(sampleAt(tried.clock), 'observedAtMs', {
      get: () => assert.fail('a fault'),
    });
    tried.record(faulty, sampleAt(tried.clock), faulty);
    assert.equal(await countIn(tried), 1);
    assert.equal(await tried.settings.recorded('webrtc.rollup.left_out', { cause: 'fault' }), 2);
    assert.equal(tried.settings.lines.length, 1);
  });

  it('is possible before the start, and over after the end, which is safe twice', async () => {
    const clock = new VirtualClock();
    const tried = await TriedRollups.start({}, clock);
    const early = new Rollups(tried.settings, rollupOptionsOf(rollupsSchema.parse({})));
    await early.shutdown();
    await tried.crash();
    tried.record(sampleAt(clock));
    await tried.rollups.shutdown();
    await tried.rollups.shutdown();
    tried.record(sampleAt(clock), sampleAt(clock, { observedAtMs: 0 }));
    assert.equal(await tried.settings.recorded('webrtc.rollup.left_out', { cause: 'too_old' }), undefined);
    await tried.crash();
    assert.equal(await countIn(tried), 1);
  });

  it('counts what is counted together, and what is ahead', async () => {
    const tried = await TriedRollups.start({ maxGroups: 1 });
    tried.record(sampleAt(tried.clock), sampleAt(tried.clock, { codec: 'VP8' }));
    tried.record(sampleAt(tried.clock, { observedAtMs: tried.clock.nowMs() + 3_600_000 }));
    assert.equal(await tried.settings.recorded('webrtc.rollup.overflow', {}), 1);
    assert.equal(await tried.settings.recorded('webrtc.rollup.left_out', { cause: 'in_future' }), 1);
  });
});

it('on a real disk: what was stored is there again, and holds no id of anybody', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rollups-'));
  const clock = new VirtualClock();
  const settings = testSettings({ id: 'api', clock });
  const ids = { sessionId: 'secret-session', agentId: 'secret-agent', conversationId: 'secret-call' };
  const open = async () => {
    const storage = new FileStorage(settings, { directory, createDirectory: true, lock: true });
    await storage.start();
    const rollups = new Rollups(settings, rollupOptionsOf(rollupsSchema.parse({})));
    await rollups.start(storage);
    return { storage, rollups };
  };
  try {
    const first = await open();
    for (let session = 0; session < 300; session++) {
      first.rollups.record(
        [sampleAt(clock, { ...ids, dimensions: { edge: `e-${session}` } })],
        clock.nowMs(),
      );
    }
    first.rollups.record([endedEvent({ ...ids, observedAtMs: clock.nowMs() })], clock.nowMs());
    await first.rollups.shutdown();
    const database = await first.storage.open('rollups', { migrations: [], survives: 'process' });
    const rows = await database.read({ sql: 'SELECT fields FROM blocks', values: [] });
    assert.equal(rows.length, 3);
    assert.ok(!rows.some(({ fields }) => String(fields).includes('secret')));
    await first.storage.shutdown();

    const second = await open();
    second.rollups.record([sampleAt(clock, { mos: 3, dimensions: { edge: 'e-1' } })], clock.nowMs());
    const choice = { metrics: [0], sketches: [0] };
    let count = 0;
    for await (const block of second.rollups.read(
      second.rollups.kept(clock.nowMs()),
      choice,
      new AbortController().signal,
    )) {
      count += block.counts.reduce((sum, each) => sum + each, 0);
    }
    assert.equal(count, 302);
    await second.rollups.shutdown();
    await second.storage.shutdown();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
