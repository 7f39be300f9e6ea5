import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StreamGaps } from '../../../receiver/genesyscloud/stream-gaps.ts';

const LAG_MS = 1_000;
const at = (...times: number[]) => times.map((observedAtMs) => ({ observedAtMs }));

function due(gaps: StreamGaps, nowMs = 1e9) {
  const gap = gaps.due(nowMs);
  if (gap !== undefined) gaps.remove(gap);
  return gap && [gap.fromMs, gap.toMs, gap.heardCount];
}

describe('the gaps of the stream', () => {
  it('begin at the last event that had come, and are due when history has reached their end', () => {
    const gaps = new StreamGaps(LAG_MS);
    gaps.hear(at(10, 30, 20));
    gaps.add(35, 100);
    assert.equal(gaps.waitMs(100), 1_000);
    assert.equal(due(gaps, 1_099), undefined);
    assert.equal(gaps.waitMs(2_000), 0);
    assert.deepEqual(due(gaps, 1_100), [30, 100, 0]);
    assert.equal(due(gaps), undefined);
    assert.equal(gaps.waitMs(0), Infinity);
  });

  it('begin at the last sign of life when no event ever came', () => {
    const gaps = new StreamGaps(LAG_MS);
    gaps.add(35, 100);
    assert.deepEqual(due(gaps), [35, 100, 0]);
  });

  it('know what came in nevertheless', () => {
    const gaps = new StreamGaps(LAG_MS);
    gaps.hear(at(10));
    gaps.add(10, 50);
    gaps.hear(at(10, 11, 50, 51));
    gaps.add(51, 90);
    gaps.hear(at(49, 52, 90, 91));
    assert.deepEqual(
      [due(gaps), due(gaps)],
      [
        [10, 50, 3],
        [51, 90, 2],
      ],
    );
  });

  it('are one when nothing came between them, with all that has come in of it', () => {
    const gaps = new StreamGaps(LAG_MS);
    gaps.hear(at(10));
    gaps.add(10, 50);
    gaps.hear(at(20, 50));
    gaps.add(50, 90);
    gaps.hear(at(70));
    assert.deepEqual(due(gaps), [10, 90, 3]);
    assert.equal(due(gaps), undefined);
  });

  it('do not grow any more once they have been asked about', () => {
    const gaps = new StreamGaps(LAG_MS);
    gaps.hear(at(10));
    gaps.add(10, 50);
    const asked = gaps.due(1_050)!;
    gaps.add(10, 1_060);
    assert.deepEqual([asked.fromMs, asked.toMs], [10, 50]);
    gaps.remove(asked);
    assert.deepEqual(due(gaps), [50, 1_060, 0]);
  });

  it('do not grow for ever, and do not overlap then', () => {
    const gaps = new StreamGaps(LAG_MS);
    gaps.hear(at(0));
    for (let atMs = 1_000_000; atMs <= 5_000_000; atMs += 1_000_000) gaps.add(0, atMs);
    assert.deepEqual([due(gaps), due(gaps)].join(' | '), '0,3000000,0 | 3000000,5000000,0');
  });

  it('never end before they begin, whatever the clock of the events', () => {
    const gaps = new StreamGaps(LAG_MS);
    gaps.hear(at(500));
    gaps.add(10, 50);
    assert.deepEqual(due(gaps), [50, 50, 0]);
  });

  it('are remembered up to a bound, and what had to make room is counted once', () => {
    const gaps = new StreamGaps(LAG_MS);
    for (let index = 0; index < 1_003; index += 1) {
      gaps.hear(at(index * 10));
      gaps.add(index * 10, index * 10 + 5);
    }
    assert.equal(gaps.takeForgottenCount(), 3);
    assert.equal(gaps.takeForgottenCount(), 0);
    assert.deepEqual(due(gaps), [30, 35, 0]);
  });
});
