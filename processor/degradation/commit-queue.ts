// Transitions on their way to the disk. One commit is under way at a time, in the order of the decisions, so that no
// transition can be stored before an earlier one of its incident. What can't be stored now is kept and offered again.
import type { TransitionBatch, TransitionSink } from '../../bridge/transition/batch.ts';

export class CommitQueue {
  readonly #sink: TransitionSink;
  readonly #pending: TransitionBatch[] = [];
  #addedCount = 0;
  #committedCount = 0;
  #underWay: Promise<void> | undefined;
  #hasFailed = false;

  constructor(sink: TransitionSink) {
    this.#sink = sink;
  }

  /** Whether the last commit failed, so that what is pending waits for another try. */
  get isFailing(): boolean {
    return this.#hasFailed;
  }

  /** The sessions of which something is not durable yet. */
  pendingSessionIds(): ReadonlySet<string> {
    return new Set(this.#pending.flatMap(({ records }) => records.map(({ sessionId }) => sessionId)));
  }

  /** Resolves when the batch is durable. It stays in the queue when this rejects. */
  async add(batch: TransitionBatch): Promise<void> {
    this.#pending.push(batch);
    this.#addedCount += 1;
    await this.#until(this.#addedCount);
  }

  /** Resolves when all that was added before the call is durable. */
  async flush(): Promise<void> {
    await this.#until(this.#addedCount);
  }

  async #until(count: number): Promise<void> {
    while (this.#committedCount < count) {
      this.#underWay ??= this.#commit().finally(() => (this.#underWay = undefined));
      await this.#underWay;
    }
  }

  async #commit(): Promise<void> {
    const taken = this.#pending.slice();
    const fleetState = taken.findLast((batch) => batch.fleetState !== undefined)?.fleetState;
    try {
      await this.#sink.consume({
        transitions: taken.flatMap((batch) => batch.transitions),
        records: taken.flatMap((batch) => batch.records),
        ...(fleetState !== undefined && { fleetState }),
      });
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
    this.#hasFailed = false;
    this.#pending.splice(0, taken.length);
    this.#committedCount += taken.length;
  }
}
