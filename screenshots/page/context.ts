// What every panel of one picture shares: the times, the variables, and who answers queries.
import type { Panel, Target } from '../panel/board.ts';
import type { Span } from '../panel/spans.ts';
import { type Series, seriesFrom } from '../panel/series.ts';
import { timeGrid, type TimeGrid } from '../panel/time-grid.ts';
import { fillIn, type Values } from '../panel/variables.ts';

export interface MarkedSpan extends Span {
  readonly colour: string;
}

export interface Context {
  readonly fromMs: number;
  readonly toMs: number;
  readonly scrapeIntervalS: number;
  readonly values: Values;
  /** Of the board's annotations. */
  readonly marks: readonly MarkedSpan[];
}

/** A target with what Prometheus answered, and the format of its legend with variables filled in. */
export interface Answer {
  readonly target: Target;
  readonly legend: string;
  readonly series: readonly Series[];
}

interface ApiAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: Parameters<typeof seriesFrom>[0] };
}

export function gridFor(context: Context, widthPx: number): TimeGrid {
  return timeGrid(context.fromMs, context.toMs, widthPx, context.scrapeIntervalS);
}

/** Rejects with Prometheus's own words when one of the queries is refused. */
export function answersOf(panel: Panel, context: Context, grid: TimeGrid): Promise<Answer[]> {
  return Promise.all(
    (panel.targets ?? []).map(async (target) => ({
      target,
      legend: fillIn(target.legendFormat ?? '', context.values),
      series: target.instant
        ? await askInstant(target.expr, context, grid)
        : await askRange(target.expr, context, grid),
    })),
  );
}

export function askRange(expr: string, context: Context, { timesS, stepS, ...grid }: TimeGrid) {
  return ask('query_range', {
    query: filled(expr, context, grid),
    start: String(timesS[0]),
    end: String(timesS.at(-1)),
    step: String(stepS),
  });
}

function askInstant(expr: string, context: Context, grid: TimeGrid): Promise<Series[]> {
  return ask('query', { query: filled(expr, context, grid), time: String(context.toMs / 1_000) });
}

function filled(expr: string, { values }: Context, { rateIntervalS }: Pick<TimeGrid, 'rateIntervalS'>) {
  return fillIn(expr, { ...values, __rate_interval: `${rateIntervalS}s` });
}

async function ask(path: string, parameters: Record<string, string>): Promise<Series[]> {
  const response = await fetch(`/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
  const { status, error, data } = (await response.json()) as ApiAnswer;
  if (status !== 'success') throw new Error(error ?? `Prometheus answered ${response.status}`);
  return seriesFrom(data.result);
}
