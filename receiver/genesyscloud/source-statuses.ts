// Several sources, one component: it is well when all of them are.
import type { ComponentStatus } from '../../collector/component.ts';

export class SourceStatuses {
  readonly #report: (status: ComponentStatus) => void;
  /** By source, those that are not well. */
  readonly #reasons = new Map<string, string>();

  constructor(report: (status: ComponentStatus) => void) {
    this.#report = report;
  }

  /** Undefined: the source is well. */
  tell(source: string, reason: string | undefined): void {
    if (reason === undefined) this.#reasons.delete(source);
    else this.#reasons.set(source, reason);
    const reasons = [...this.#reasons].map(([name, why]) => `${name}: ${why}`);
    this.#report(
      reasons.length === 0 ? { kind: 'ok' } : { kind: 'unhealthy', reason: reasons.sort().join('; ') },
    );
  }
}
