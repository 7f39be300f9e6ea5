// What is judged over all sessions together, for the processor: storms, and the silence of every source. It keeps what both
// remember, and says when it wants to look again. It knows no storage and no timers.
import type { Logger } from 'pino';
import type { Transition } from '../../../bridge/transition/transition.ts';
import type { SessionState } from '../state.ts';
import type { Thresholds } from '../thresholds.ts';
import type { FleetLimits } from './fleet-limits.ts';
import { NOTHING_REMEMBERED, readFleetMemory, writeFleetMemory, type FleetMemory } from './fleet-memory.ts';
import {
  endSilence,
  isGapPutOff,
  pipelineDueAtMs,
  watchSilence,
  type Hearing,
  type PipelineIncident,
  type PipelineStep,
} from './pipeline-silence.ts';
import type { Sessions } from './sessions.ts';
import type { StormMark } from './storm-mark.ts';
import { Storms } from './storms.ts';

export interface FleetStep {
  readonly transitions: readonly Transition[];
  readonly marks: readonly StormMark[];
  /** To be stored with the transitions, when it has changed. */
  readonly fleetState?: string;
}

export class Fleet {
  readonly #limits: FleetLimits;
  readonly #thresholds: Thresholds;
  readonly #sessions: Sessions;
  readonly #storms: Storms;
  #pipeline: PipelineIncident | undefined;
  #heardAtMs = -Infinity;
  #hasPipelineChanged = false;

  constructor(limits: FleetLimits, thresholds: Thresholds, sessions: Sessions) {
    this.#limits = limits;
    this.#thresholds = thresholds;
    this.#sessions = sessions;
    this.#storms = new Storms(limits.storm, thresholds.environment, sessions);
  }

  /** To be called once the sessions are restored; the silence of a restart is ours. Gives the marks to be taken away. */
  restore(text: string | undefined, nowMs: number, logger: Logger): readonly StormMark[] {
    this.#heardAtMs = nowMs;
    const memory = text === undefined ? NOTHING_REMEMBERED : readOrGiveUp(text, logger);
    this.#pipeline = memory.pipeline;
    return this.#storms.restore(memory.storms, nowMs);
  }

  /** Whether nobody is heard, so that no session's own silence counts. */
  get isSilent(): boolean {
    return this.#pipeline?.open === true;
  }

  /** Whether the gap of a session has to wait until it is known whose silence it is. */
  putsOffGap({ lastSignReceivedAtMs }: SessionState, nowMs: number): boolean {
    if (nowMs - lastSignReceivedAtMs < this.#thresholds.gapAfterMs) return false;
    return isGapPutOff(this.#hearing, nowMs, this.#limits.silence, this.#thresholds);
  }

  /** Somebody has been heard. */
  hear(nowMs: number): readonly Transition[] {
    const hearing = this.#hearing;
    this.#heardAtMs = nowMs;
    if (this.#pipeline?.open !== true) return [];
    return this.#take(endSilence(this.#pipeline, hearing, nowMs, this.#thresholds));
  }

  /** The clock looks at the silence. */
  watch(nowMs: number): readonly Transition[] {
    return this.#take(
      watchSilence(this.#pipeline, this.#hearing, nowMs, this.#limits.silence, this.#thresholds),
    );
  }

  /** The last stage before the disk: what all sessions have decided, in the order in which they did. */
  settle(decided: readonly Transition[], nowMs: number): FleetStep {
    const { transitions, marks, hasChanged } = this.#storms.take(decided, nowMs);
    if (!hasChanged && !this.#hasPipelineChanged) return { transitions, marks };
    this.#hasPipelineChanged = false;
    const pipeline = this.#pipeline;
    const memory: FleetMemory = { storms: this.#storms.memory, ...(pipeline !== undefined && { pipeline }) };
    return { transitions, marks, fleetState: writeFleetMemory(memory) };
  }

  /** The wall-clock time at which to `watch` and `settle` again; Infinity when only a record can change anything. */
  get dueAtMs(): number {
    const pipelineAtMs = pipelineDueAtMs(
      this.#pipeline,
      this.#hearing,
      this.#limits.silence,
      this.#thresholds,
    );
    return Math.min(pipelineAtMs, this.#storms.dueAtMs);
  }

  get #hearing(): Hearing {
    return { heardAtMs: this.#heardAtMs, talkingCount: this.#sessions.talkingCount };
  }

  #take({ incident, transitions }: PipelineStep): readonly Transition[] {
    if (incident !== this.#pipeline) this.#hasPipelineChanged = true;
    this.#pipeline = incident;
    return transitions;
  }
}

function readOrGiveUp(text: string, logger: Logger): FleetMemory {
  try {
    return readFleetMemory(text);
  } catch (error) {
    logger.error({ err: error }, 'what was stored of storms cannot be read: starting without');
    return NOTHING_REMEMBERED;
  }
}
