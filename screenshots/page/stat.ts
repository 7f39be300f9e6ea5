// One number in the colour of where it is, over its history.
import { colourNamed, faded } from '../panel/colours.ts';
import { fieldConfigOf, shown } from '../panel/fields.ts';
import { legendOf } from '../panel/legend.ts';
import { lastOf, onGrid } from '../panel/series.ts';
import { element, svg } from './dom.ts';
import type { Draw } from './drawing.ts';

export const drawStat: Draw = (body, panel, answers, _context, { timesS }) => {
  const [answer] = answers;
  const [series] = answer?.series ?? [];
  const last = series && lastOf(series);
  if (answer === undefined || series === undefined || last === undefined) return undefined;
  const config = fieldConfigOf(panel, legendOf(answer.legend, series.labels));
  const { text, colour = colourNamed('text') } = shown(last, config);
  const number = element('div', 'number', text);
  number.style.color = colour;
  body.append(history(onGrid(series, timesS), colour), number);
  return { texts: [text] };
};

/** In a box of 100 by 100 that is stretched to the panel; each stretch without holes is an area of its own. */
function history(values: readonly (number | null)[], colour: string): SVGElement {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const x = (at: number) => (100 * at) / (values.length - 1);
  const y = (value: number) => (most === least ? 60 : 98 - (76 * (value - least)) / (most - least));
  const stretches: { at: number; value: number }[][] = [[]];
  for (const [at, value] of values.entries()) {
    if (value === null) stretches.push([]);
    else stretches.at(-1)!.push({ at, value });
  }
  const drawn = stretches
    .filter(({ length }) => length > 0)
    .flatMap((points) => {
      const line = points.map(({ at, value }) => `${x(at).toFixed(2)} ${y(value).toFixed(2)}`).join(' L ');
      const [from, to] = [x(points[0]!.at).toFixed(2), x(points.at(-1)!.at).toFixed(2)];
      return [
        svg('path', { d: `M ${from} 100 L ${line} L ${to} 100 Z`, fill: faded(colour, 0.18) }),
        svg('path', {
          d: `M ${line}`,
          fill: 'none',
          stroke: faded(colour, 0.75),
          'stroke-width': 1.5,
          'vector-effect': 'non-scaling-stroke',
        }),
      ];
    });
  return svg('svg', { class: 'history', viewBox: '0 0 100 100', preserveAspectRatio: 'none' }, ...drawn);
}
