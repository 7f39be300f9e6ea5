import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { QuantileWindow } from '../../../bridge/delivery/quantile-window.ts';

describe('quantiles of what was measured lately', () => {
  it('are absent before anything was measured', () => {
    assert.equal(new QuantileWindow(1_000, 10).quantile(0.5, 0), undefined);
  });

  it('are values that were measured: the smallest that so large a share does not exceed', () => {
    const window = new QuantileWindow(1_000, 200);
    for (let value = 100; value >= 1; value--) window.add(value, 0);
    const read = [0, 0.5, 0.99, 0.999, 1].map((quantile) => window.quantile(quantile, 0));
    assert.deepEqual(read, [1, 50, 99, 100, 100]);
  });

  it('forget what is older than their stretch of time', () => {
    const window = new QuantileWindow(1_000, 10);
    window.add(7, 0);
    window.add(9, 500);
    assert.equal(window.quantile(0, 999), 7);
    assert.equal(window.quantile(0, 1_000), 9);
    assert.equal(window.quantile(0, 1_500), undefined);
  });

  it('are those of the last values when there are too many', () => {
    const values = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, capacity, quantile) => {
          const window = new QuantileWindow(1_000, capacity);
          for (const value of all) window.add(value, 0);
          const last = all.slice(-capacity).sort((a, b) => a - b);
          const read = window.quantile(quantile, 0)!;
          assert.ok(last.includes(read));
          assert.ok(last.filter((value) => value <= read).length >= quantile * last.length);
          assert.ok(last.filter((value) => value < read).length < Math.max(quantile * last.length, 1));
        },
      ),
    );
  });
});
