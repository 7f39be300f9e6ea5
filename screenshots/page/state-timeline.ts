// Which state lasted for how long: a line of stretches for each series.
import { colourNamed, inkOn } from '../panel/colours.ts';
import { fieldConfigOf, shown } from '../panel/fields.ts';
import { legendOf } from '../panel/legend.ts';
import { spansOf } from '../panel/spans.ts';
import { clockTime } from './axes.ts';
import { element, svg, svgText } from './dom.ts';
import type { Draw } from './drawing.ts';

const LEFT_PX = 90;
const BOTTOM_PX = 24;

export const drawStateTimeline: Draw = (body, panel, answers, { fromMs, toMs }, { stepS }) => {
  const lines = answers.flatMap(({ legend, series }) =>
    series.map((each) => ({ name: legendOf(legend, each.labels), spans: spansOf(each, stepS) })),
  );
  if (lines.every(({ spans }) => spans.length === 0)) return undefined;
  const [width, height] = [body.clientWidth, body.clientHeight];
  const rowHeight = (height - BOTTOM_PX) / lines.length;
  const x = (atS: number) => {
    const share = (atS * 1_000 - fromMs) / (toMs - fromMs);
    return LEFT_PX + (width - LEFT_PX) * Math.min(1, Math.max(0, share));
  };
  const picture = svg('svg', { width, height });
  const texts: string[] = [];
  for (const [index, { name, spans }] of lines.entries()) {
    const [top, tall] = [index * rowHeight + rowHeight * 0.1, rowHeight * 0.8];
    const middle = top + tall / 2;
    picture.append(svgText(name, { x: LEFT_PX - 8, y: middle, class: 'row-name' }));
    texts.push(name);
    for (const { fromS, toS, value } of spans) {
      const { text, colour = colourNamed('text') } = shown(value, fieldConfigOf(panel, name));
      const [left, right] = [x(fromS), x(toS)];
      picture.append(
        svg('rect', { x: left, y: top, width: right - left, height: tall, fill: colour, opacity: 0.85 }),
      );
      if (right - left > text.length * 8 + 10)
        picture.append(svgText(text, { x: left + 6, y: middle, class: 'state', fill: inkOn(colour) }));
      texts.push(text);
    }
  }
  for (const atS of timeMarks(fromMs / 1_000, toMs / 1_000))
    picture.append(svgText(clockTime(atS), { x: x(atS), y: height - 9, class: 'time' }));
  body.append(element('div', 'timeline', picture));
  return { texts };
};

/** Whole times inside the range, some seven of them. */
function timeMarks(fromS: number, toS: number): number[] {
  const every = [10, 20, 30, 60, 120, 300, 600].find((each) => (toS - fromS) / each <= 9) ?? 1_800;
  const first = Math.ceil((fromS + every / 4) / every) * every;
  const count = Math.max(0, Math.ceil((toS - every / 8 - first) / every));
  return Array.from({ length: count }, (_, index) => first + index * every);
}
