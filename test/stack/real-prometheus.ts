// Prometheus: scrapes once a second what it is told to, takes OTLP, judges rules, and answers queries.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseExposition } from '../support/exposition.ts';
import type { Stack } from './stack.ts';
import { startOnFreePorts } from './started-program.ts';

export interface Series {
  /** Its name is the label `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Answer<Data> {
  readonly status: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly data: Data;
}
interface Vector {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [number, string];
  }[];
}
interface Matrix {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [number, string])[];
  }[];
}

/** A series over time. */
export interface Line {
  readonly labels: Readonly<Record<string, string>>;
  /** In the order of time. */
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

/** A range of time that is asked for second by second. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A rule, and how its last evaluation went. */
export interface JudgedRule {
  readonly name: string;
  readonly type: 'recording' | 'alerting';
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export const SCRAPE_INTERVAL_MS = 1_000;

export interface RealPrometheusOptions {
  /** How long an instant query shows what has no newer sample, unless it is known to have ended. Prometheus's default: 5m. */
  readonly lookback?: string;
  /** Of its folder, where a test starts several. */
  readonly name?: string;
}

export class RealPrometheus {
  /** `http://127.0.0.1:…`, without a path. */
  readonly url: string;
  readonly #config: string;
  readonly #targetsFile: string;
  readonly #targets = new Map<string, string>();

  private constructor(url: string, config: string, targetsFile: string) {
    this.url = url;
    this.#config = config;
    this.#targetsFile = targetsFile;
  }

  static async start(
    stack: Stack,
    { lookback = '5m', name = 'prometheus' }: RealPrometheusOptions = {},
  ): Promise<RealPrometheus> {
    const folder = join(stack.folder, name);
    await mkdir(folder);
    const targetsFile = join(folder, 'targets.json');
    await writeFile(targetsFile, '[]');
    const config = join(folder, 'prometheus.yml');
    await writeFile(config, JSON.stringify(configuration(targetsFile)));
    const { ports } = await startOnFreePorts(stack, 1, ([port]) =>
      Promise.resolve({
        name: 'prometheus',
        args: [
          `--config.file=${config}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--web.enable-otlp-receiver',
          '--web.enable-lifecycle',
          `--query.lookback-delta=${lookback}`,
        ],
        readyUrl: `http://127.0.0.1:${port}/-/ready`,
      }),
    );
    return new RealPrometheus(`http://127.0.0.1:${ports[0]}`, config, targetsFile);
  }

  /** To be put before `/v1/metrics`. */
  get otlpUrl(): string {
    return `${this.url}/api/v1/otlp`;
  }

  /** Scrapes `http://<target>/metrics` as that job from now on. */
  async scrape(job: string, target: string): Promise<void> {
    this.#targets.set(job, target);
    const groups = [...this.#targets].map(([name, address]) => ({
      targets: [address],
      labels: { job: name },
    }));
    // Put in place as a whole: Prometheus reads the file as soon as it changes.
    await writeFile(`${this.#targetsFile}.new`, JSON.stringify(groups));
    await rename(`${this.#targetsFile}.new`, this.#targetsFile);
  }

  /** Has it go on by another configuration, in place of what `scrape` has told it. */
  async configure(configuration: object): Promise<void> {
    await writeFile(this.#config, JSON.stringify(configuration));
    const response = await fetch(`${this.url}/-/reload`, { method: 'POST' });
    if (!response.ok) throw new Error(`Prometheus does not take its configuration: ${await response.text()}`);
  }

  /** What an instant query gives, now or for an earlier moment. Rejects with Prometheus's own words when it is wrong. */
  async query(expression: string, atMs?: number): Promise<Series[]> {
    const query = new URLSearchParams({ query: expression });
    if (atMs !== undefined) query.set('time', String(atMs / 1_000));
    const { result } = await this.#get<Vector>(`/api/v1/query?${query.toString()}`);
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** What a query gives at each second of the span. Rejects when Prometheus warns of it, too. */
  async range(expression: string, { fromMs, toMs }: Span): Promise<Line[]> {
    const query = new URLSearchParams({
      query: expression,
      start: String(fromMs / 1_000),
      end: String(toMs / 1_000),
      step: '1',
    });
    const { result } = await this.#get<Matrix>(`/api/v1/query_range?${query.toString()}`);
    return result.map(({ metric, values }) => ({
      labels: metric,
      points: values.map(([seconds, value]) => ({
        atMs: Math.round(seconds * 1_000),
        value: Number(value.replace('Inf', 'Infinity')),
      })),
    }));
  }

  /** Every rule that it has been given. */
  async rules(): Promise<JudgedRule[]> {
    const { groups } = await this.#get<{ groups: readonly { readonly rules: readonly JudgedRule[] }[] }>(
      '/api/v1/rules',
    );
    return groups.flatMap(({ rules }) => rules);
  }

  /** The sum over all series of one of its own metrics. */
  async ownMetric(name: string): Promise<number> {
    const { points } = parseExposition(await (await fetch(`${this.url}/metrics`)).text());
    const values = points.filter((point) => point.name === name).map(({ value }) => value);
    if (values.length === 0) throw new Error(`Prometheus does not tell of ${name}`);
    return values.reduce((sum, value) => sum + value, 0);
  }

  /** When the raw samples of a series were taken, milliseconds since the Unix epoch, of the last five minutes. */
  async sampleTimes(selector: string): Promise<number[]> {
    const query = encodeURIComponent(`${selector}[5m]`);
    const { result } = await this.#get<Matrix>(`/api/v1/query?query=${query}`);
    return result.flatMap(({ values }) => values.map(([seconds]) => seconds * 1_000));
  }

  async #get<Data>(path: string): Promise<Data> {
    const response = await fetch(this.url + path);
    const { status, error, warnings = [], data } = (await response.json()) as Answer<Data>;
    if (status !== 'success' || warnings.length > 0)
      throw new Error(`Prometheus: ${[error, ...warnings].filter(Boolean).join('; ')}`);
    return data;
  }
}

function configuration(targetsFile: string): object {
  return {
    global: { scrape_interval: `${SCRAPE_INTERVAL_MS}ms`, scrape_timeout: `${SCRAPE_INTERVAL_MS}ms` },
    scrape_configs: [{ job_name: 'stack', file_sd_configs: [{ files: [targetsFile] }] }],
  };
}
