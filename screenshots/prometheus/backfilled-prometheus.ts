// The real Prometheus over a day that was not scraped but written into its storage: promtool makes blocks of it first.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programPath } from '../../test/stack/programs.ts';
import type { Stack } from '../../test/stack/stack.ts';
import { startOnFreePorts } from '../../test/stack/started-program.ts';

export interface Backfill {
  /** In OpenMetrics, with times. */
  readonly text: string;
  readonly scrapeIntervalMs: number;
}

/** Resolves to its address, without a path. It ends with the stack. */
export async function startBackfilled(stack: Stack, { text, scrapeIntervalMs }: Backfill): Promise<string> {
  const [input, data, config] = ['day.om', 'data', 'prometheus.yml'].map((name) => join(stack.folder, name));
  await writeFile(input!, text);
  await promisify(execFile)(programPath('promtool'), [
    ...['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', input!, data!],
  ]);
  await writeFile(config!, 'scrape_configs: []\n');
  const { ports } = await startOnFreePorts(stack, 1, ([port]) =>
    Promise.resolve({
      name: 'prometheus',
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        // The day is not today.
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
        // A scrape that lacks a series ends it. What is written into the storage can't say so: no point is to outlive the
        // interval, then.
        `--query.lookback-delta=${scrapeIntervalMs}ms`,
      ],
      readyUrl: `http://127.0.0.1:${port}/-/ready`,
    }),
  );
  return `http://127.0.0.1:${ports[0]}`;
}
