// What is said about a destination that doesn't take its metrics: one log line when that begins, one when it ends, and
// the component's status when it lasts.
import type { Settings } from '../../collector/component.ts';

/** A shorter outage is the backend's affair; a longer one is a fault that somebody must look at. */
export const UNHEALTHY_AFTER_MS = 5 * 60_000;

export class ExportHealth {
  readonly #settings: Pick<Settings, 'clock' | 'logger' | 'reportStatus'>;
  /** Without credentials. */
  readonly #destination: string;
  #failingSinceMs: number | undefined;
  #isUnhealthy = false;

  constructor(settings: Pick<Settings, 'clock' | 'logger' | 'reportStatus'>, destination: string) {
    this.#settings = settings;
    this.#destination = destination;
  }

  /** Everything of one export was taken. */
  exportSucceeded(): void {
    if (this.#failingSinceMs === undefined) return;
    const { clock, logger, reportStatus } = this.#settings;
    const failedForMs = clock.nowMs() - this.#failingSinceMs;
    this.#failingSinceMs = undefined;
    logger.info({ destination: this.#destination, failedForMs }, 'metrics are exported again');
    if (!this.#isUnhealthy) return;
    this.#isUnhealthy = false;
    reportStatus({ kind: 'ok' });
  }

  /** Some of one export, or all of it, was lost. Metrics are not kept: the next export shows what is then. */
  exportFailed(reason: string): void {
    const { clock, logger, reportStatus } = this.#settings;
    if (this.#failingSinceMs === undefined) {
      this.#failingSinceMs = clock.nowMs();
      logger.warn({ destination: this.#destination, reason }, 'metrics could not be exported; trying on');
    }
    if (this.#isUnhealthy || clock.nowMs() - this.#failingSinceMs < UNHEALTHY_AFTER_MS) return;
    this.#isUnhealthy = true;
    reportStatus({ kind: 'unhealthy', reason: `no metrics export has succeeded for 5 min: ${reason}` });
  }
}
