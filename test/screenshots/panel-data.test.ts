// What a panel does with answers: buckets apart, lines on top of each other, stretches of time, rows of a table, and where
// the panels lie.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Board } from '../../screenshots/panel/board.ts';
import { bucketRows } from '../../screenshots/panel/buckets.ts';
import { layout } from '../../screenshots/panel/layout.ts';
import { lastOf, onGrid, type Series, seriesFrom } from '../../screenshots/panel/series.ts';
import { spansOf } from '../../screenshots/panel/spans.ts';
import { stacked } from '../../screenshots/panel/stack.ts';
import { tableOf, transformed } from '../../screenshots/panel/table.ts';

function series(labels: Record<string, string>, values: readonly (readonly [number, number])[]): Series {
  return { labels, values: new Map(values) };
}

describe('answers', () => {
  it('become series: instants and ranges, without what is no number', () => {
    const [instant, range] = seriesFrom([
      { metric: { a: '1' }, value: [10, '4.5'] },
      {
        metric: {},
        values: [
          [10, 'NaN'],
          [15, '2'],
          [20, '+Inf'],
        ],
      },
    ]);
    assert.deepEqual([...instant!.values], [[10, 4.5]]);
    assert.deepEqual([...range!.values], [[15, 2]]);
    assert.equal(lastOf(range!), 2);
    assert.deepEqual(onGrid(range!, [10, 15, 20]), [null, 2, null]);
  });
});

describe('the buckets of a heat map', () => {
  it('go up by their bounds, and hold what lies between two', () => {
    const at = (le: string, ...counts: number[]) =>
      series(
        { le },
        counts.map((count, index) => [index, count]),
      );
    const rows = bucketRows([at('+Inf', 9, 9), at('10', 9, 8), at('2.5', 4, 5), at('1', 4, 6)], [0, 1, 2]);
    assert.deepEqual(rows, [
      { bound: 1, counts: [4, 6, null] },
      { bound: 2.5, counts: [0, 0, null] },
      { bound: 10, counts: [5, 3, null] },
      { bound: Infinity, counts: [0, 1, null] },
    ]);
  });

  it('hold together what the highest counted', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 20 }), (parts) => {
        let sum = 0;
        const cumulative = parts.map((part, index) => series({ le: String(index) }, [[0, (sum += part)]]));
        const counts = bucketRows(cumulative, [0]).map((row) => row.counts[0]);
        assert.deepEqual(counts, parts);
      }),
    );
  });
});

describe('lines on top of each other', () => {
  it('end at the sum of all, and a hole adds nothing', () => {
    const lines = [
      [1, null, 2],
      [10, 20, null],
      [100, 200, 300],
    ];
    assert.deepEqual(stacked(lines), [
      [1, null, 2],
      [11, 20, null],
      [111, 220, 302],
    ]);
  });
});

describe('stretches of time', () => {
  it('last as long as a value does, and end at a hole', () => {
    const state = series({}, [
      [0, 0],
      [5, 0],
      [10, 2],
      [20, 2],
      [25, 2],
    ]);
    assert.deepEqual(spansOf(state, 5), [
      { fromS: 0, toS: 10, value: 0 },
      { fromS: 10, toS: 15, value: 2 },
      { fromS: 20, toS: 30, value: 2 },
    ]);
  });
});

describe('a table', () => {
  const level = tableOf(
    [series({ id: 'a', edge: 'x' }, [[7, 2]]), series({ id: 'b', edge: 'x' }, [[7, 3]])],
    'A',
    2,
  );
  const mos = tableOf([series({ id: 'a', edge: 'x' }, [[7, 3.1]])], 'B', 2);

  it('has the time, the labels and the value of one query as columns', () => {
    assert.deepEqual(tableOf([series({ id: 'a' }, [[7, 1]])], 'A', 1), {
      columns: ['Time', 'id', 'Value'],
      rows: [{ Time: 7, id: 'a', Value: 1 }],
    });
  });

  it('is merged by what rows have in common, ordered, and sorted', () => {
    const table = transformed(
      [level, mos],
      [
        { id: 'merge', options: {} },
        { id: 'organize', options: { excludeByName: { Time: true }, indexByName: { id: 0, 'Value #A': 1 } } },
        { id: 'sortBy', options: { sort: [{ field: 'Value #A', desc: true }] } },
      ],
    );
    assert.deepEqual(table.columns, ['id', 'Value #A', 'edge', 'Value #B']);
    assert.deepEqual(table.rows, [
      { Time: 7, id: 'b', edge: 'x', 'Value #A': 3 },
      { Time: 7, id: 'a', edge: 'x', 'Value #A': 2, 'Value #B': 3.1 },
    ]);
  });

  it('has rows without the value at its end, either way', () => {
    for (const desc of [true, false]) {
      const sort = [{ field: 'Value #B', desc }];
      const { rows } = transformed(
        [level, mos],
        [
          { id: 'merge', options: {} },
          { id: 'sortBy', options: { sort } },
        ],
      );
      assert.deepEqual(
        rows.map(({ id }) => id),
        ['a', 'b'],
      );
    }
  });

  it('is not made by a transformation that is not known, nor of several tables', () => {
    assert.throws(() => transformed([level], [{ id: 'reduce', options: {} }]), /no transformation reduce/);
    assert.throws(() => transformed([level, mos], []), /2 tables in one panel/);
  });
});

describe('the layout', () => {
  const at = (type: string, y: number, h: number, more: object = {}) => ({
    ...{ type, title: `${type} ${y}`, gridPos: { x: 0, y, w: 24, h } },
    ...more,
  });
  const inner = [at('heatmap', 9, 8), at('heatmap', 17, 8)];
  const board = {
    panels: [
      at('row', 0, 1),
      at('stat', 1, 7),
      at('row', 8, 1, { collapsed: true, panels: inner }),
      at('row', 25, 1),
    ],
  } as unknown as Board;
  const seen = (areAllOpen: boolean) =>
    layout(board, areAllOpen).map(({ panel, top, hiddenCount }) => [panel.title, top, hiddenCount]);

  it('closes the gap of a closed row, and says how many it hides', () => {
    assert.deepEqual(seen(false), [
      ['row 0', 0, 0],
      ['stat 1', 1, 0],
      ['row 8', 8, 2],
      ['row 25', 9, 0],
    ]);
  });

  it('leaves everything in its place when all rows are open', () => {
    assert.deepEqual(
      seen(true).map(([title, top]) => [title, top]),
      [
        ['row 0', 0],
        ['stat 1', 1],
        ['row 8', 8],
        ['heatmap 9', 9],
        ['heatmap 17', 17],
        ['row 25', 25],
      ],
    );
  });
});
