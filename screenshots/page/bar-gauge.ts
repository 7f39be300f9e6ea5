// The last value of each of a few, as bars beside each other's names.
import { colourNamed } from '../panel/colours.ts';
import { fieldConfigOf, shown } from '../panel/fields.ts';
import { legendOf } from '../panel/legend.ts';
import { lastOf } from '../panel/series.ts';
import { element } from './dom.ts';
import type { Draw } from './drawing.ts';

export const drawBarGauge: Draw = (body, panel, answers) => {
  const bars = answers.flatMap(({ legend, series }) =>
    series.flatMap((each) => {
      const value = lastOf(each);
      return value === undefined ? [] : [{ name: legendOf(legend, each.labels), value }];
    }),
  );
  if (bars.length === 0) return undefined;
  const rows = bars.map(({ name, value }) => {
    const config = fieldConfigOf(panel, name);
    const { min = 0, max = Math.max(...bars.map((bar) => bar.value)) } = config;
    const { text, colour = colourNamed('text') } = shown(value, config);
    const fill = element('div', 'fill');
    fill.style.width = `${(100 * (value - min)) / (max - min)}%`;
    fill.style.background = colour;
    const number = element('div', 'value', text);
    number.style.color = colour;
    return {
      texts: [name, text],
      row: element('div', 'bar', element('div', 'name', name), element('div', 'track', fill), number),
    };
  });
  body.append(element('div', 'bars', ...rows.map(({ row }) => row)));
  return { texts: rows.flatMap(({ texts }) => texts) };
};
