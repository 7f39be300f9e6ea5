// PromQL, built over definitions: a metric is named by its series, and a label that the series doesn't have throws here,
// not on somebody's screen.
import { SCRAPE_LABELS, type Series } from './series.ts';

/**
 * An operator and its value, such as `=ok` or `=~degraded|critical`. A value may be one of Grafana's variables; none begins
 * with a tilde, which would be read as part of the operator.
 */
export type Matcher = `=${string}` | `!=${string}` | `=~${string}` | `!~${string}`;
export type Matchers = Readonly<Record<string, Matcher>>;

/** Restricts a query to the jobs that a reader of a dashboard chose by the variable `job`. */
export const OF_JOB = { job: '=~$job' } as const satisfies Matchers;

/** The same for the process's own telemetry, whose names a Collector's has too: by the variable `own_job`. */
export const OF_OWN_JOB = { job: '=~$own_job' } as const satisfies Matchers;

/** The window that Grafana chooses to suit the scrape interval and the zoom. */
export const RATE_INTERVAL = '$__rate_interval';

export function select(series: Series, matchers: Matchers = {}): string {
  return withMatchers(series.name, matchers, series.labels);
}

/** The buckets of a histogram. */
export function buckets(series: Series, matchers: Matchers = {}): string {
  return ofHistogram(series, 'bucket', matchers, [...series.labels, 'le']);
}

/** How many values a histogram has counted. */
export function observations(series: Series, matchers: Matchers = {}): string {
  return ofHistogram(series, 'count', matchers, series.labels);
}

/**
 * The bucket of a histogram up to `bound`, which must be one of its bounds. Prometheus 3 writes 3 as `3.0`, where others
 * leave it as it is served.
 */
export function bucketUpTo(
  series: Series & { readonly bucketBoundaries: readonly number[] },
  bound: number,
  matchers: Matchers = {},
): string {
  if (!series.bucketBoundaries.includes(bound))
    throw new Error(`${series.otelName} has no bucket that ends at ${bound}`);
  return buckets(series, { ...matchers, le: Number.isInteger(bound) ? `=~${bound}([.]0)?` : `=${bound}` });
}

export function rate(selector: string, window: string): string {
  return `rate(${selector}[${window}])`;
}

export function increase(selector: string, window: string): string {
  return `increase(${selector}[${window}])`;
}

/**
 * What counters grew by within `window`, their first value included; after a restart, what they are. `increase` is blind to
 * the first event of its kind, for a counter with attributes appears when it happens, at 1, and has not grown since; and it
 * extrapolates, so that seventeen events may be shown as 22.7.
 */
export function growth(selector: string, window: string): string {
  return `(${selector} - ${selector} offset ${window} >= 0 or ${selector})`;
}

/** Events within the window of a panel, by some of the labels: for counters of what happens rarely. */
export function happened(series: Series, by: readonly string[], matchers: Matchers = OF_JOB): string {
  return sum(growth(select(series, matchers), RATE_INTERVAL), by);
}

/** The rate of a counter that runs all the time. */
export function perSecond(series: Series, by: readonly string[], matchers: Matchers = OF_JOB): string {
  return sum(rate(select(series, matchers), RATE_INTERVAL), by);
}

type Aggregation = 'sum' | 'min' | 'max' | 'count';

/** `sum(x)`, or `sum by (a, b) (x)`. */
export function aggregate(how: Aggregation, expression: string, by: readonly string[] = []): string {
  return by.length === 0 ? `${how}(${expression})` : `${how} by (${by.join(', ')}) (${expression})`;
}

export function sum(expression: string, by: readonly string[] = []): string {
  return aggregate('sum', expression, by);
}

/** Of counts per bucket, such as a `sum` by `le`. */
export function quantile(q: number, perBucket: string): string {
  return `histogram_quantile(${q}, ${perBucket})`;
}

export function topK(count: number, expression: string): string {
  return `topk(${count}, ${expression})`;
}

/** A share; without a point, and never NaN, where the whole is 0. */
export function ratio(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`;
}

function ofHistogram(series: Series, part: string, matchers: Matchers, labels: readonly string[]): string {
  if (series.kind !== 'histogram') throw new Error(`${series.name} is no histogram`);
  return withMatchers(`${series.name}_${part}`, matchers, labels);
}

function withMatchers(name: string, matchers: Matchers, labels: readonly string[]): string {
  const parts = Object.entries(matchers).map(([label, matcher]) => {
    if (!labels.includes(label) && !SCRAPE_LABELS.includes(label))
      throw new Error(`${name} has no label ${label}`);
    const [, operator = '', value = ''] = /^(=~|!~|!=|=)(.*)$/s.exec(matcher)!;
    return `${label}${operator}"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  });
  return parts.length === 0 ? name : `${name}{${parts.join(', ')}}`;
}
