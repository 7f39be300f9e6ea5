// What the outbox does now and then: one job after the other, never two at once, each as often as it says.
import type { Timer } from '../../collector/clock.ts';
import type { Settings } from '../../collector/component.ts';

export interface SweepJob {
  /** A whole multiple of the shortest one. */
  readonly intervalMs: number;
  run(nowMs: number): Promise<void>;
}

export class Sweeps {
  readonly #settings: Settings;
  readonly #jobs: readonly SweepJob[];
  readonly #lastMs = new Map<SweepJob, number>();
  readonly #timer: Timer;
  #running: Promise<void> | undefined;

  /** The first run of each job comes after the shortest interval. */
  constructor(settings: Settings, jobs: readonly SweepJob[]) {
    this.#settings = settings;
    this.#jobs = jobs;
    const intervalMs = Math.min(...jobs.map((job) => job.intervalMs));
    this.#timer = settings.clock.every(intervalMs, () => {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
    });
  }

  /** Resolves when nothing is under way. */
  async flush(): Promise<void> {
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#timer.cancel();
    await this.#running;
  }

  /** Never rejects: what failed is logged, and is done when its time comes again. */
  async #run(): Promise<void> {
    for (const job of this.#jobs) {
      const nowMs = this.#settings.clock.nowMs();
      const lastMs = this.#lastMs.get(job);
      if (lastMs !== undefined && nowMs - lastMs < job.intervalMs) continue;
      this.#lastMs.set(job, nowMs);
      try {
        await job.run(nowMs);
      } catch (error) {
        this.#settings.logger.error({ err: error }, 'a sweep of the outbox failed; it is repeated');
      }
    }
  }
}
