// The contract of a detector under test: a call in, the alerts that its users would have seen out.
import type { Call } from './call.ts';

export interface Alert {
  /** What the detector calls it; alerts of another kind may be raised at the same time. */
  readonly kind: string;
  readonly raisedAtMs: number;
  /** Absent when it was never taken back. */
  readonly clearedAtMs?: number;
  /** Why, where the detector tells: for the list of what went wrong. */
  readonly why?: string;
}

export interface Detector {
  /** As the table names it. */
  readonly name: string;
  /** How often it reads the counters. */
  readonly everySeconds: number;
  /** The call as read at that pace; alerts in order of raising. A detector keeps nothing from one call to the next. */
  watch(call: Call): readonly Alert[] | Promise<readonly Alert[]>;
}

/** Collects alerts of which at most one of a kind is up at a time. */
export class AlertBook {
  readonly #alerts: Alert[] = [];
  readonly #up = new Map<string, number>();

  raise(kind: string, atMs: number, why?: string): void {
    if (this.#up.has(kind)) return;
    this.#up.set(kind, this.#alerts.length);
    this.#alerts.push({ kind, raisedAtMs: atMs, ...(why !== undefined && { why }) });
  }

  clear(kind: string, atMs: number): void {
    const index = this.#up.get(kind);
    if (index === undefined) return;
    this.#up.delete(kind);
    this.#alerts[index] = { ...this.#alerts[index]!, clearedAtMs: atMs };
  }

  isUp(kind: string): boolean {
    return this.#up.has(kind);
  }

  get alerts(): readonly Alert[] {
    return this.#alerts;
  }
}
