import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GroupFields } from '../../../api/rollup/group-fields.ts';
import type { OpenInterval } from '../../../api/rollup/open-interval.ts';
import { FUTURE_TOLERANCE_MS, Recorder } from '../../../api/rollup/recorder.ts';
import { endedEvent, qualitySample } from '../../support/quality-sample.ts';

const INTERVAL_MS = 300_000;
const HOUR_MS = 3_600_000;
/** In the middle of an interval. */
const NOW_MS = Date.UTC(2026, 0, 2) + 120_000;

function tried(maxGroups = 1_000) {
  const lost: OpenInterval[] = [];
  const recorder = new Recorder(
    new GroupFields(['edge'], ['mos']),
    { intervalMs: INTERVAL_MS, retentionMs: HOUR_MS, maxGroups },
    (interval) => lost.push(interval),
  );
  const record = (edge: string, observedAtMs = NOW_MS, nowMs = NOW_MS) =>
    recorder.record(qualitySample({ observedAtMs, dimensions: { edge } }), nowMs);
  return { recorder, lost, record };
}

function countOf(intervals: readonly OpenInterval[]): number {
  return intervals
    .flatMap(({ blocks }) => blocks.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0)))
    .reduce((sum, count) => sum + count, 0);
}

describe('what is recorded', () => {
  it('goes into the interval of its event time', () => {
    const { recorder, record } = tried();
    record('a');
    record('a', NOW_MS - INTERVAL_MS);
    record('b', NOW_MS - INTERVAL_MS);
    assert.deepEqual(
      recorder.intervals.map(({ startMs, groupCount }) => [NOW_MS - startMs, groupCount]),
      [
        [120_000 + INTERVAL_MS, 2],
        [120_000, 1],
      ],
    );
    assert.deepEqual(recorder.takeCounts(), { late: 2, overflow: 0, tooOld: 0, inFuture: 0 });
    assert.deepEqual(recorder.takeCounts(), { late: 0, overflow: 0, tooOld: 0, inFuture: 0 });
  });

  it('is left out where it is older than what is kept, and kept at the edge', () => {
    const { recorder, record } = tried();
    const oldestMs = recorder.keptFromMs(NOW_MS);
    assert.equal(oldestMs, NOW_MS - 120_000 - HOUR_MS);
    record('a', oldestMs);
    record('a', oldestMs - 1);
    record('a', NaN);
    assert.equal(recorder.takeCounts().tooOld, 2);
    assert.equal(countOf(recorder.intervals), 1);
  });

  it('is left out where it is too far ahead, and kept at the edge', () => {
    const { recorder, record } = tried();
    record('a', NOW_MS + FUTURE_TOLERANCE_MS);
    record('a', NOW_MS + FUTURE_TOLERANCE_MS + 1);
    assert.equal(recorder.takeCounts().inFuture, 1);
    assert.equal(countOf(recorder.intervals), 1);
  });

  it('is left out where it was removed for want of space', () => {
    const { recorder, record } = tried();
    record('a', NOW_MS - INTERVAL_MS);
    record('a');
    recorder.raiseFloor(NOW_MS - 120_000);
    assert.equal(recorder.groupCount, 1);
    record('a', NOW_MS - INTERVAL_MS);
    record('a');
    assert.equal(recorder.takeCounts().tooOld, 1);
    assert.equal(countOf(recorder.intervals), 2);
    // A clock that was set back: what comes now is not too old for ever.
    const backMs = NOW_MS - HOUR_MS / 2;
    record('a', backMs, backMs);
    assert.equal(recorder.takeCounts().tooOld, 0);
  });

  it('does not count numbers that are none', () => {
    const { recorder } = tried();
    recorder.record(qualitySample({ observedAtMs: NOW_MS, mos: Infinity, jitterMs: 3 }), NOW_MS);
    const [block] = recorder.intervals[0]!.blocks;
    assert.deepEqual(
      block!.columns.map((column) => column !== undefined),
      [false, false, true, ...new Array<boolean>(8).fill(false)],
    );
  });
});

describe('groups', () => {
  it('are told apart by each of their fields', () => {
    const { recorder } = tried();
    const plain = { observedAtMs: NOW_MS };
    const samples = [
      plain,
      { ...plain, media: 'screen' },
      { ...plain, direction: 'outbound' },
      { ...plain, codec: 'VP8' },
      { ...plain, codec: 'H264' },
      { ...plain, dimensions: { edge: 'a' } },
      { ...plain, mos: 4 },
    ] as const;
    for (const sample of [...samples, ...samples]) recorder.record(qualitySample(sample), NOW_MS);
    // What is not configured tells nothing apart.
    recorder.record(qualitySample({ ...plain, dimensions: { isp: 'x' }, rttMs: 3 }), NOW_MS);
    for (const type of ['connected', 'ended'] as const) {
      recorder.record(endedEvent({ ...plain, type }), NOW_MS);
      recorder.record(endedEvent({ ...plain, type, dimensions: { edge: 'a' } }), NOW_MS);
    }
    const [block] = recorder.intervals[0]!.blocks;
    assert.deepEqual([...block!.counts.slice(0, block!.groups.length)], [3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1]);
  });

  it('are told apart by the bands of several metrics at once', () => {
    const fields = new GroupFields([], ['mos', 'packetLossPercent', 'freezeRatio']);
    const limits = { intervalMs: INTERVAL_MS, retentionMs: HOUR_MS, maxGroups: 10_000 };
    const recorder = new Recorder(fields, limits, () => {});
    const [mos, loss, freeze] = fields.bands.map(({ bounds }) => [undefined, ...bounds, 1_000]);
    for (const packetLossPercent of loss!) {
      for (const mosOfBand of mos!) {
        for (const freezeRatio of freeze!) {
          const told = Object.entries({ mos: mosOfBand, packetLossPercent, freezeRatio });
          const metrics = Object.fromEntries(told.filter(([, value]) => value !== undefined));
          recorder.record(qualitySample({ observedAtMs: NOW_MS, ...metrics }), NOW_MS);
        }
      }
    }
    assert.equal(recorder.groupCount, 13 * 12 * 11);
  });

  it('beyond the bound are counted together, samples and session events apart', () => {
    const { recorder, record } = tried(2);
    for (const edge of ['a', 'b', 'c', 'd', 'a']) record(edge);
    const event = endedEvent({ observedAtMs: NOW_MS });
    recorder.record(event, NOW_MS);
    recorder.record(event, NOW_MS);
    const [interval] = recorder.intervals;
    assert.equal(interval!.groupCount, 2);
    const [block] = interval!.blocks;
    assert.deepEqual(
      block!.groups.map(({ isOverflow, values }, cell) => [isOverflow, values[0], block!.counts[cell]]),
      [
        [false, 'webrtc-video', 2],
        [false, 'webrtc-video', 1],
        [true, 'webrtc-video', 2],
        [true, 'webrtc', 2],
      ],
    );
    assert.equal(recorder.takeCounts().overflow, 4);
  });

  it('have a bound in memory too, beyond which late ones are counted together', () => {
    const { recorder, record, lost } = tried(2);
    for (let age = 1; age <= 8; age++) {
      for (const edge of ['a', 'b', 'c']) record(edge, NOW_MS - age * INTERVAL_MS);
    }
    assert.equal(recorder.groupCount, 8);
    assert.equal(countOf(recorder.intervals), 24);
    assert.deepEqual(lost, []);
    // The present has its place, at the cost of the oldest, which are not stored.
    record('a');
    record('b');
    assert.equal(recorder.intervals.at(-1)!.groupCount, 2);
    assert.equal(recorder.groupCount, 8);
    assert.ok(lost.length > 0);
    assert.ok(lost.every(({ startMs }) => startMs < recorder.intervals[0]!.startMs));
    // As soon as something is stored and gone there is room for late ones too.
    recorder.takeCounts();
    record('c', NOW_MS - INTERVAL_MS);
    assert.equal(recorder.takeCounts().overflow, 1);
    recorder.close(recorder.intervals[0]!);
    record('a', NOW_MS - 9 * INTERVAL_MS);
    record('b', NOW_MS - 9 * INTERVAL_MS);
    assert.equal(recorder.takeCounts().overflow, 0);
    for (const { blocks } of recorder.intervals) for (const block of blocks) block.isDirty = false;
    record('a', NOW_MS - 10 * INTERVAL_MS);
    assert.equal(recorder.takeCounts().overflow, 0);
  });

  it('that are stored make room first', () => {
    const { recorder, record, lost } = tried(2);
    for (let age = 4; age >= 1; age--) {
      for (const edge of ['a', 'b']) record(edge, NOW_MS - age * INTERVAL_MS);
    }
    const stored = recorder.intervals[2]!;
    for (const block of stored.blocks) block.isDirty = false;
    record('a');
    assert.ok(!recorder.intervals.includes(stored));
    assert.deepEqual(lost, []);
    assert.equal(recorder.groupCount, 7);
    // There is room for one more now, in the past too.
    record('c', NOW_MS - INTERVAL_MS * 6);
    assert.equal(recorder.takeCounts().overflow, 0);
  });

  it('that are being written are not stored yet', () => {
    const { recorder, record, lost } = tried(1);
    for (let age = 4; age >= 1; age--) record('a', NOW_MS - age * INTERVAL_MS);
    for (const { blocks } of recorder.intervals) {
      blocks[0]!.isDirty = false;
      blocks[0]!.isBeingWritten = true;
    }
    record('a');
    assert.equal(lost.length, 1);
  });
});
