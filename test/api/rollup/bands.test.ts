import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bandNumber, bandsOf, bandStart } from '../../../api/rollup/bands.ts';
import { BANDED_METRICS, readMetrics, ROLLED_METRICS } from '../../../api/rollup/rolled-metrics.ts';
import { METRICS } from '../../../receiver/guide-event/metric-bounds.ts';
import { qualitySample } from '../../support/quality-sample.ts';

it('bands have the bounds of the catalogue in the units of the paths', () => {
  assert.deepEqual(bandsOf('mos').bounds, [1.5, 2, 2.5, 3, 3.2, 3.5, 3.8, 4, 4.2, 4.4, 4.6]);
  assert.deepEqual(bandsOf('packetLossPercent').bounds, [0, 0.1, 0.5, 1, 2, 3, 5, 10, 20, 50]);
  assert.deepEqual(bandsOf('jitterMs').bounds, [1, 5, 10, 20, 30, 50, 100, 200, 500]);
  assert.deepEqual(
    bandsOf('bitrateKbps').bounds,
    [50, 150, 300, 500, 750, 1_000, 1_500, 2_500, 4_000, 8_000],
  );
  assert.deepEqual(bandsOf('framesDroppedPercent').bounds, [0, 1, 2, 5, 10, 20, 50]);
});

it('a bound belongs to the band below it', () => {
  const { bounds, labels } = bandsOf('mos');
  const labelOf = (value: number) => labels[bandNumber(bounds, value)];
  assert.deepEqual([1, 1.5, 1.51, 3.5, 3.6, 4.6, 5].map(labelOf), [
    '(-inf,1.5]',
    '(-inf,1.5]',
    '(1.5,2]',
    '(3.2,3.5]',
    '(3.5,3.8]',
    '(4.4,4.6]',
    '(4.6,inf)',
  ]);
});

it('labels tell where their band begins, in order', () => {
  for (const metric of BANDED_METRICS) {
    const starts = bandsOf(metric).labels.map(bandStart);
    assert.deepEqual(starts, [-Infinity, ...bandsOf(metric).bounds]);
  }
});

it('every metric of a sample is read at its place', () => {
  const numbers = Object.fromEntries(Object.keys(METRICS).map((key, index) => [key, index + 1]));
  const values = new Float64Array(ROLLED_METRICS.length);
  readMetrics(qualitySample({ ...numbers, outage: true }), values);
  for (const [index, { field }] of ROLLED_METRICS.entries()) {
    assert.equal(values[index], field === 'outage' ? 1 : numbers[field], field);
  }
  readMetrics(qualitySample({ outage: false }), values);
  assert.deepEqual(
    [...values].slice(0, -1),
    Object.keys(METRICS).map(() => NaN),
  );
  assert.equal(values.at(-1), 0);
});
