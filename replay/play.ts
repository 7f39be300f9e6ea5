// The timeline through the degradation rules: the pure step of the processor, with the ticks that its timer wheel would give
// in between. The clock is the recording's own, so the same recording always decides the same. Pure but for its own state.
import type { Transition } from '../bridge/transition/transition.ts';
import type { SuppressionCause } from '../processor/degradation/effects.ts';
import type { SessionState } from '../processor/degradation/state.ts';
import { nextTickAtMs, step, type StepInput } from '../processor/degradation/step.ts';
import type { Thresholds } from '../processor/degradation/thresholds.ts';
import type { QualitySample, SessionEvent } from '../receiver/sample.ts';
import type { Timeline } from './timeline.ts';

/** One decision: everything that went in, and everything that came out. */
export interface Decision {
  readonly sessionId: string;
  /** On the recording's clock, milliseconds since the Unix epoch. */
  readonly nowMs: number;
  readonly before: SessionState | undefined;
  readonly input: StepInput;
  readonly after: SessionState | undefined;
  readonly transitions: readonly Transition[];
  readonly suppressed: readonly SuppressionCause[];
}

interface PlayedSession {
  readonly endMs: number;
  state: SessionState | undefined;
  /** Infinity when no tick can change the session before its recording ends. */
  dueMs: number;
}

export class Player {
  readonly #thresholds: Thresholds;
  readonly #sessions = new Map<string, PlayedSession>();
  #earliestDueMs = Infinity;

  constructor({ sessions }: Timeline, thresholds: Thresholds) {
    this.#thresholds = thresholds;
    for (const [sessionId, { endMs }] of sessions) {
      this.#sessions.set(sessionId, { endMs, state: undefined, dueMs: Infinity });
    }
  }

  /** All decisions about `records`, which must be in the order of their arrival: each record after the ticks before it. */
  *decisions(records: readonly (QualitySample | SessionEvent)[]): Generator<Decision, void> {
    for (const record of records) {
      yield* this.#ticksBefore(record.receivedAtMs);
      const session = this.#sessions.get(record.sessionId)!;
      yield this.#decide(record.sessionId, session, record, record.receivedAtMs);
    }
    yield* this.#ticksBefore(Infinity);
  }

  *#ticksBefore(untilMs: number): Generator<Decision, void> {
    while (this.#earliestDueMs < untilMs) {
      const dueMs = this.#earliestDueMs;
      for (const [sessionId, session] of this.#sessions) {
        if (session.dueMs === dueMs) {
          yield this.#decide(sessionId, session, { kind: 'tick', nowMs: dueMs }, dueMs);
        }
      }
      this.#earliestDueMs = Infinity;
      for (const session of this.#sessions.values()) {
        this.#earliestDueMs = Math.min(this.#earliestDueMs, session.dueMs);
      }
    }
  }

  #decide(sessionId: string, session: PlayedSession, input: StepInput, nowMs: number): Decision {
    const before = session.state;
    const { state: after, transitions, suppressed } = step(before, input, this.#thresholds);
    session.state = after;
    session.dueMs = this.#dueMs(session, after === before && input.kind === 'tick');
    // Only a lower bound: a session whose tick has moved away is found out when its time has come.
    this.#earliestDueMs = Math.min(this.#earliestDueMs, session.dueMs);
    return { sessionId, nowMs, before, input, after, transitions, suppressed };
  }

  /** A tick that changed nothing would change nothing at the same time again. */
  #dueMs({ state, endMs }: PlayedSession, wasIdle: boolean): number {
    if (state === undefined || wasIdle) return Infinity;
    const dueMs = nextTickAtMs(state, this.#thresholds);
    return dueMs <= endMs ? dueMs : Infinity;
  }
}
