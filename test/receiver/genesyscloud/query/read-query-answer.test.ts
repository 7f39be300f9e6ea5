import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { newestRows } from '../../../../receiver/genesyscloud/query/newest-rows.ts';
import { isGroupKey, selectedKey } from '../../../../receiver/genesyscloud/query/query-keys.ts';
import { type QueryRow, readQueryAnswer } from '../../../../receiver/genesyscloud/query/read-query-answer.ts';

const SELECT = ['metrics.mos.avg', 'metrics.jitter.ms.avg', 'count'];
const FROM = '2026-01-01T00:00:00.000Z';
const FROM_MS = Date.UTC(2026, 0, 1);

function read(body: unknown, group: readonly string[] = []): string[] {
  const { rows, faultCount } = readQueryAnswer(body, { select: SELECT, group });
  return [
    ...(rows ?? ['no rows']).map((row) =>
      typeof row === 'string'
        ? row
        : [
            row.fromMs === FROM_MS ? 'from' : 'whenever',
            row.group,
            ...SELECT.map((key) => row.values.get(key)),
          ].join(' '),
    ),
    ...(faultCount > 0 ? [`${faultCount} faults`] : []),
  ];
}

const FLAT = { 'metrics.mos.avg': 3.9, 'metrics.jitter.ms.avg': 12, count: 7 };
const NESTED = { metrics: { mos: { avg: 3.9 }, jitter: { ms: { avg: 12 } } }, count: 7 };

describe('the answer to a query', () => {
  const forms: [form: string, body: unknown][] = [
    ['results with flat data', { results: [{ from: FROM, to: FROM, group: {}, data: FLAT }] }],
    ['entities', { entities: [{ from: FROM, data: FLAT }] }],
    ['a bare list', [{ from: FROM, data: FLAT }]],
    ['values in the row itself', [{ from: FROM, ...FLAT }]],
    ['nested values', [{ from: FROM, data: NESTED }]],
    ['nested values in the row itself', [{ from: FROM, ...NESTED }]],
    [
      'values without the name of the object around them',
      [{ from: FROM, metrics: { mos: { avg: 3.9 }, 'jitter.ms': { avg: 12 }, count: 7 } }],
    ],
    ['an interval', [{ interval: `${FROM}/2026-01-01T00:05:00.000Z`, data: FLAT }]],
    ['a timestamp in seconds', [{ timestamp: FROM_MS / 1_000, data: FLAT }]],
  ];
  for (const [form, body] of forms)
    it(`is read as ${form}`, () => assert.deepEqual(read(body), ['from  3.9 12 7']));

  const rows: [what: string, body: unknown, expected: string[]][] = [
    ['nothing', undefined, ['no rows', '1 faults']],
    ['a text', 'results', ['no rows', '1 faults']],
    ['another object', { data: FLAT }, ['no rows', '1 faults']],
    ['no result', { results: [] }, []],
    ['a row that is none', { results: [null, 7, [], { data: FLAT }] }, ['whenever  3.9 12 7', '3 faults']],
    ['a row without a value', { results: [{ from: FROM }] }, ['1 faults']],
    ['one value of several', { results: [{ data: { count: 7 } }] }, ['whenever    7']],
    [
      'null for what is not known',
      { results: [{ data: { ...FLAT, 'metrics.mos.avg': null } }] },
      ['whenever   12 7'],
    ],
    [
      'a MOS of 9',
      { results: [{ data: { ...FLAT, 'metrics.mos.avg': 9 } }] },
      ['whenever   12 7', '1 faults'],
    ],
    ['a count of text', { results: [{ data: { count: '7' } }] }, ['2 faults']],
    ['a negative count', { results: [{ data: { count: -1 } }] }, ['2 faults']],
    ['what only an object inherits', { results: [{ data: {}, constructor: 1 }] }, ['1 faults']],
  ];
  for (const [what, body, expected] of rows) it(`with ${what}`, () => assert.deepEqual(read(body), expected));

  it('has its group as text: numbers with two decimals, no address, nothing endless', () => {
    const group = (value: unknown) => read([{ group: { edge: value }, data: { count: 1 } }], ['edge']);
    assert.deepEqual(group('fra-3'), ['whenever edge=fra-3   1']);
    assert.deepEqual(group(3.14159), ['whenever edge=3.14   1']);
    for (const bad of ['203.0.113.7', 'a\nb', {}, null, undefined])
      assert.deepEqual(group(bad), ['1 faults']);
    assert.equal(group('x'.repeat(1_000))[0]!.length, 'whenever edge=   1'.length + 128);
  });

  it('has the group in its data, where it has none of its own', () => {
    assert.deepEqual(read([{ data: FLAT }], ['metrics.mos.avg']), ['whenever metrics.mos.avg=3.9 3.9 12 7']);
  });

  it('is never thrown over', () => {
    const group = ['edge', 'metrics.mos.avg'];
    fc.assert(
      fc.property(
        fc.jsonValue(),
        (value) => void read({ results: [value, { data: value, group: value }] }, group),
      ),
    );
  });
});

describe('the rows that are shown', () => {
  const row = (group: string, count: number, fromMs?: number): QueryRow => ({
    group,
    values: new Map([['count', count]]),
    ...(fromMs !== undefined && { fromMs }),
  });
  const shown = (rows: QueryRow[], maxGroups = 10) => {
    const newest = newestRows(rows, maxGroups);
    return [
      newest.rows.map(({ group, values }) => `${group}:${values.get('count')}`).join(' '),
      newest.leftOutCount,
    ];
  };

  it('are those of the newest interval', () => {
    assert.deepEqual(shown([row('a', 9, 100), row('a', 1, 300), row('b', 2, 200)]), ['a:1', 0]);
  });

  it('are all where no interval is told', () =>
    assert.deepEqual(shown([row('a', 1), row('b', 2)]), ['b:2 a:1', 0]));

  it('are one for each group, and not too many: those with the most events', () => {
    assert.deepEqual(shown([row('a', 1), row('b', 5), row('b', 3), row('c', 4), row('d', 2)], 3), [
      'b:5 c:4 d:2',
      2,
    ]);
  });

  it('may be none', () => assert.deepEqual(shown([]), ['', 0]));
});

describe('what may be selected', () => {
  for (const [key, name] of [
    ['metrics.mos.avg', 'webrtc.genesys.query.mos avg'],
    ['metrics.rtt.ms.p95', 'webrtc.genesys.query.round_trip_time p95'],
    ['metrics.packetLossPercent.max', 'webrtc.genesys.query.packet_loss max'],
    ['count', 'webrtc.genesys.query.events count'],
    ['metrics.mos', undefined],
    ['metrics.mos.sum', undefined],
    ['agent.id', undefined],
    ['mos.avg', undefined],
    ['', undefined],
  ] as const) {
    it(`${key || 'nothing'} ${name === undefined ? 'may not' : `is ${name}`}`, () => {
      const found = selectedKey(key);
      assert.equal(found && `${found.metric.name} ${found.aggregate}`, name);
    });
  }

  it('groups by what has few values and names nobody', () => {
    const keys = [
      'edge',
      'codec',
      'metrics.mos.avg',
      'agent.id',
      'session.id',
      'customer.endpoint.ip',
      'count',
    ];
    assert.deepEqual(keys.filter(isGroupKey), ['edge', 'codec', 'metrics.mos.avg']);
  });
});
