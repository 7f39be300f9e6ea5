import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type RowColumns,
  selectRows,
  type SessionSelection,
} from '../../../receiver/session-gauges/select-rows.ts';

interface Row {
  readonly live?: boolean;
  readonly level?: number;
  readonly mos?: number;
}

function columns(rows: readonly Row[]): RowColumns {
  return {
    rowCount: rows.length,
    isLive: (row) => rows[row]!.live ?? true,
    levels: Uint8Array.from(rows, ({ level = 0 }) => level),
    mos: Float64Array.from(rows, ({ mos = NaN }) => mos),
  };
}

function choose(sessions: SessionSelection['sessions'], rows: readonly Row[], worstCount = 2): number[] {
  return [...selectRows({ sessions, worstCount }, columns(rows))];
}

describe('selectRows', () => {
  const rows = [{ level: 0 }, { level: 1 }, { level: 2, live: false }, { level: 2 }, { level: 3 }];

  it('all takes every live row', () => assert.deepEqual(choose('all', rows), [0, 1, 3, 4]));
  it('none takes no row', () => assert.deepEqual(choose('none', rows), []));
  it('degraded takes degraded and critical, not candidates', () =>
    assert.deepEqual(choose('degraded', rows), [3, 4]));

  const worst: readonly [rule: string, rows: readonly Row[], chosen: readonly number[]][] = [
    ['takes the lowest MOS', [{ mos: 4 }, { mos: 2 }, { mos: 3 }], [1, 2]],
    ['takes a missing MOS last', [{}, { mos: 4.9 }, { mos: 5 }], [1, 2]],
    ['takes a degraded session before a lower MOS', [{ mos: 1 }, { mos: 4.5, level: 2 }, { mos: 2 }], [0, 1]],
    [
      'takes a critical one before a degraded one',
      [{ level: 2, mos: 1 }, { level: 3 }, { level: 2, mos: 1.5 }],
      [0, 1],
    ],
    ['takes a degraded one without MOS before a healthy one', [{ mos: 1 }, { mos: 2 }, { level: 2 }], [0, 2]],
    ['takes the earlier rows among equals', [{ mos: 3 }, { mos: 3 }, { mos: 3 }], [0, 1]],
    ['takes a lower one before an earlier equal', [{ mos: 3 }, { mos: 3 }, { mos: 2 }], [0, 2]],
    ['takes all when there are fewer', [{ mos: 3 }], [0]],
    [
      'leaves out rows that are not live',
      [{ mos: 1, live: false }, { mos: 4 }, { mos: 3 }, { mos: 5 }],
      [1, 2],
    ],
  ];
  for (const [rule, table, chosen] of worst) {
    it(`worst ${rule}`, () => assert.deepEqual(choose('worst', table), chosen));
  }

  it('worst takes what a sort of all live rows would put first', () => {
    const row = fc.record({
      live: fc.boolean(),
      level: fc.constantFrom(0, 1, 2, 3),
      mos: fc.constantFrom(NaN, 1, 1.5, 3.2, 5),
    });
    fc.assert(
      fc.property(fc.array(row), fc.integer({ min: 1, max: 8 }), (table, count) => {
        const sorted = [...table.keys()]
          .filter((index) => table[index]!.live)
          .sort((a, b) => {
            const [left, right] = [table[a]!, table[b]!];
            const last = (mos: number) => (Number.isNaN(mos) ? 9 : mos);
            return right.level - left.level || last(left.mos) - last(right.mos) || a - b;
          });
        const expected = sorted.slice(0, count).sort((a, b) => a - b);
        assert.deepEqual(choose('worst', table, count), expected);
      }),
    );
  });
});
