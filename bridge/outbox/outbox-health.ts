// What is wrong with the outbox, of several things that may be at once: it is well when nothing is.
import type { Settings } from '../../collector/component.ts';

export class OutboxHealth {
  readonly #reportStatus: Settings['reportStatus'];
  readonly #troubles = new Map<string, string>();
  #reported: string | undefined;

  constructor(reportStatus: Settings['reportStatus']) {
    this.#reportStatus = reportStatus;
  }

  /** It has started. */
  ok(): void {
    this.#report();
  }

  /** `key` names the trouble, `reason` tells of it in a sentence. */
  trouble(key: string, reason: string): void {
    this.#troubles.set(key, reason);
    this.#report();
  }

  over(key: string): void {
    this.#troubles.delete(key);
    this.#report();
  }

  #report(): void {
    const reason = [...this.#troubles.values()].join('; ');
    if (reason === this.#reported) return;
    this.#reported = reason;
    this.#reportStatus(reason === '' ? { kind: 'ok' } : { kind: 'unhealthy', reason });
  }
}
