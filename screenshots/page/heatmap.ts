// Where values lie over time: a row for each bucket, a cell for each step, and the warmer the more.
import type { Panel } from '../panel/board.ts';
import { type BucketRow, bucketRows } from '../panel/buckets.ts';
import { turbo } from '../panel/turbo.ts';
import { formatValue } from '../panel/units.ts';
import { clockTime } from './axes.ts';
import type { Context } from './context.ts';
import { element } from './dom.ts';
import type { Draw } from './drawing.ts';

const LEFT_PX = 74;
const BOTTOM_PX = 24;
const ROW_LABEL_PX = 15;
const FONT = '12px "DejaVu Sans", sans-serif';
const INK = '#9da0ad';

export const drawHeatmap: Draw = (body, panel, answers, context, grid) => {
  const rows = seenRows(
    bucketRows(
      answers.flatMap(({ series }) => series),
      grid.timesS,
    ),
    panel,
  );
  if (rows.length === 0) return undefined;
  if (panel.options?.color?.scheme !== 'Turbo') throw new Error('a colour scheme that is not Turbo');
  const canvas = document.createElement('canvas');
  canvas.width = body.clientWidth;
  canvas.height = body.clientHeight - 26;
  const most = Math.max(...rows.flatMap(({ counts }) => counts.map((count) => count ?? 0)));
  const unit = panel.options.yAxis?.unit ?? 'short';
  const labels = drawRowLabels(canvas, rows, unit);
  drawTimes(canvas, context);
  drawCells(canvas, rows, most, panel, grid.timesS, grid.stepS, context);
  body.append(canvas, scale(most));
  return { texts: labels, ink: { canvas, colours: coloursOf(rows, most, panel) } };
};

/** From the lowest bucket that ever has something to the highest: empty ones beyond would take the height. */
function seenRows(rows: readonly BucketRow[], panel: Panel): BucketRow[] {
  const least = panel.options?.filterValues?.le ?? 0;
  const isSeen = ({ counts }: BucketRow) => counts.some((count) => count !== null && count > least);
  const [first, last] = [rows.findIndex(isSeen), rows.findLastIndex(isSeen)];
  return first < 0 ? [] : rows.slice(first, last + 1);
}

function share(count: number, most: number, panel: Panel): number {
  return (count / most) ** (panel.options?.color?.exponent ?? 1);
}

function drawCells(
  canvas: HTMLCanvasElement,
  rows: readonly BucketRow[],
  most: number,
  panel: Panel,
  timesS: readonly number[],
  stepS: number,
  { fromMs, toMs }: Context,
): void {
  const ctx = canvas.getContext('2d')!;
  const least = panel.options?.filterValues?.le ?? 0;
  const [width, height] = [canvas.width - LEFT_PX, canvas.height - BOTTOM_PX];
  const x = (atS: number) => LEFT_PX + (width * (atS * 1_000 - fromMs)) / (toMs - fromMs);
  for (const [index, { counts }] of rows.entries()) {
    const top = Math.round(height - (height * (index + 1)) / rows.length);
    const bottom = Math.round(height - (height * index) / rows.length);
    for (const [at, count] of counts.entries()) {
      if (count === null || count <= least) continue;
      const [left, right] = [x(timesS[at]! - stepS), x(timesS[at]!)].map((edge) =>
        Math.round(Math.max(LEFT_PX, edge)),
      );
      ctx.fillStyle = turbo(share(count, most, panel));
      ctx.fillRect(left!, top, right! - left!, bottom - top);
    }
  }
}

/** The upper bound at the top of each row, as far as there is room. Gives what was written. */
function drawRowLabels(canvas: HTMLCanvasElement, rows: readonly BucketRow[], unit: string): string[] {
  const ctx = canvas.getContext('2d')!;
  const height = canvas.height - BOTTOM_PX;
  const every = Math.ceil((rows.length * ROW_LABEL_PX) / height);
  ctx.font = FONT;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  return rows.flatMap(({ bound }, index) => {
    if (index % every !== 0) return [];
    const text = bound === Infinity ? '+Inf' : `≤ ${formatValue(bound, unit)}`;
    const y = height - (height * (index + 0.5)) / rows.length;
    ctx.fillStyle = INK;
    ctx.fillText(text, LEFT_PX - 6, y);
    return [text];
  });
}

function drawTimes(canvas: HTMLCanvasElement, { fromMs, toMs }: Context): void {
  const ctx = canvas.getContext('2d')!;
  const everyMs =
    [60_000, 120_000, 300_000, 600_000].find((each) => (toMs - fromMs) / each <= 9) ?? 1_800_000;
  ctx.textAlign = 'center';
  ctx.fillStyle = INK;
  for (let atMs = Math.ceil(fromMs / everyMs) * everyMs; atMs < toMs; atMs += everyMs) {
    const x = LEFT_PX + ((canvas.width - LEFT_PX) * (atMs - fromMs)) / (toMs - fromMs);
    if (x > LEFT_PX + 14 && x < canvas.width - 18)
      ctx.fillText(clockTime(atMs / 1_000), x, canvas.height - 9);
  }
}

/** Of the cells, `#rrggbb`. */
function coloursOf(rows: readonly BucketRow[], most: number, panel: Panel): string[] {
  const counts = rows.flatMap((row) => row.counts).filter((count) => count !== null && count > 0);
  const hex = (text: string) =>
    `#${[...text.matchAll(/\d+/g)].map(([part]) => Number(part).toString(16).padStart(2, '0')).join('')}`;
  return [...new Set(counts.map((count) => hex(turbo(share(count!, most, panel)))))].slice(0, 20);
}

/** What the colours mean. */
function scale(most: number): HTMLElement {
  const strip = element('span', 'strip');
  const stops = Array.from({ length: 12 }, (_, index) => turbo(index / 11));
  strip.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
  return element('div', 'scale', '0', strip, `${formatValue(most, 'cps')}`);
}
