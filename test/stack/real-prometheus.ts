// Prometheus: scrapes once a second what it is told to, takes OTLP, and answers queries.
import { mkdir, writeFile } from 'node:fs/promises';
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

export const SCRAPE_INTERVAL_MS = 1_000;

export class RealPrometheus {
  /** `http://127.0.0.1:…`, without a path. */
  readonly url: string;

  private constructor(url: string) {
    this.url = url;
  }

  /** `targets` are `host:port` by the name of their job. */
  static async start(stack: Stack, targets: Readonly<Record<string, string>> = {}): Promise<RealPrometheus> {
    const folder = join(stack.folder, 'prometheus');
    await mkdir(folder);
    const config = join(folder, 'prometheus.yml');
    await writeFile(config, JSON.stringify(configuration(targets)));
    const { ports } = await startOnFreePorts(stack, 1, ([port]) =>
      Promise.resolve({
        name: 'prometheus',
        args: [
          `--config.file=${config}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--web.enable-otlp-receiver',
        ],
        readyUrl: `http://127.0.0.1:${port}/-/ready`,
      }),
    );
    return new RealPrometheus(`http://127.0.0.1:${ports[0]}`);
  }

  /** What an instant query gives now. Rejects with Prometheus's own words when the query is wrong. */
  async query(expression: string): Promise<Series[]> {
    const { result } = await this.#get<Vector>(`/api/v1/query?query=${encodeURIComponent(expression)}`);
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** All metric names of a job that it knows, in order. */
  async names(job: string): Promise<string[]> {
    const match = encodeURIComponent(`{job="${job}"}`);
    return this.#get<string[]>(`/api/v1/label/__name__/values?match[]=${match}`);
  }

  async #get<Data>(path: string): Promise<Data> {
    const response = await fetch(this.url + path);
    const { status, error, data } = (await response.json()) as Answer<Data>;
    if (status !== 'success') throw new Error(`Prometheus: ${error}`);
    return data;
  }
}

function configuration(targets: Readonly<Record<string, string>>): object {
  return {
    global: { scrape_interval: `${SCRAPE_INTERVAL_MS}ms`, scrape_timeout: `${SCRAPE_INTERVAL_MS}ms` },
    scrape_configs: Object.entries(targets).map(([job, target]) => ({
      job_name: job,
      static_configs: [{ targets: [target] }],
    })),
  };
}
