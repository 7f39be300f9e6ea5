// The degradation processor: owns the states of all sessions, drives the pure step with samples, events and ticks, lets the
// fleet have the last word, and sees to it that a decision is on disk before its sample is acknowledged. It knows no
// destination and no HTTP.
import {
  RefusedError,
  type Component,
  type Consumer,
  type Host,
  type Settings,
} from '../../collector/component.ts';
import { processorTelemetry } from '../../collector/telemetry/names.ts';
import type { SessionRecord, TransitionSink } from '../../bridge/transition/batch.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import type { QualityBatch } from '../../receiver/sample.ts';
import {
  acceptsDegradedLevels,
  type DegradedLevel,
  type DegradedLevels,
} from '../../receiver/session-gauges/degraded-level.ts';
import { Checkpoints } from './checkpoints.ts';
import { CommitQueue } from './commit-queue.ts';
import { DeadlineWheel } from './deadline-wheel.ts';
import type { FleetLimits } from './fleet/fleet-limits.ts';
import { Fleet } from './fleet/fleet.ts';
import { withFormerStorm, withStormMark, type StormMark } from './fleet/storm-mark.ts';
import { degradationInstruments } from './instruments.ts';
import { SessionTable, type Session } from './session-table.ts';
import { hasTurned, isWatched, isWorthKeeping, resumeSession, type SessionState } from './state.ts';
import { nextTickAtMs, step, type StepInput } from './step.ts';
import type { Thresholds } from './thresholds.ts';
import { WakeTimer } from './wake-timer.ts';

const TICK_MS = 1_000;
/** How long a refused sender is told to wait when the store fails: about one retry of ours. */
const STORE_RETRY_MS = 5_000;

export class DegradationProcessor implements Component, Consumer<QualityBatch> {
  readonly #settings: Settings;
  readonly #thresholds: Thresholds;
  readonly #sink: TransitionSink;
  readonly #commits: CommitQueue;
  readonly #instruments;
  readonly #telemetry;
  readonly #sessions = new SessionTable();
  readonly #wheel = new DeadlineWheel<Session>(TICK_MS);
  /** Sessions whose gap has to wait until it is known whether everybody is silent. */
  readonly #putOff = new Set<Session>();
  readonly #fleet: Fleet;
  readonly #wakeTimer: WakeTimer;
  readonly #checkpoints: Checkpoints;
  #levels: DegradedLevels | undefined;
  #isStopped = false;

  constructor(settings: Settings, thresholds: Thresholds, fleetLimits: FleetLimits, sink: TransitionSink) {
    const { clock, logger } = settings;
    this.#settings = settings;
    this.#thresholds = thresholds;
    this.#sink = sink;
    this.#commits = new CommitQueue(sink);
    this.#instruments = degradationInstruments(settings.meter);
    this.#telemetry = processorTelemetry(settings.meter, settings.id, 'logs');
    this.#fleet = new Fleet(fleetLimits, thresholds, this.#sessions);
    this.#wakeTimer = new WakeTimer(clock, TICK_MS, () => {
      this.#tick().catch((error: unknown) => logger.error({ err: error }, 'transitions could not be stored'));
    });
    this.#checkpoints = new Checkpoints(clock, sink, {
      pendingSessionIds: () => this.#commits.pendingSessionIds(),
      recordOf: (session) => this.#recordOf(session),
      failed: (error) => logger.error({ err: error }, 'checkpoint failed'),
    });
  }

  async start(host: Host): Promise<void> {
    const metricsHub = host.hub('metrics');
    if (acceptsDegradedLevels(metricsHub)) this.#levels = metricsHub;
    this.#restore(await this.#sink.restore(), await this.#sink.restoreFleet());
    this.#setTimer();
    this.#settings.reportStatus({ kind: 'ok' });
  }

  /** Rejects before it takes anything while earlier decisions can't be stored. */
  async consume(batch: QualityBatch): Promise<void> {
    if (this.#commits.isFailing) await this.#store(() => this.#commits.flush());
    const nowMs = this.#settings.clock.nowMs();
    const decisions = new Decisions();
    if (batch.records.length > 0) this.#hear(nowMs, decisions);
    for (const record of batch.records) {
      this.#step(this.#sessions.obtain(record.sessionId), record, decisions);
    }
    this.#telemetry.incoming(batch.records.length);
    await this.#keep(decisions, nowMs);
  }

  async flush(): Promise<void> {
    await this.#store(() => this.#commits.flush());
    await this.#checkpoints.save();
  }

  async shutdown(): Promise<void> {
    this.#isStopped = true;
    this.#wakeTimer.cancel();
    this.#checkpoints.stop();
    await this.flush();
  }

  /** Somebody talks: no silence is everybody's any more, and what had to wait for that is decided. */
  #hear(nowMs: number, decisions: Decisions): void {
    if (this.#fleet.isSilent) {
      for (const session of this.#sessions.all()) {
        if (session.state !== undefined) this.#resume(session, session.state, nowMs);
      }
      this.#putOff.clear();
    }
    decisions.transitions.push(...this.#fleet.hear(nowMs));
    for (const session of this.#putOff) this.#tickSession(session, nowMs, decisions);
    this.#putOff.clear();
  }

  async #tick(): Promise<void> {
    const nowMs = this.#settings.clock.nowMs();
    const decisions = new Decisions();
    decisions.transitions.push(...this.#fleet.watch(nowMs));
    if (!this.#fleet.isSilent) {
      for (const session of this.#wheel.takeDue(nowMs)) {
        session.scheduledAtMs = Infinity;
        this.#tickSession(session, nowMs, decisions);
      }
    }
    await this.#keep(decisions, nowMs);
    if (this.#commits.isFailing) await this.#store(() => this.#commits.flush());
  }

  #tickSession(session: Session, nowMs: number, decisions: Decisions): void {
    if (session.state === undefined) return;
    if (nextTickAtMs(session.state, this.#thresholds) <= nowMs) {
      if (this.#fleet.putsOffGap(session.state, nowMs)) {
        this.#putOff.add(session);
        return;
      }
      this.#step(session, { kind: 'tick', nowMs }, decisions);
    }
    this.#schedule(session);
  }

  #step(session: Session, input: StepInput, decisions: Decisions): void {
    const before = session.state;
    const { state, transitions, suppressed } = step(before, input, this.#thresholds);
    for (const cause of suppressed) this.#instruments.suppressed(cause);
    if (state === before) return;
    this.#sessions.setState(session, state);
    const level = levelOf(state);
    if (level !== session.level || level > 0) this.#levels?.setDegradedLevel(session.id, level);
    session.level = level;
    if (transitions.length > 0) {
      for (const each of transitions) decisions.transitions.push(withFormerStorm(each, before));
      decisions.turned.add(session);
    }
    if (session.isStored || (state !== undefined && isWorthKeeping(state))) {
      if (hasTurned(before, state)) decisions.turned.add(session);
      else if (state !== undefined && isWatched(state)) this.#checkpoints.add(session);
    }
    this.#schedule(session);
  }

  /** Resolves when transitions, and the states of all sessions that have turned, are on disk. */
  async #keep({ transitions: decided, turned }: Decisions, nowMs: number): Promise<void> {
    const { transitions, marks, fleetState } = this.#fleet.settle(decided, nowMs);
    for (const session of this.#mark(marks)) turned.add(session);
    for (const transition of transitions) this.#instruments.transition(transition);
    this.#setTimer();
    if (turned.size === 0 && transitions.length === 0 && fleetState === undefined) {
      // A record may be the repetition of one whose transitions are still on their way.
      await this.#store(() => this.#commits.flush());
      return;
    }
    const records = [...turned].map((session) => this.#recordOf(session));
    this.#settings.crashPoint('processor.decided');
    const batch = { transitions, records, ...(fleetState !== undefined && { fleetState }) };
    await this.#store(() => this.#commits.add(batch));
    this.#telemetry.outgoing(transitions.length);
  }

  /** Gives the sessions that the marks have changed. */
  #mark(marks: readonly StormMark[]): Session[] {
    return marks.flatMap((mark) => {
      const session = this.#sessions.get(mark.sessionId);
      if (session?.state === undefined) return [];
      const marked = withStormMark(session.state, mark);
      if (marked === session.state) return [];
      this.#sessions.setState(session, marked);
      return [session];
    });
  }

  #recordOf(session: Session): SessionRecord {
    const { state } = session;
    const isKept = state !== undefined && isWorthKeeping(state);
    session.isStored = isKept;
    this.#checkpoints.remove(session);
    const revision = state?.revision ?? session.lastRevision + 1;
    session.lastRevision = revision;
    return { sessionId: session.id, revision, ...(isKept && { state: JSON.stringify(state) }) };
  }

  #restore(records: readonly SessionRecord[], fleetState: string | undefined): void {
    const { clock, logger } = this.#settings;
    const nowMs = clock.nowMs();
    for (const { sessionId, state } of records) {
      if (state === undefined) continue;
      const session = this.#sessions.obtain(sessionId);
      session.isStored = true;
      this.#resume(session, JSON.parse(state) as SessionState, nowMs);
    }
    if (records.length > 0)
      logger.info({ sessions: records.length }, 'took up sessions from before the restart');
    for (const session of this.#mark(this.#fleet.restore(fleetState, nowMs, logger))) {
      this.#checkpoints.add(session);
    }
  }

  #resume(session: Session, state: SessionState, nowMs: number): void {
    this.#sessions.setState(session, resumeSession(state, nowMs));
    this.#schedule(session);
  }

  /** Most steps only move a deadline further away: the slot in the wheel is then left, and looked at when it passes. */
  #schedule(session: Session): void {
    if (session.state === undefined) return;
    const dueMs = nextTickAtMs(session.state, this.#thresholds);
    if (dueMs >= session.scheduledAtMs) return;
    session.scheduledAtMs = dueMs;
    this.#wheel.schedule(session, dueMs);
  }

  /** While nobody is heard no session's time runs; while the store fails it is tried again each second. */
  #setTimer(): void {
    if (this.#isStopped) return;
    const sessionsAtMs = this.#fleet.isSilent ? Infinity : this.#wheel.nextDueMs;
    const retryAtMs = this.#commits.isFailing ? this.#settings.clock.nowMs() : Infinity;
    this.#wakeTimer.set(Math.min(sessionsAtMs, this.#fleet.dueAtMs, retryAtMs));
  }

  async #store(commit: () => Promise<void>): Promise<void> {
    try {
      await commit();
      this.#settings.reportStatus({ kind: 'ok' });
    } catch (error) {
      this.#settings.reportStatus({ kind: 'unhealthy', reason: 'transitions cannot be stored' });
      this.#setTimer();
      if (error instanceof RefusedError) throw error;
      throw new RefusedError('transitions cannot be stored', STORE_RETRY_MS, { cause: error });
    }
  }
}

/** What one batch or tick has led to. */
class Decisions {
  readonly transitions: Transition[] = [];
  /** Sessions whose state must be stored before anybody is told that their records were taken. */
  readonly turned = new Set<Session>();
}

function levelOf(state: SessionState | undefined): DegradedLevel {
  switch (state?.quality.kind) {
    case undefined:
    case 'ok':
      return 0;
    case 'candidate':
      return 1;
    case 'open':
      return state?.qualityIncident?.severity === 'critical' ? 3 : 2;
  }
}
