// Attempts at a stand-in on the virtual clock: what HttpAttempts is without a network.
import { outcomeOfFault, outcomeOfStatus, type Outcome } from '../../bridge/delivery/outcome.ts';
import type { Attempts, Rendering } from '../../bridge/delivery/sending-destination.ts';
import type { AttemptRecord, OutboxRow } from '../../bridge/outbox/outbox-store.ts';
import { never, type Life } from './life.ts';
import type { Answer, StandIn } from './stand-in.ts';

const TIMEOUT_MS = 10_000;

/** The whole transition: the oracle reads it. */
export const wholeRendering: Rendering = {
  render: (transition) => JSON.stringify(transition),
  shrink: () => undefined,
};

export class StandInAttempts implements Attempts {
  readonly #life: Life;
  readonly #standIn: StandIn;
  readonly #underWay = new Set<string>();

  constructor(life: Life, standIn: StandIn) {
    this.#life = life;
    this.#standIn = standIn;
  }

  open(): void {
    // There is nothing to open.
  }

  attempt(row: OutboxRow, signal: AbortSignal): Promise<AttemptRecord> {
    if (this.#life.isDead) return never();
    const { clock } = this.#life;
    const startedAtMs = clock.nowMs();
    if (this.#underWay.has(row.idempotencyKey)) this.#standIn.impatientKeys.add(row.idempotencyKey);
    this.#underWay.add(row.idempotencyKey);
    const answer = this.#standIn.receive(row.idempotencyKey, row.body);
    return new Promise((resolve) => {
      const finish = (outcome: Outcome, status?: number) => {
        timer.cancel();
        this.#underWay.delete(row.idempotencyKey);
        signal.removeEventListener('abort', abort);
        const durationMs = clock.nowMs() - startedAtMs;
        resolve({ startedAtMs, durationMs, outcome, ...(status !== undefined && { status }) });
      };
      const abort = () => finish(outcomeOfFault('the process is stopping'));
      const timer = clock.after(Math.min(answer.afterMs, TIMEOUT_MS), () => {
        if (answer.afterMs > TIMEOUT_MS) finish(outcomeOfFault('timeout'));
        else finish(outcomeOf(answer), 'status' in answer ? answer.status : undefined);
      });
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function outcomeOf(answer: Answer): Outcome {
  return 'fault' in answer
    ? outcomeOfFault(answer.fault)
    : outcomeOfStatus(answer.status, answer.retryAfterMs);
}
