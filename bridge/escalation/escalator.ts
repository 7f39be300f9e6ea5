// The second path: looks for alerts that wait too long at one exporter, and has others told of them. A notice, its rows at
// the destinations, the marks at the alerts and the state are one commit, so that nothing is told twice or forgotten.
import type { Timer } from '../../collector/clock.ts';
import type { Settings } from '../../collector/component.ts';
import { messageOf } from '../../collector/errors.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import type { Destination } from '../outbox/destination.ts';
import { transitionStatements } from '../outbox/outbox-store.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { decideEnd, kindOfEnd } from './decide-end.ts';
import { decideEscalation } from './decide.ts';
import type { EscalationSource } from './source.ts';
import { CREATE_ESCALATIONS, readEscalationState, stateStatement, type EscalationState } from './state.ts';
import { GATHER_MS, type EscalationStep } from './steps.ts';
import type { Notice } from './telling.ts';

const LOOK_MS = 5_000;
/** Alerts that one commit takes: enough for ten notices. */
const MAX_DUE = 5_000;

export class Escalator {
  readonly #settings: Settings;
  readonly #outbox: Pick<Outbox, 'incidents' | 'destination'>;
  readonly #source: EscalationSource;
  readonly #steps: readonly EscalationStep[];
  #state: EscalationState | undefined;
  #isRestored = false;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  /** Until the first tick other exporters may be starting. */
  #isStarting = true;
  #missing = '';
  #problem: string | undefined;

  /** `steps`: at least one. */
  constructor(
    settings: Settings,
    outbox: Pick<Outbox, 'incidents' | 'destination'>,
    source: EscalationSource,
    steps: readonly EscalationStep[],
  ) {
    this.#settings = settings;
    this.#outbox = outbox;
    this.#source = source;
    this.#steps = steps;
  }

  /** Looks at once: what became due while the process was down has waited long enough. */
  async start(): Promise<void> {
    await this.#outbox.incidents.commit([CREATE_ESCALATIONS]);
    this.#look();
    this.#timer = this.#settings.clock.every(LOOK_MS, () => {
      this.#isStarting = false;
      this.#findMissing();
      this.#look();
    });
  }

  /** Resolves when no look is under way. */
  async flush(): Promise<void> {
    await this.#looking;
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.flush();
  }

  #look(): void {
    this.#looking ??= this.#lookOnce()
      .then(() => this.#tell(undefined))
      .catch((error: unknown) => {
        // What became of a commit that failed only the database knows.
        this.#isRestored = false;
        this.#settings.logger.error({ err: error }, 'alerts could not be escalated; trying again');
        this.#tell(`alerts cannot be escalated: ${messageOf(error)}`);
      })
      .finally(() => (this.#looking = undefined));
  }

  async #lookOnce(): Promise<void> {
    if (!this.#isRestored) {
      this.#state = await readEscalationState(this.#outbox.incidents, this.#source.sourceId);
      this.#isRestored = true;
    }
    let isAnyDue = false;
    for (const step of this.#steps.keys()) if (await this.#take(step)) isAnyDue = true;
    if (!isAnyDue) await this.#endIfOver();
  }

  /** Takes a step for all that are due for it. Resolves to whether there were any, taken or not. */
  async #take(step: number): Promise<boolean> {
    const { afterMs, to: wanted } = this.#steps[step]!;
    const to = wanted.filter((id) => this.#outbox.destination(id) !== undefined);
    const startedAtMs = this.#settings.clock.nowMs();
    // Without anybody to tell they stay due; #findMissing says so loudly.
    const isAlone = to.length === 0 || (this.#isStarting && to.length < wanted.length);
    const isPutOff = isAlone || this.#isGathering(step, startedAtMs);
    const limit = isPutOff ? 1 : MAX_DUE;
    const beforeMs = startedAtMs - afterMs;
    let isAnyDue = false;
    for (;;) {
      const due = await this.#source.readDue({ step, beforeMs, limit });
      if (due.length > 0) isAnyDue = true;
      if (due.length === 0 || isPutOff) return isAnyDue;
      const stillWaiting = await this.#source.readStillWaiting();
      const { sourceId: source } = this.#source;
      const nowMs = this.#settings.clock.nowMs();
      const alerts = { source, step, afterMs, to, due, stillWaiting, nowMs };
      const { state, notices } = decideEscalation(this.#state, alerts);
      await this.#commit(state, notices, this.#source.markStatements(due, step));
      this.#log(notices, `alerts were escalated, step ${step + 1} of ${this.#steps.length}`);
      if (due.length < limit) return isAnyDue;
    }
  }

  /** A clock that was set back ends the wait. */
  #isGathering(step: number, nowMs: number): boolean {
    const sinceNoticeMs = nowMs - (this.#state?.noticeAtMs[step] ?? -Infinity);
    return sinceNoticeMs >= 0 && sinceNoticeMs < GATHER_MS;
  }

  async #endIfOver(): Promise<void> {
    if (this.#state?.isOpen !== true) return;
    const nowMs = this.#settings.clock.nowMs();
    const kind = kindOfEnd(this.#state, await this.#source.readStillWaiting({ atMost: 1 }), nowMs);
    if (kind === undefined) return;
    const { state, notice } = decideEnd(this.#state, {
      kind,
      source: this.#source.sourceId,
      limitMs: this.#steps[0]!.afterMs,
      stillWaiting: kind === 'recovered' ? { count: 0 } : await this.#source.readStillWaiting(),
      nowMs,
      isRunning: (id) => this.#outbox.destination(id) !== undefined,
    });
    await this.#commit(state, [notice], kind === 'ended' ? (this.#source.leaveStatements?.() ?? []) : []);
    this.#log([notice], 'the escalation of alerts is over');
  }

  async #commit(
    state: EscalationState,
    notices: readonly Notice[],
    marks: readonly Statement[],
  ): Promise<void> {
    const statements = notices.flatMap(({ transition }) => transitionStatements(transition));
    const counts = new Map<Destination, number>();
    for (const { to, transition } of notices.flatMap(({ sent }) => sent)) {
      const destination = this.#outbox.destination(to);
      if (destination === undefined) throw new Error(`"${to}" is not running any more`);
      statements.push(...destination.statementsFor(transition));
      counts.set(destination, (counts.get(destination) ?? 0) + 1);
    }
    statements.push(...marks, stateStatement(this.#source.sourceId, state));
    this.#settings.crashPoint('escalation.before-commit');
    await this.#outbox.incidents.commit(statements);
    this.#settings.crashPoint('escalation.committed');
    this.#state = state;
    for (const [destination, count] of counts) destination.committed(count);
  }

  #log(notices: readonly Notice[], what: string): void {
    for (const { transition, sent } of notices) {
      const { kind, incidentId, severity, group } = transition;
      const told = { kind, incidentId, severity, openCount: group?.openCount, to: sent.map(({ to }) => to) };
      this.#settings.logger.warn(told, what);
    }
  }

  /** A second path that is missing must be loud: it would be missed when the first one fails. */
  #findMissing(): void {
    const named = new Set(this.#steps.flatMap(({ to }) => to));
    const missing = [...named].filter((id) => this.#outbox.destination(id) === undefined);
    const text = missing.map((id) => `"${id}"`).join(', ');
    if (text !== '' && text !== this.#missing) this.#settings.logger.error({ missing }, missingText(text));
    this.#missing = text;
  }

  #tell(failure: string | undefined): void {
    const problem = failure ?? (this.#missing === '' ? undefined : missingText(this.#missing));
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#settings.reportStatus(
      problem === undefined ? { kind: 'ok' } : { kind: 'unhealthy', reason: problem },
    );
  }
}

function missingText(names: string): string {
  return `alerts that wait too long cannot be escalated to ${names}: switched off, or not running`;
}
