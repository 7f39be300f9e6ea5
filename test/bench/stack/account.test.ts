// What is measured of a process is what the kernel says of it, and a run that does not add up is not believed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemsOf, type LoadAccount } from '../../../bench/stack/account.ts';
import { sumOfMetric } from '../../../bench/stack/own-metric.ts';
import { cpuSecondsOf, peakBytesOf, processCost } from '../../../bench/stack/process-cost.ts';

const SOUND: LoadAccount = {
  sampleCount: 100,
  recordCount: 700,
  takenCount: 700,
  failures: new Map(),
  maxLagMs: 2_500,
  unreadCount: 0,
  troubles: [],
};

describe('a run', () => {
  it('is believed when all was sent in time, and taken', () => {
    assert.deepEqual(problemsOf(SOUND), []);
  });

  const doubts: readonly [what: string, change: Partial<LoadAccount>, why: RegExp][] = [
    ['a request was late', { maxLagMs: 2_501 }, /2501 ms late/],
    [
      'a request failed',
      { failures: new Map([['answered 503', 1]]) },
      /1 requests were not taken: answered 503/,
    ],
    ['fewer were taken than sent', { takenCount: 699 }, /700 records were sent, and 699 taken/],
    ['more were taken than sent', { takenCount: 701 }, /700 records were sent, and 701 taken/],
    ['a webhook was no notice', { unreadCount: 1 }, /could not be read/],
    ['the side has troubles', { troubles: ['scrapes failed'] }, /scrapes failed/],
  ];
  for (const [what, change, why] of doubts) {
    it(`is not when ${what}`, () => {
      const problems = problemsOf({ ...SOUND, ...change });
      assert.equal(problems.length, 1);
      assert.match(problems[0]!, why);
    });
  }
});

describe('the cost of a process', () => {
  it('is its time in user and kernel mode, whatever it is called', () => {
    const rest = 'S 1 2 3 0 -1 4194560 900 0 7 0 1234 66 5 5 20 0 11 0 300';
    for (const name of ['node', 'a) b', '((']) assert.equal(cpuSecondsOf(`42 (${name}) ${rest}`), 13);
  });

  it('is the most memory that it had, not what it has', () => {
    assert.equal(peakBytesOf('Name:\tnode\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n'), 2 * 2 ** 20);
  });

  it('is not told of one that has ended', () => {
    assert.throws(() => peakBytesOf('Name:\tnode\nState:\tZ (zombie)\n'), /has ended/);
  });

  it('is what this process says of itself', { skip: process.platform !== 'linux' }, async () => {
    const before = await processCost(process.pid);
    const { user, system } = process.cpuUsage();
    // The kernel counts hundredths, in two parts.
    assert.ok(Math.abs(before.cpuSeconds - (user + system) / 1e6) < 0.2);
    assert.ok(before.peakBytes >= process.memoryUsage.rss() * 0.9);
  });
});

describe('what a program counts', () => {
  const PAGE = [
    '# TYPE otelcol_receiver_accepted_metric_points counter',
    'otelcol_receiver_accepted_metric_points{receiver="otlp",transport="http"} 700',
    'otelcol_receiver_accepted_metric_points{receiver="otlp/2",transport="http"} 7e2',
    'otelcol_receiver_accepted_metric_points_other 5',
    'prometheus_rule_group_iterations_missed_total{rule_group="a"} 3',
    'up 1',
  ].join('\n');

  it('is the sum over the series of that name, with the suffix of a counter or without', () => {
    assert.equal(sumOfMetric(PAGE, 'otelcol_receiver_accepted_metric_points'), 1_400);
    assert.equal(sumOfMetric(PAGE, 'prometheus_rule_group_iterations_missed'), 3);
    assert.equal(sumOfMetric(PAGE, 'up'), 1);
  });

  it('is nothing, and not 0, where it does not count that', () => {
    assert.equal(sumOfMetric(PAGE, 'otelcol_receiver'), undefined);
  });
});
