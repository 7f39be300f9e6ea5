import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { promqlNames } from '../support/promql-names.ts';

const metricsOf = (expression: string) => promqlNames(expression).selectors.map(({ metric }) => metric);

describe('names in PromQL', () => {
  it('finds metrics with and without labels, and none in functions, words and windows', () => {
    const expression =
      'topk(5, sum by (le) (rate(a_bucket{job=~"x|y", le="3.5"}[5m])) / (sum(b[$__rate_interval] offset 1h) > 0)) unless on (job) c';
    assert.deepEqual(promqlNames(expression), {
      selectors: [
        { metric: 'a_bucket', labels: ['job', 'le'], text: 'a_bucket{job=~"x|y",le="3.5"}' },
        { metric: 'b', labels: [], text: 'b' },
        { metric: 'c', labels: [], text: 'c' },
      ],
      groupLabels: ['le', 'job'],
    });
  });

  it('finds recorded series, subqueries and grouped joins', () => {
    assert.deepEqual(metricsOf('max_over_time(job:a:sum[30m:1m]) * on (x) group_left (y) level:b:rate5m'), [
      'job:a:sum',
      'level:b:rate5m',
    ]);
  });

  it('takes nothing out of strings, whatever stands in them', () => {
    assert.deepEqual(promqlNames('a{x="b{c=\\"d\\"} ) by (e)", y=~`f`} == bool 1e3').selectors, [
      { metric: 'a', labels: ['x', 'y'], text: 'a{x="b{c=\\"d\\"} ) by (e)",y=~`f`}' },
    ]);
  });

  it('takes variables of Grafana for what they stand for', () => {
    assert.deepEqual(promqlNames('sum by ($dimension) (a{job=~"$job"} offset $__rate_interval)'), {
      selectors: [{ metric: 'a', labels: ['job'], text: 'a{job=~"$job"}' }],
      groupLabels: ['$dimension'],
    });
  });

  it('refuses what it cannot read, rather than finding nothing in it', () => {
    for (const expression of ['a{job="x"', '{job="x"}', 'rate(a[5m', 'a{job}', 'a{job="x" b="y"}'])
      assert.throws(() => promqlNames(expression), expression);
  });
});
