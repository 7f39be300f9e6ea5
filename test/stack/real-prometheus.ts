// Prometheus: scrapes once a second what it is told to, takes OTLP, and answers queries.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  readonly data: Data;
}
interface Vector {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [number, string];
  }[];
}
interface Matrix {
  readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[];
}

export const SCRAPE_INTERVAL_MS = 1_000;

export interface RealPrometheusOptions {
  /** How long an instant query shows what has no newer sample, unless it is known to have ended. Prometheus's default: 5m. */
  readonly lookback?: string;
}

export class RealPrometheus {
  /** `http://127.0.0.1:…`, without a path. */
  readonly url: string;
  readonly #targetsFile: string;
  readonly #targets = new Map<string, string>();

  private constructor(url: string, targetsFile: string) {
    this.url = url;
    this.#targetsFile = targetsFile;
  }

  static async start(stack: Stack, { lookback = '5m' }: RealPrometheusOptions = {}): Promise<RealPrometheus> {
    const folder = join(stack.folder, 'prometheus');
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
          `--query.lookback-delta=${lookback}`,
        ],
        readyUrl: `http://127.0.0.1:${port}/-/ready`,
      }),
    );
    return new RealPrometheus(`http://127.0.0.1:${ports[0]}`, targetsFile);
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

  /** What an instant query gives now. Rejects with Prometheus's own words when the query is wrong. */
  async query(expression: string): Promise<Series[]> {
    const { result } = await this.#get<Vector>(`/api/v1/query?query=${encodeURIComponent(expression)}`);
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** When the raw samples of a series were taken, milliseconds since the Unix epoch, of the last five minutes. */
  async sampleTimes(selector: string): Promise<number[]> {
    const query = encodeURIComponent(`${selector}[5m]`);
    const { result } = await this.#get<Matrix>(`/api/v1/query?query=${query}`);
    return result.flatMap(({ values }) => values.map(([seconds]) => seconds * 1_000));
  }

  async #get<Data>(path: string): Promise<Data> {
    const response = await fetch(this.url + path);
    const { status, error, data } = (await response.json()) as Answer<Data>;
    if (status !== 'success') throw new Error(`Prometheus: ${error}`);
    return data;
  }
}

function configuration(targetsFile: string): object {
  return {
    global: { scrape_interval: `${SCRAPE_INTERVAL_MS}ms`, scrape_timeout: `${SCRAPE_INTERVAL_MS}ms` },
    scrape_configs: [{ job_name: 'stack', file_sd_configs: [{ files: [targetsFile] }] }],
  };
}
