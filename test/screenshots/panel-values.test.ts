// What is written in a panel: numbers with their units, names of lines, words for values, variables filled in, and the times
// that are asked for.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Panel } from '../../screenshots/panel/board.ts';
import { coloursByName, colourNamed, faded, inkOn, overPanel } from '../../screenshots/panel/colours.ts';
import { fieldConfigOf, shown } from '../../screenshots/panel/fields.ts';
import { legendOf } from '../../screenshots/panel/legend.ts';
import { fromQuery, type PictureRequest, toQuery } from '../../screenshots/panel/request.ts';
import { secondsOf, timeGrid } from '../../screenshots/panel/time-grid.ts';
import { turbo } from '../../screenshots/panel/turbo.ts';
import { formatValue } from '../../screenshots/panel/units.ts';
import { fillIn, shownValue, valuesOf } from '../../screenshots/panel/variables.ts';

describe('a number', () => {
  const cases: readonly (readonly [value: number, unit: string, text: string, decimals?: number])[] = [
    [4.256, 'none', '4.26'],
    [12_345, 'none', '12345'],
    [0.1 + 0.2, 'none', '0.3'],
    [0, 'short', '0'],
    [999, 'short', '999'],
    [1_500, 'short', '1.5 K'],
    [-2_500_000, 'short', '-2.5 Mil'],
    [0.02, 'percentunit', '2%'],
    [0.00637, 'percentunit', '0.637%'],
    [0.1529, 'percentunit', '15.3%', 1],
    [0, 's', '0 s'],
    [0.000_25, 's', '250 µs'],
    [0.06, 's', '60 ms'],
    [45, 's', '45 s'],
    [300, 's', '5 min'],
    [5_400, 's', '1.5 h'],
    [485_000, 'bps', '485 kb/s'],
    [1_600_000, 'bps', '1.6 Mb/s'],
    [512 * 1_024 * 1_024, 'bytes', '512 MiB'],
    [29.97, 'fps', '30 fps'],
    [7.93, 'cps', '7.93 c/s'],
  ];
  for (const [value, unit, text, decimals] of cases)
    it(`${value} of ${unit} is ${text}`, () => assert.equal(formatValue(value, unit, decimals), text));

  it('has no text in a unit that nobody has thought of', () => {
    assert.throws(() => formatValue(1, 'furlong'), /no format for the unit furlong/);
  });
});

describe('the name of a line', () => {
  it('has labels filled in, and nothing for one that is missing', () => {
    const labels = { destination: 'webhook', outcome: 'dead' };
    assert.equal(legendOf('{{destination}} {{ outcome }}', labels), 'webhook dead');
    assert.equal(legendOf('{{queue}} p50', labels), ' p50');
  });

  it('is the labels themselves without a format', () => {
    assert.equal(legendOf('', { __name__: 'up', job: 'a' }), 'up{job="a"}');
  });

  it('decides its colour, but no two of a panel have the same while there are others', () => {
    assert.deepEqual(coloursByName(['webhook']), coloursByName(['webhook']));
    const names = Array.from({ length: 12 }, (_, index) => `line ${index}`);
    assert.equal(new Set(coloursByName(names)).size, 12);
    assert.equal(coloursByName([...names, 'one more']).length, 13);
  });
});

describe('a colour', () => {
  it('is known by the names that boards use, and no others', () => {
    assert.match(colourNamed('red'), /^#[0-9a-f]{6}$/);
    assert.throws(() => colourNamed('mauve'), /no colour is called mauve/);
  });

  it('can be faded, laid over the panel, and written on', () => {
    assert.equal(faded('#ff8000', 0.5), 'rgba(255, 128, 0, 0.5)');
    assert.equal(overPanel('#ff8000', 1), '#ff8000');
    assert.equal(overPanel('#ff8000', 0), '#181b1f');
    assert.equal(inkOn('#000000'), '#ffffff');
    assert.equal(inkOn('#ffffff'), '#111217');
  });

  it('of a heat map goes from dark to dark through bright ones, and stays in its range', () => {
    const channels = (share: number) => [...turbo(share).matchAll(/\d+/g)].map(Number);
    const brightness = (share: number) => channels(share).reduce((sum, channel) => sum + channel, 0);
    assert.ok(brightness(0.5) > brightness(0) && brightness(0.5) > brightness(1));
    assert.equal(turbo(-1), turbo(0));
    assert.equal(turbo(2), turbo(1));
  });
});

describe('a field', () => {
  const panel = {
    fieldConfig: {
      defaults: {
        unit: 'short',
        thresholds: {
          steps: [
            { value: null, color: 'green' },
            { value: 1, color: 'red' },
          ],
        },
      },
      overrides: [
        {
          matcher: { id: 'byName', options: 'state' },
          properties: [
            { id: 'displayName', value: 'State' },
            { id: 'custom.cellOptions', value: { type: 'color-text' } },
            {
              id: 'mappings',
              value: [{ type: 'value', options: { 1: { text: 'candidate', color: 'yellow' } } }],
            },
          ],
        },
        {
          matcher: { id: 'byRegexp', options: '/ dead$/' },
          properties: [{ id: 'unit', value: 's' }],
        },
      ],
    },
  } as unknown as Panel;

  it('is configured by the defaults and by what is said of its name or of names like it', () => {
    assert.equal(fieldConfigOf(panel, 'other').unit, 'short');
    assert.equal(fieldConfigOf(panel, 'webhook dead').unit, 's');
    const { displayName, custom } = fieldConfigOf(panel, 'state');
    assert.deepEqual([displayName, custom], ['State', { cellOptions: { type: 'color-text' } }]);
    const byType = [{ matcher: { id: 'byType', options: 'number' }, properties: [] }];
    const unknown = { ...panel, fieldConfig: { defaults: {}, overrides: byType } };
    assert.throws(() => fieldConfigOf(unknown, 'x'), /an override by byType/);
  });

  it('shows a word and its colour for a mapped value, else the number in the colour of its threshold', () => {
    const state = fieldConfigOf(panel, 'state');
    assert.deepEqual(shown(1, state), { text: 'candidate', colour: colourNamed('yellow') });
    assert.deepEqual(shown(2, state), { text: '2', colour: colourNamed('red') });
    const unmapped = fieldConfigOf(panel, 'other');
    assert.deepEqual(shown(1, unmapped), { text: '1', colour: colourNamed('red') }, 'from the limit on');
    assert.deepEqual(shown(0.9, state), { text: '0.9', colour: colourNamed('green') });
    assert.deepEqual(shown(1, { unit: 'none' }), { text: '1', colour: undefined });
  });
});

describe('variables', () => {
  const list = [
    { name: 'datasource', type: 'datasource', query: 'prometheus' },
    { name: 'job', type: 'query', allValue: '.*', current: { value: '$__all' } },
    { name: 'dimension', type: 'custom', current: { value: 'edge' } },
    { name: 'find', type: 'textbox', query: '' },
    { name: 'session', type: 'query' },
  ];

  it('stand for what was chosen, else for what the board starts with', () => {
    const values = valuesOf(list, { session: 's-1' });
    assert.deepEqual(values, { job: '.*', dimension: 'edge', find: '', session: 's-1' });
    assert.deepEqual(
      list.slice(1, 3).map((variable) => shownValue(variable, values)),
      ['All', 'edge'],
    );
    assert.throws(() => valuesOf(list, {}), /nothing was chosen for the variable session/);
  });

  it('are filled in wherever they stand, and none is left out unseen', () => {
    const values = { job: '.*', __rate_interval: '1m' };
    assert.equal(fillIn('a{job=~"$job"}[${__rate_interval}]', values), 'a{job=~".*"}[1m]');
    assert.throws(() => fillIn('$edge', values), /no variable edge/);
  });
});

describe('the times of a query', () => {
  it('are whole steps, no finer than the scrapes and than the pixels, and rates go over four scrapes at least', () => {
    const minute = timeGrid(2_000, 62_000, 800, 5);
    assert.deepEqual([minute.stepS, minute.rateIntervalS], [5, 20]);
    assert.deepEqual([minute.timesS[0], minute.timesS.at(-1), minute.timesS.length], [0, 60, 13]);
    const day = timeGrid(0, 86_400_000, 720, 15);
    assert.deepEqual([day.stepS, day.rateIntervalS], [120, 135]);
    assert.equal(secondsOf('10s'), 10);
    assert.throws(() => secondsOf('1m'), /not a number of seconds/);
  });
});

describe('a request for a picture', () => {
  it('survives the address of the page', () => {
    const request: PictureRequest = {
      board: 'session',
      fromMs: 1,
      toMs: 2,
      scrapeIntervalS: 5,
      areAllOpen: true,
      variables: { session: 'a&b=c#d "é"' },
    };
    assert.deepEqual(fromQuery(`?${toQuery(request)}`), request);
    assert.throws(() => fromQuery(''));
  });
});
