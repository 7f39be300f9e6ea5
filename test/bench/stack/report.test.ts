// The tables: what stands in which column, and which way round the ratio is.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LatencyResult } from '../../../bench/stack/latency-phase.ts';
import { outagePlan } from '../../../bench/stack/plan.ts';
import { latencyTable, outageTable } from '../../../bench/stack/report.ts';
import type { Told } from '../../../bench/stack/told.ts';

const TOLD: Told = {
  latenciesMs: [30_000, 35_000],
  lostCount: 1,
  onlyOverCount: 1,
  bothCount: 2,
  falseCount: 0,
};

const result = (title: string, told: Told, programs: LatencyResult['programs']): LatencyResult => ({
  title,
  degradedCount: 3,
  told,
  programs,
  answerP99Ms: 20,
  maxLagMs: 4,
  sampleCount: 1_000,
  problems: [],
});

const rowOf = (table: string, start: string) =>
  table.split('\n').find((line) => line.startsWith(`| ${start} `));

describe('the table of latency and cost', () => {
  const ours = result('ours', TOLD, [{ name: 'o', cpuSecondsPerMillion: 50, peakBytes: 400e6 }]);
  const theirs = result('theirs', { ...TOLD, latenciesMs: [60_000, 70_000, 80_000], lostCount: 0 }, [
    { name: 'a', cpuSecondsPerMillion: 100, peakBytes: 500e6 },
    { name: 'b', cpuSecondsPerMillion: 25, peakBytes: 300e6 },
  ]);
  const table = latencyTable(ours, theirs);

  it('sums up the programs of a side, and says how many times ours it is', () => {
    assert.equal(rowOf(table, 'CPU per'), '| CPU per million samples | 50.0 s | 125.0 s | 2.5 |');
    assert.equal(rowOf(table, 'RSS'), '| RSS at its peak | 400 MB | 800 MB | 2.0 |');
    assert.equal(rowOf(table, '… of each program'), '| … of each program |  | a 100.0 s, b 25.0 s |  |');
    assert.equal(rowOf(table, '… the longest'), '| … the longest | 35.0 s | 80.0 s | 2.3 |');
  });

  it('counts who was told of', () => {
    assert.equal(
      rowOf(table, 'degraded sessions'),
      '| degraded sessions that were told of | 2 of 3 | 3 of 3 |  |',
    );
  });
});

describe('the table of the outage', () => {
  it('has a row for each wave, and says how long it had been over', () => {
    const plan = outagePlan({ sessionCount: 100, degradedCount: 6, seed: 1, isQuick: false });
    const late: Told = { ...TOLD, lostCount: 0, onlyOverCount: 0, bothCount: 2 };
    const rows = [{ title: 'theirs', early: TOLD, late }];
    const table = outageTable(plan, [{ title: 'theirs', rows, maxLagMs: 0, problems: [] }]);
    const waves = [
      plan.schedule.episodes.slice(plan.firstLate),
      plan.schedule.episodes.slice(0, plan.firstLate),
    ];
    const seconds = waves.map((wave) =>
      Math.min(...wave.map(({ untilMs }) => Math.floor((plan.backAtMs - untilMs) / 1_000))),
    );
    assert.deepEqual(table.split('\n').slice(2), [
      `| theirs | ${seconds[0]} s or more | 0 of 2 | 0 | 2 |`,
      `| theirs | ${seconds[1]} s or more | 1 of 3 | 1 | 2 |`,
    ]);
    assert.ok(seconds[0]! >= 45 && seconds[1]! >= 285);
  });
});
