// Judges many seeds, on several cores.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Verdict } from './verdict.ts';

const PROGRAM = new URL('seed-worker.ts', import.meta.url);

export class SeedWorkers {
  readonly #workers: readonly Worker[];

  constructor(count: number) {
    this.#workers = Array.from({ length: count }, () => new Worker(PROGRAM));
  }

  /** In the order of the seeds, whoever judged them. */
  async judge(fromSeed: number, toSeed: number): Promise<readonly Verdict[]> {
    let nextSeed = fromSeed;
    const verdicts: Verdict[] = [];
    await Promise.all(
      this.#workers.map(async (worker) => {
        while (nextSeed <= toSeed) {
          worker.postMessage(nextSeed++);
          verdicts.push(((await once(worker, 'message')) as [Verdict])[0]);
        }
      }),
    );
    return verdicts.sort((one, other) => one.seed - other.seed);
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
