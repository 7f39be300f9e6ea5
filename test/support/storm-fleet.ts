// Sessions whose incidents open and close as a test says, and the storm stage over them: with the product's own life of an
// incident, so that states, transitions and marks are those that the processor has.
import type { Severity, Transition } from '../../bridge/transition/transition.ts';
import { Effects } from '../../processor/degradation/effects.ts';
import type { StormLimits } from '../../processor/degradation/fleet/fleet-limits.ts';
import { readFleetMemory, writeFleetMemory } from '../../processor/degradation/fleet/fleet-memory.ts';
import { standingOf, type Sessions } from '../../processor/degradation/fleet/sessions.ts';
import { withFormerStorm, withStormMark } from '../../processor/degradation/fleet/storm-mark.ts';
import { Storms } from '../../processor/degradation/fleet/storms.ts';
import {
  changeSeverity,
  endIncident,
  openIncident,
  recoverIncident,
} from '../../processor/degradation/incident.ts';
import {
  incidentOf,
  newSession,
  type SessionCategory,
  type SessionState,
} from '../../processor/degradation/state.ts';
import type { Dimensions } from '../../receiver/sample.ts';
import { DEFAULT_FLEET_LIMITS, DEFAULT_THRESHOLDS } from './decisions.ts';
import { qualitySample } from './quality-sample.ts';
import { START_MS } from './timeline.ts';

/** Flapping would hold back what these tests want to see told. */
const THRESHOLDS = { ...DEFAULT_THRESHOLDS, flapping: undefined };

const HOLD_MS = THRESHOLDS.holdMs;

export interface FleetSession {
  readonly dimensions?: Dimensions;
  readonly codec?: string;
}

interface OpeningFields {
  readonly severity?: Severity;
  readonly category?: SessionCategory;
  /** How long before now it opened by the session's own clock. */
  readonly agoMs?: number;
}

export class StormFleet implements Sessions {
  limits: StormLimits;
  /** Everything that was sent, in order. */
  readonly sent: Transition[] = [];
  /** Late enough for the trigger of an opening to be in the first five minutes. */
  nowMs = START_MS + HOLD_MS;
  #states = new Map<string, SessionState>();
  #decided: Transition[] = [];
  #storms: Storms;

  constructor(limits: Partial<StormLimits> = {}) {
    this.limits = { ...DEFAULT_FLEET_LIMITS.storm, ...limits };
    this.#storms = new Storms(this.limits, 'test', this);
  }

  get activeCount(): number {
    return [...this.states()].filter((state) => standingOf(state) !== 'absent').length;
  }

  get talkingCount(): number {
    return [...this.states()].filter((state) => standingOf(state) === 'talking').length;
  }

  get dueAtMs(): number {
    return this.#storms.dueAtMs;
  }

  stateOf(sessionId: string): SessionState | undefined {
    return this.#states.get(sessionId);
  }

  states(): Iterable<SessionState> {
    return this.#states.values();
  }

  /** Healthy sessions: `prefix-0`, `prefix-1`, … */
  add(prefix: string, count: number, { dimensions = {}, codec }: FleetSession = {}): string[] {
    return Array.from({ length: count }, (_, index) => {
      const sessionId = `${prefix}-${index}`;
      const lastSample = qualitySample({ sessionId, dimensions, ...(codec !== undefined && { codec }) });
      this.#states.set(sessionId, { ...newSession(sessionId, START_MS), dimensions, lastSample });
      return sessionId;
    });
  }

  open(
    sessionIds: readonly string[],
    { severity = 'high', category = 'quality', agoMs = 0 }: OpeningFields = {},
  ): void {
    const atMs = this.nowMs - agoMs;
    const reasons = [{ rule: 'mos', value: 3, threshold: 3.5 }] as const;
    const opening = { severity, reasons, triggerAtMs: atMs - HOLD_MS, triggerMetrics: {} };
    this.#step(sessionIds, agoMs, (state, at, effects) =>
      openIncident(state, category, opening, at, THRESHOLDS, effects),
    );
  }

  escalate(sessionIds: readonly string[]): void {
    this.#step(sessionIds, 0, (state, at, effects) =>
      changeSeverity(state, 'quality', 'critical', [], at, THRESHOLDS, effects),
    );
  }

  close(sessionIds: readonly string[], category: SessionCategory = 'quality'): void {
    this.#step(sessionIds, 0, (state, at, effects) =>
      recoverIncident(state, category, at, THRESHOLDS, effects),
    );
  }

  /** The sessions are lost, and forgotten with what is open in them. */
  forget(sessionIds: readonly string[]): void {
    const reason = { rule: 'session_lost' } as const;
    this.#step(sessionIds, 0, (state, at, effects) =>
      state.qualityIncident?.open === true
        ? endIncident(state, 'quality', reason, at, THRESHOLDS, effects)
        : state,
    );
    for (const sessionId of sessionIds) this.#states.delete(sessionId);
  }

  isOpen(sessionId: string): boolean {
    return this.#states.get(sessionId)?.qualityIncident?.open === true;
  }

  incidentIdOf(sessionId: string, category: SessionCategory = 'quality'): string {
    return incidentOf(this.#states.get(sessionId)!, category)!.incidentId;
  }

  stormIdOf(sessionId: string): string | undefined {
    return this.#states.get(sessionId)?.qualityIncident?.stormId;
  }

  /** Ends the batch: what has been decided since the last one passes the stage. Gives what is sent of it. */
  settle(): readonly Transition[] {
    const { transitions, marks } = this.#storms.take(this.#decided, this.nowMs);
    this.#decided = [];
    for (const mark of marks) {
      const state = this.#states.get(mark.sessionId);
      if (state !== undefined) this.#states.set(mark.sessionId, withStormMark(state, mark));
    }
    this.sent.push(...transitions);
    return transitions;
  }

  /** Lets time pass, with a look at each whole second at which something is due. Gives what is sent meanwhile. */
  advance(durationS: number): readonly Transition[] {
    const untilMs = this.nowMs + durationS * 1_000;
    const sent: Transition[] = [];
    for (;;) {
      const dueMs = Math.max(this.nowMs, Math.ceil(this.#storms.dueAtMs / 1_000) * 1_000);
      if (dueMs > untilMs) break;
      this.nowMs = dueMs;
      sent.push(...this.settle());
    }
    this.nowMs = untilMs;
    return sent;
  }

  /** The sessions end well. */
  end(sessionIds: readonly string[]): void {
    this.#change(sessionIds, { endedAtMs: this.nowMs });
  }

  /** The sessions report other dimensions from now on. */
  move(sessionIds: readonly string[], dimensions: Dimensions): void {
    this.#change(sessionIds, { dimensions });
  }

  /** Everything goes to JSON and back, into a new stage. */
  restart(limits: Partial<StormLimits> = {}): void {
    this.limits = { ...this.limits, ...limits };
    const states = [...this.#states].map(([id, state]) => [id, JSON.stringify(state)] as const);
    const text = writeFleetMemory({ storms: this.#storms.memory });
    this.#states = new Map(states.map(([id, state]) => [id, JSON.parse(state) as SessionState]));
    this.#storms = new Storms(this.limits, 'test', this);
    this.#storms.restore(readFleetMemory(text).storms, this.nowMs);
  }

  #change(sessionIds: readonly string[], fields: Partial<SessionState>): void {
    for (const id of sessionIds) this.#states.set(id, { ...this.#states.get(id)!, ...fields });
  }

  #step(
    sessionIds: readonly string[],
    agoMs: number,
    change: (
      state: SessionState,
      at: { occurredAtMs: number; decidedAtMs: number },
      effects: Effects,
    ) => SessionState,
  ): void {
    for (const sessionId of sessionIds) {
      const before = this.#states.get(sessionId)!;
      const effects = new Effects();
      const after = change(before, { occurredAtMs: this.nowMs - agoMs, decidedAtMs: this.nowMs }, effects);
      this.#states.set(sessionId, after);
      const { transitions } = effects.with(after);
      this.#decided.push(...transitions.map((transition) => withFormerStorm(transition, before)));
    }
  }
}

export function isOpening({ kind, category }: Transition): boolean {
  return (category === 'quality' || category === 'connection') && (kind === 'opened' || kind === 'reopened');
}

/** `opened high edge=fra-3 40/40 +40`: members, those open, and how many ids are listed. */
export function describeStorm({ kind, severity, subject, group }: Transition): string {
  const survivors = group?.survivorIds === undefined ? '' : ` survivors ${group.survivorIds.length}`;
  return `${kind} ${severity} ${subject} ${group?.memberCount}/${group?.openCount} +${group?.listedIds.length}${survivors}`;
}

export function stormsOf(transitions: readonly Transition[]): string[] {
  return transitions.filter(({ category }) => category === 'storm').map(describeStorm);
}

/** Openings that nobody tells of in their stead. */
export function aloneOf(transitions: readonly Transition[]): readonly Transition[] {
  return transitions.filter((transition) => isOpening(transition) && transition.stormId === undefined);
}
