// States that must survive a restart although no transition depends on them: stored together, every few seconds, as long as
// there are any.
import type { SessionRecord, TransitionSink } from '../../bridge/transition/batch.ts';
import type { Clock, Timer } from '../../collector/clock.ts';
import type { Session } from './session-table.ts';

const INTERVAL_MS = 5_000;

export interface CheckpointSource {
  /** The sessions that must not be stored yet. */
  pendingSessionIds(): ReadonlySet<string>;
  recordOf(session: Session): SessionRecord;
  failed(error: unknown): void;
}

export class Checkpoints {
  readonly #clock: Clock;
  readonly #sink: TransitionSink;
  readonly #source: CheckpointSource;
  readonly #unsaved = new Set<Session>();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(clock: Clock, sink: TransitionSink, source: CheckpointSource) {
    this.#clock = clock;
    this.#sink = sink;
    this.#source = source;
  }

  /** The session has changed. */
  add(session: Session): void {
    this.#unsaved.add(session);
    this.#arm();
  }

  /** The session is stored, or on its way with a commit. */
  remove(session: Session): void {
    this.#unsaved.delete(session);
  }

  async save(): Promise<void> {
    // A state that knows of a transition must not be stored before the transition is.
    const pendingIds = this.#source.pendingSessionIds();
    const sessions = [...this.#unsaved].filter(({ id }) => !pendingIds.has(id));
    if (sessions.length === 0) return;
    const records = sessions.map((session) => this.#source.recordOf(session));
    try {
      await this.#sink.checkpoint(records);
    } catch (error) {
      for (const session of sessions) this.add(session);
      throw error;
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#isStopped) return;
    this.#timer = this.#clock.after(INTERVAL_MS, () => {
      this.#timer = undefined;
      this.save().catch((error: unknown) => this.#source.failed(error));
      if (this.#unsaved.size > 0) this.#arm();
    });
  }
}
