// A destination that lives in memory: records what is sent to it, answers as told, and can keep attempts waiting.
import type { Clock } from '../../collector/clock.ts';
import type { DeliveryTarget } from '../../bridge/delivery/deliverer.ts';
import type { Outcome } from '../../bridge/delivery/outcome.ts';
import type { AttemptRecord, OutboxRow } from '../../bridge/outbox/outbox-store.ts';

export const DELIVERED: Outcome = { kind: 'delivered', reason: 'status 200' };
export const UNAVAILABLE: Outcome = { kind: 'retry', reason: 'status 503' };

interface HeldAttempt {
  readonly row: OutboxRow;
  end(outcome: Outcome): void;
}

export class FakeTarget implements DeliveryTarget {
  /** Every attempt, in order. */
  readonly attempts: { readonly row: OutboxRow; readonly atMs: number; readonly signal: AbortSignal }[] = [];
  /** What attempts come to. */
  answer: Outcome | ((row: OutboxRow) => Outcome) = DELIVERED;
  /** While true, attempts wait in `held` until they are ended, or aborted. */
  isHolding = false;
  held: HeldAttempt[] = [];
  /** The most attempts that were ever under way at once. */
  mostAtOnce = 0;
  #underWay = 0;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async attempt(row: OutboxRow, signal: AbortSignal): Promise<AttemptRecord> {
    const startedAtMs = this.#clock.nowMs();
    this.attempts.push({ row, atMs: startedAtMs, signal });
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    for (const wake of this.#waiting.splice(0)) wake();
    const outcome = this.isHolding ? await this.#hold(row, signal) : this.#answerTo(row);
    this.#underWay -= 1;
    return { startedAtMs, durationMs: this.#clock.nowMs() - startedAtMs, outcome };
  }

  shrink(body: string): string | undefined {
    return body.startsWith('less of') ? undefined : `less of ${body}`;
  }

  /** Resolves when `count` attempts have begun. */
  async attempted(count: number): Promise<void> {
    while (this.attempts.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Ends the oldest attempt that is held. */
  end(outcome: Outcome = DELIVERED): void {
    this.held.shift()!.end(outcome);
  }

  /** Each attempt so far, in order: `s-1 opened`. */
  story(): readonly string[] {
    return this.attempts.map(({ row }) => `${row.subject} ${row.kind}`);
  }

  #hold(row: OutboxRow, signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      this.held.push({ row, end: resolve });
      signal.addEventListener('abort', () => resolve({ kind: 'retry', reason: 'given up' }), { once: true });
    });
  }

  #answerTo(row: OutboxRow): Outcome {
    return typeof this.answer === 'function' ? this.answer(row) : this.answer;
  }
}
