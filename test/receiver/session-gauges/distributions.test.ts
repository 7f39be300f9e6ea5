import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GAUGES, MAX_DIMENSION_COMBINATIONS, MOS_GAUGE } from '../../../receiver/session-gauges/catalogue.ts';
import { Distributions } from '../../../receiver/session-gauges/distributions.ts';

/** A sample that has a MOS and nothing else. */
function withMos(mos: number): Float64Array {
  return Float64Array.from(GAUGES, (_, gauge) => (gauge === MOS_GAUGE ? mos : NaN));
}

describe('Distributions', () => {
  it('keeps one group per combination of dimensions, from the moment of its first sample', () => {
    const distributions = new Distributions();
    const frankfurt = distributions.group({ edge: 'fra-3' }, 1_000);
    assert.equal(distributions.group({ edge: 'fra-3' }, 2_000), frankfurt);
    assert.notEqual(distributions.group({ edge: 'ams-1' }, 2_000), frankfurt);
    assert.equal(frankfurt.sinceMs, 1_000);
  });

  it('counts a value into the bucket whose bound it reaches but does not pass', () => {
    const group = new Distributions().group({}, 0);
    for (const mos of [1, 3.5, 3.51, 4.9]) group.add(withMos(mos));
    const boundaries = GAUGES[MOS_GAUGE]!.distribution!.bucketBoundaries;
    const expected = [...boundaries, Infinity].map(() => 0);
    expected[boundaries.indexOf(1.5)] = 1;
    expected[boundaries.indexOf(3.5)] = 1;
    expected[boundaries.indexOf(3.8)] = 1;
    expected[boundaries.length] = 1;
    assert.deepEqual(group.snapshot(MOS_GAUGE), {
      buckets: { boundaries, counts: expected },
      count: 4,
      sum: 1 + 3.5 + 3.51 + 4.9,
      min: 1,
      max: 4.9,
    });
  });

  it('has nothing to show of a gauge that was never measured', () => {
    const group = new Distributions().group({}, 0);
    group.add(withMos(4));
    assert.equal(group.snapshot(MOS_GAUGE + 1), undefined);
  });

  it('keeps nothing of a gauge without a distribution', () => {
    const group = new Distributions().group({}, 0);
    const outage = GAUGES.findIndex(({ distribution }) => distribution === undefined);
    group.add(Float64Array.from(GAUGES, () => 1));
    assert.equal(group.snapshot(outage), undefined);
    assert.equal(group.snapshot(MOS_GAUGE)?.count, 1);
  });

  it('gives out copies', () => {
    const group = new Distributions().group({}, 0);
    group.add(withMos(4));
    const before = group.snapshot(MOS_GAUGE);
    group.add(withMos(4));
    assert.equal(before!.count, 1);
    assert.equal(Math.max(...before!.buckets.counts), 1);
  });

  it('puts all combinations beyond the limit into one marked group', () => {
    const distributions = new Distributions();
    for (let isp = 0; isp < MAX_DIMENSION_COMBINATIONS; isp++) distributions.group({ isp: `isp-${isp}` }, 0);
    const first = distributions.group({ isp: 'one too many' }, 0);
    assert.deepEqual(first.attributes, { 'otel.metric.overflow': true });
    assert.equal(distributions.group({ isp: 'another' }, 0), first);
    assert.deepEqual(distributions.group({ isp: 'isp-0' }, 0).attributes, { isp: 'isp-0' });
    assert.equal([...distributions.groups].length, MAX_DIMENSION_COMBINATIONS + 1);
  });
});
