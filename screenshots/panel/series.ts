// What Prometheus answers, as panels need it.

export type Labels = Readonly<Record<string, string>>;

export interface Series {
  readonly labels: Labels;
  /** By the time in seconds since the Unix epoch; NaN and infinities are left out. */
  readonly values: ReadonlyMap<number, number>;
}

/** One label of Prometheus' API and its value, or a range of them. */
interface AnsweredSeries {
  readonly metric: Labels;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

export function seriesFrom(result: readonly AnsweredSeries[]): Series[] {
  return result.map(({ metric, value, values = value === undefined ? [] : [value] }) => ({
    labels: metric,
    values: new Map(
      values
        .map(([atS, text]) => [atS, Number(text)] as const)
        .filter(([, number]) => Number.isFinite(number)),
    ),
  }));
}

/** On the grid of times; where there is no point, null, which is what uPlot shows as a hole. */
export function onGrid({ values }: Series, timesS: readonly number[]): (number | null)[] {
  return timesS.map((atS) => values.get(atS) ?? null);
}

export function lastOf({ values }: Series): number | undefined {
  return [...values.values()].at(-1);
}
