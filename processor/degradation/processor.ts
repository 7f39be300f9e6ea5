// The degradation processor: owns the states of all sessions, drives the pure step with samples, events and ticks, and
// sees to it that a decision is on disk before its sample is acknowledged. It knows no destination and no HTTP.
import {
  RefusedError,
  type Component,
  type Consumer,
  type Host,
  type Settings,
} from '../../collector/component.ts';
import type { Timer } from '../../collector/clock.ts';
import { processorTelemetry } from '../../collector/telemetry/names.ts';
import type { SessionRecord, TransitionSink } from '../../bridge/transition/batch.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import type { QualityBatch } from '../../receiver/sample.ts';
import {
  acceptsDegradedLevels,
  type DegradedLevel,
  type DegradedLevels,
} from '../../receiver/session-gauges/degraded-level.ts';
import { CommitQueue } from './commit-queue.ts';
import { DeadlineWheel } from './deadline-wheel.ts';
import { degradationInstruments } from './instruments.ts';
import { hasTurned, isWatched, isWorthKeeping, resumeSession, type SessionState } from './state.ts';
import { nextTickAtMs, step, type StepInput } from './step.ts';
import type { Thresholds } from './thresholds.ts';

const TICK_MS = 1_000;
const CHECKPOINT_MS = 5_000;
/** How long a refused sender is told to wait when the store fails: about one retry of ours. */
const STORE_RETRY_MS = 5_000;

interface Session {
  readonly id: string;
  state: SessionState | undefined;
  /** The earliest slot of the wheel that this session stands in. */
  scheduledAtMs: number;
  level: DegradedLevel;
  /** Whether the store knows this session. */
  isStored: boolean;
  /** Of the last state, for the record that the session is forgotten. */
  lastRevision: number;
}

export class DegradationProcessor implements Component, Consumer<QualityBatch> {
  readonly #settings: Settings;
  readonly #thresholds: Thresholds;
  readonly #sink: TransitionSink;
  readonly #commits: CommitQueue;
  readonly #instruments;
  readonly #telemetry;
  readonly #sessions = new Map<string, Session>();
  readonly #wheel = new DeadlineWheel<Session>(TICK_MS);
  /** Sessions whose state has changed since the last checkpoint and must survive a restart. */
  readonly #unsaved = new Set<Session>();
  #levels: DegradedLevels | undefined;
  #timers: Timer[] = [];

  constructor(settings: Settings, thresholds: Thresholds, sink: TransitionSink) {
    this.#settings = settings;
    this.#thresholds = thresholds;
    this.#sink = sink;
    this.#commits = new CommitQueue(sink);
    this.#instruments = degradationInstruments(settings.meter);
    this.#telemetry = processorTelemetry(settings.meter, settings.id, 'logs');
  }

  async start(host: Host): Promise<void> {
    const metricsHub = host.hub('metrics');
    if (acceptsDegradedLevels(metricsHub)) this.#levels = metricsHub;
    this.#restore(await this.#sink.restore());
    const { clock, logger } = this.#settings;
    this.#timers = [
      clock.every(TICK_MS, () => {
        this.#tick().catch((error: unknown) =>
          logger.error({ err: error }, 'transitions could not be stored'),
        );
      }),
      clock.every(CHECKPOINT_MS, () => {
        this.#checkpoint().catch((error: unknown) => logger.error({ err: error }, 'checkpoint failed'));
      }),
    ];
    this.#settings.reportStatus({ kind: 'ok' });
  }

  /** Rejects before it takes anything while earlier decisions can't be stored. */
  async consume(batch: QualityBatch): Promise<void> {
    if (this.#commits.isFailing) await this.#store(() => this.#commits.flush());
    const decisions = new Decisions();
    for (const record of batch.records) {
      this.#step(this.#sessionOf(record.sessionId), record, decisions);
    }
    this.#telemetry.incoming(batch.records.length);
    await this.#keep(decisions);
  }

  async flush(): Promise<void> {
    await this.#store(() => this.#commits.flush());
    await this.#checkpoint();
  }

  async shutdown(): Promise<void> {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    await this.flush();
  }

  async #tick(): Promise<void> {
    const nowMs = this.#settings.clock.nowMs();
    const decisions = new Decisions();
    for (const session of this.#wheel.takeDue(nowMs)) {
      session.scheduledAtMs = Infinity;
      if (session.state === undefined) continue;
      const isDue = nextTickAtMs(session.state, this.#thresholds) <= nowMs;
      if (isDue) this.#step(session, { kind: 'tick', nowMs }, decisions);
      this.#schedule(session);
    }
    await this.#keep(decisions);
    if (this.#commits.isFailing) await this.#store(() => this.#commits.flush());
  }

  #step(session: Session, input: StepInput, decisions: Decisions): void {
    const before = session.state;
    const { state, transitions, suppressed } = step(before, input, this.#thresholds);
    for (const cause of suppressed) this.#instruments.suppressed(cause);
    if (state === before) return;
    session.state = state;
    if (state !== undefined) session.lastRevision = state.revision;
    const level = levelOf(state);
    if (level !== session.level || level > 0) this.#levels?.setDegradedLevel(session.id, level);
    session.level = level;
    if (transitions.length > 0) {
      for (const transition of transitions) this.#instruments.transition(transition);
      decisions.transitions.push(...transitions);
      decisions.turned.add(session);
    }
    if (session.isStored || (state !== undefined && isWorthKeeping(state))) {
      if (hasTurned(before, state)) decisions.turned.add(session);
      else if (state !== undefined && isWatched(state)) this.#unsaved.add(session);
    }
    if (state === undefined) this.#sessions.delete(session.id);
    else this.#schedule(session);
  }

  /** Resolves when transitions, and the states of all sessions that have turned, are on disk. */
  async #keep({ transitions, turned }: Decisions): Promise<void> {
    if (turned.size === 0) {
      // A record may be the repetition of one whose transitions are still on their way.
      await this.#store(() => this.#commits.flush());
      return;
    }
    const records = [...turned].map((session) => this.#recordOf(session));
    this.#settings.crashPoint('processor.decided');
    await this.#store(() => this.#commits.add(transitions, records));
    this.#telemetry.outgoing(transitions.length);
  }

  async #checkpoint(): Promise<void> {
    // A state that knows of a transition must not be stored before the transition is.
    const pendingIds = this.#commits.pendingSessionIds();
    const sessions = [...this.#unsaved].filter(({ id }) => !pendingIds.has(id));
    if (sessions.length === 0) return;
    const records = sessions.map((session) => this.#recordOf(session));
    try {
      await this.#sink.checkpoint(records);
    } catch (error) {
      for (const session of sessions) this.#unsaved.add(session);
      throw error;
    }
  }

  #recordOf(session: Session): SessionRecord {
    const { state } = session;
    const isKept = state !== undefined && isWorthKeeping(state);
    session.isStored = isKept;
    this.#unsaved.delete(session);
    const revision = state?.revision ?? session.lastRevision + 1;
    session.lastRevision = revision;
    return { sessionId: session.id, revision, ...(isKept && { state: JSON.stringify(state) }) };
  }

  #restore(records: readonly SessionRecord[]): void {
    const nowMs = this.#settings.clock.nowMs();
    for (const { sessionId, state } of records) {
      if (state === undefined) continue;
      const session = this.#sessionOf(sessionId);
      session.state = resumeSession(JSON.parse(state) as SessionState, nowMs);
      session.isStored = true;
      session.lastRevision = session.state.revision;
      this.#schedule(session);
    }
    if (records.length > 0) {
      this.#settings.logger.info({ sessions: records.length }, 'took up sessions from before the restart');
    }
  }

  #sessionOf(id: string): Session {
    let session = this.#sessions.get(id);
    if (session === undefined) {
      session = { id, state: undefined, scheduledAtMs: Infinity, level: 0, isStored: false, lastRevision: 0 };
      this.#sessions.set(id, session);
    }
    return session;
  }

  /** Most steps only move a deadline further away: the slot in the wheel is then left, and looked at when it passes. */
  #schedule(session: Session): void {
    if (session.state === undefined) return;
    const dueMs = nextTickAtMs(session.state, this.#thresholds);
    if (dueMs >= session.scheduledAtMs) return;
    session.scheduledAtMs = dueMs;
    this.#wheel.schedule(session, dueMs);
  }

  async #store(commit: () => Promise<void>): Promise<void> {
    try {
      await commit();
      this.#settings.reportStatus({ kind: 'ok' });
    } catch (error) {
      this.#settings.reportStatus({ kind: 'unhealthy', reason: 'transitions cannot be stored' });
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
