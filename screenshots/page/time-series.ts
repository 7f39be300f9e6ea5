// Lines, areas and bars over time, by uPlot: with the limits drawn in, the board's annotations, and names below.
import uPlot from 'uplot';
import type { FieldConfig, Panel } from '../panel/board.ts';
import { colourNamed, coloursByName, faded, overPanel } from '../panel/colours.ts';
import { fieldConfigOf } from '../panel/fields.ts';
import { legendOf } from '../panel/legend.ts';
import { onGrid } from '../panel/series.ts';
import { stacked } from '../panel/stack.ts';
import { timeAxis, yAxis } from './axes.ts';
import type { Answer, Context } from './context.ts';
import { element } from './dom.ts';
import type { Draw } from './drawing.ts';

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly values: (number | null)[];
}

export const drawTimeSeries: Draw = (body, panel, answers, context, grid) => {
  const lines = linesOf(panel, answers, grid.timesS);
  if (lines.length === 0) return undefined;
  const config = fieldConfigOf(panel, '');
  const legend = element('div', 'legend', ...lines.map(legendEntry));
  const chart = element('div', 'chart');
  body.append(chart, legend);

  const isStacked = config.custom?.stacking?.mode === 'normal';
  const isBars = config.custom?.drawStyle === 'bars';
  const shownValues = isStacked
    ? stacked(lines.map(({ values }) => values))
    : lines.map(({ values }) => values);
  // The uppermost of a stack is drawn first, so that those below lie over it.
  const order = isStacked
    ? lines.map((_, index) => lines.length - 1 - index)
    : lines.map((_, index) => index);
  const plot = new uPlot(
    {
      width: chart.clientWidth,
      height: chart.clientHeight,
      legend: { show: false },
      cursor: { show: false },
      tzDate: (atS) => uPlot.tzDate(new Date(atS * 1_000), 'UTC'),
      scales: {
        x: { time: true, range: () => [context.fromMs / 1_000, context.toMs / 1_000] },
        y: { range: (_, least, most) => rangeOf(config, least, most) },
      },
      axes: [timeAxis(), yAxis(config.unit ?? 'short')],
      series: [{}, ...order.map((index) => seriesOptions(lines[index]!, config, isBars, isStacked))],
      hooks: { drawAxes: [(drawn) => drawMarks(drawn, context), (drawn) => drawLimits(drawn, config)] },
    },
    [[...grid.timesS], ...order.map((index) => shownValues[index]!)],
    chart,
  );
  return {
    texts: lines.map(({ name }) => name),
    ink: {
      canvas: plot.ctx.canvas,
      colours: lines.flatMap(({ colour }) => [
        colour,
        overPanel(colour, (config.custom?.fillOpacity ?? 0) / 100),
      ]),
    },
  };
};

function linesOf(panel: Panel, answers: readonly Answer[], timesS: readonly number[]): Line[] {
  const named = answers.flatMap(({ legend, series }) =>
    series.map((each) => ({ name: legendOf(legend, each.labels), values: onGrid(each, timesS) })),
  );
  const byName = coloursByName(named.map(({ name }) => name));
  return named.map((line, index) => {
    const { color } = fieldConfigOf(panel, line.name);
    return {
      ...line,
      colour: color?.fixedColor === undefined ? byName[index]! : colourNamed(color.fixedColor),
    };
  });
}

function legendEntry({ name, colour }: Line): HTMLElement {
  const sign = element('span', 'sign');
  sign.style.background = colour;
  return element('span', 'entry', sign, name);
}

function seriesOptions({ name, colour }: Line, { custom }: FieldConfig, isBars: boolean, isStacked: boolean) {
  const opacity = (custom?.fillOpacity ?? 0) / 100;
  const options: uPlot.Series = {
    label: name,
    stroke: colour,
    width: isBars ? 0 : 1.6,
    // What lies over another part of a stack must not let it shine through.
    fill: isStacked ? overPanel(colour, opacity) : faded(colour, opacity),
    spanGaps: false,
  };
  if (isBars) options.paths = uPlot.paths.bars!({ size: [0.9, 20], gap: 0 });
  return options;
}

/** What the board fixes stays; the rest leaves some air. Nothing but zeros still has a height. */
function rangeOf({ min, max }: FieldConfig, least: number | null, most: number | null): uPlot.Range.MinMax {
  const air = { pad: 0.1, soft: 0, mode: 3 as const };
  const [low, high] = uPlot.rangeNum(least ?? 0, (most ?? 0) === (least ?? 0) ? (most ?? 0) || 1 : most!, {
    min: air,
    max: air,
  });
  return [min ?? low, max ?? high];
}

function drawMarks({ ctx, bbox, valToPos }: uPlot, { marks }: Context): void {
  for (const { fromS, toS, colour } of marks) {
    const [left, right] = [fromS, toS].map((atS) =>
      Math.min(Math.max(valToPos(atS, 'x', true), bbox.left), bbox.left + bbox.width),
    ) as [number, number];
    ctx.fillStyle = faded(colour, 0.13);
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.fillStyle = faded(colour, 0.9);
    ctx.fillRect(left, bbox.top + bbox.height - 3, right - left, 3);
  }
}

/** A dashed line at each limit, and the colour of what it begins. */
function drawLimits({ ctx, bbox, valToPos, scales }: uPlot, { custom, thresholds }: FieldConfig): void {
  if (custom?.thresholdsStyle?.mode !== 'dashed+area') return;
  const steps = thresholds?.steps ?? [];
  const { min = 0, max = 0 } = scales['y']!;
  for (const [index, { value, color }] of steps.entries()) {
    const from = Math.max(value ?? -Infinity, min);
    const to = Math.min(steps[index + 1]?.value ?? Infinity, max);
    if (from >= to) continue;
    const [bottom, top] = [valToPos(from, 'y', true), valToPos(to, 'y', true)];
    ctx.fillStyle = faded(colourNamed(color), 0.07);
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
    if (value === null || value < min) continue;
    ctx.strokeStyle = faded(colourNamed(color), 0.8);
    ctx.setLineDash([6, 5]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, Math.round(bottom) + 0.5);
    ctx.lineTo(bbox.left + bbox.width, Math.round(bottom) + 0.5);
    ctx.stroke();
    ctx.setLineDash([]);
  }
}
