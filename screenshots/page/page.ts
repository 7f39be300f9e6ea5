// The page: a board of Grafana's JSON, drawn from its own queries. No second Grafana: what it doesn't know is a failure that
// it shows and counts. When all is drawn, the promise `drawn` says what.
import type { Board, Panel } from '../panel/board.ts';
import { colourNamed } from '../panel/colours.ts';
import { layout, type Placed } from '../panel/layout.ts';
import type { DrawnPanel, Report } from '../panel/report.ts';
import { fromQuery } from '../panel/request.ts';
import { spansOf } from '../panel/spans.ts';
import { secondsOf } from '../panel/time-grid.ts';
import { fillIn, shownValue, valuesOf } from '../panel/variables.ts';
import { clockTime } from './axes.ts';
import { drawBarGauge } from './bar-gauge.ts';
import { answersOf, askRange, type Context, gridFor, type MarkedSpan } from './context.ts';
import { element } from './dom.ts';
import { type Draw, inkedPixels } from './drawing.ts';
import { drawHeatmap } from './heatmap.ts';
import { drawStat } from './stat.ts';
import { drawStateTimeline } from './state-timeline.ts';
import { drawTable } from './table.ts';
import { drawTimeSeries } from './time-series.ts';

const STEP_PX = 34;
const GAP_PX = 8;

const DRAWERS: Readonly<Record<string, Draw>> = {
  timeseries: drawTimeSeries,
  stat: drawStat,
  table: drawTable,
  bargauge: drawBarGauge,
  heatmap: drawHeatmap,
  'state-timeline': drawStateTimeline,
};

async function drawBoard(): Promise<Report> {
  const request = fromQuery(location.search);
  const board = (await (await fetch(`/boards/${request.board}.json`)).json()) as Board;
  const values = valuesOf(board.templating.list, request.variables);
  const unmarked: Context = { ...request, values, marks: [] };
  const context: Context = { ...unmarked, marks: await marksOf(board, unmarked) };

  const placed = layout(board, request.areAllOpen);
  const panels = element('main', '');
  const heightPx = Math.max(...placed.map(({ panel, top }) => top + panel.gridPos.h)) * STEP_PX;
  panels.style.height = `${heightPx}px`;
  document.body.append(head(board, context), panels);
  const drawn: DrawnPanel[] = [];
  for (const each of placed) {
    if (each.panel.type === 'row') panels.append(rowOf(each, context));
    else drawn.push(await drawPanel(panels, each, context));
  }
  return { panels: drawn, heightPx: document.documentElement.scrollHeight };
}

/** Stretches in which an annotation's query has points, at the annotation's own step. */
async function marksOf({ annotations }: Board, context: Context): Promise<MarkedSpan[]> {
  const marks = annotations.list.map(async ({ expr, iconColor, step }) => {
    const stepS = Math.max(secondsOf(step), context.scrapeIntervalS);
    const grid = gridFor(context, (context.toMs - context.fromMs) / 1_000 / stepS);
    const series = await askRange(expr, context, grid);
    const spans = series.flatMap((each) => spansOf(each, grid.stepS));
    return spans.map((span) => ({ ...span, colour: colourNamed(iconColor) }));
  });
  return (await Promise.all(marks)).flat();
}

function head({ title, templating, annotations }: Board, context: Context): HTMLElement {
  const marks = annotations.list.map(({ name, iconColor }) => {
    const sign = element('span', 'sign');
    sign.style.background = colourNamed(iconColor);
    return element('span', 'mark', sign, name);
  });
  const variables = templating.list
    .filter(({ type }) => type !== 'datasource')
    .map((variable) =>
      element(
        'span',
        'variable',
        element('b', '', variable.label ?? variable.name),
        shownValue(variable, context.values),
      ),
    );
  const [from, to] = [context.fromMs, context.toMs].map((atMs) => clockTime(atMs / 1_000));
  const day = new Date(context.fromMs).toISOString().slice(0, 10);
  return element(
    'header',
    '',
    element('h1', '', title, element('span', 'range', `${day}, ${from} to ${to} UTC`)),
    element('div', 'variables', ...marks, ...variables),
  );
}

function rowOf({ panel, top, hiddenCount }: Placed, { values }: Context): HTMLElement {
  const sign = hiddenCount > 0 ? '›' : '⌄';
  const row = element('div', 'row', `${sign}  ${fillIn(panel.title, values)}`);
  if (hiddenCount > 0) row.append(element('span', 'hidden', `(${hiddenCount} panels)`));
  place(row, panel, top);
  return row;
}

async function drawPanel(into: HTMLElement, { panel, top }: Placed, context: Context): Promise<DrawnPanel> {
  const title = fillIn(panel.title, context.values);
  const body = element('div', `body ${panel.type}`);
  const frame = element('section', '', element('h2', '', title), body);
  place(frame, panel, top);
  into.append(frame);
  const about = { title, type: panel.type };
  try {
    const draw = DRAWERS[panel.type];
    if (draw === undefined) throw new Error(`a panel of the type ${panel.type} can't be drawn here`);
    const grid = gridFor(context, body.clientWidth);
    const answers = await answersOf(panel, context, grid);
    const drawing = draw(body, panel, answers, context, grid);
    if (drawing === undefined) {
      body.append(element('div', 'nothing', 'No data'));
      return { ...about, outcome: 'empty', texts: [], inkedPixels: 0 };
    }
    // uPlot draws in a microtask.
    await new Promise(requestAnimationFrame);
    return { ...about, outcome: 'drawn', texts: drawing.texts, inkedPixels: inkedPixels(drawing) };
  } catch (problem) {
    const error = String(problem);
    body.append(element('div', 'error', error));
    return { ...about, outcome: 'failed', error, texts: [], inkedPixels: 0 };
  }
}

function place(made: HTMLElement, { gridPos }: Panel, top: number): void {
  made.style.left = `calc(${gridPos.x} * (100% + ${GAP_PX}px) / 24)`;
  made.style.width = `calc(${gridPos.w} * (100% + ${GAP_PX}px) / 24 - ${GAP_PX}px)`;
  made.style.top = `${top * STEP_PX}px`;
  made.style.height = `${gridPos.h * STEP_PX - GAP_PX}px`;
}

Object.assign(globalThis, { drawn: drawBoard() });
