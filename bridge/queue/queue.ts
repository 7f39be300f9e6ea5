// The exporter `queue`: a local alert queue that needs no network to take an alert. It gives alerts to operators, waits
// for them to be acknowledged, and is asked over HTTP. Its parts are put together here; none of their decisions are.
import type { Timer } from '../../collector/clock.ts';
import type { Component, Host, Settings } from '../../collector/component.ts';
import type { ListenAddress } from '../../collector/config/fields.ts';
import { requireServerAuth, type AuthReference } from '../../collector/extension/authenticator.ts';
import type { Database, Statement } from '../../collector/extension/storage.ts';
import { logsExporterTelemetry } from '../../collector/telemetry/names.ts';
import { Escalator } from '../escalation/escalator.ts';
import { sharedStatus } from '../escalation/shared-status.ts';
import type { EscalationStep } from '../escalation/steps.ts';
import type { Destination } from '../outbox/destination.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { silencersOf } from '../outbox/silencer.ts';
import type { Severity, Transition } from '../transition/transition.ts';
import { renewAssignedStatement } from './alert-moves.ts';
import { removeOldAlerts } from './alert-table.ts';
import { alertStatements } from './alert-transition.ts';
import { Dispatcher } from './dispatcher.ts';
import { UnacknowledgedAlerts } from './escalation-source.ts';
import { OperatorActions } from './operator-actions.ts';
import { queueInstruments } from './queue-instruments.ts';
import { QueueServer } from './queue-server.ts';
import { prepareTables } from './schema.ts';
import type { QueueLimits } from './sla.ts';

export interface QueueOptions {
  readonly endpoint: ListenAddress;
  readonly name: string;
  readonly skill: string;
  readonly minSeverity: Severity;
  readonly wrapUpMs: number;
  readonly limits: QueueLimits;
  /** Who else is told of alerts that nobody acknowledges. */
  readonly escalation: readonly EscalationStep[];
  readonly keepResolvedMs: number;
  readonly auth: AuthReference | undefined;
}

const SWEEP_MS = 3_600_000;

export class Queue implements Component, Destination {
  readonly destinationId: string;
  readonly minSeverity: Severity;
  readonly #settings: Settings;
  readonly #outbox: Outbox;
  readonly #options: QueueOptions;
  readonly #server: QueueServer;
  readonly #telemetry;
  #dispatcher: Dispatcher | undefined;
  #escalator: Escalator | undefined;
  #sweep: Timer | undefined;

  constructor(settings: Settings, outbox: Outbox, options: QueueOptions) {
    this.destinationId = settings.id;
    this.minSeverity = options.minSeverity;
    this.#settings = settings;
    this.#outbox = outbox;
    this.#options = options;
    this.#telemetry = logsExporterTelemetry(settings.meter, settings.id);
    this.#server = new QueueServer(options.endpoint, settings.logger);
  }

  get boundAddress(): string | undefined {
    return this.#server.boundAddress;
  }

  async start(host: Host): Promise<void> {
    const { name, skill, limits, wrapUpMs, escalation, auth: reference } = this.#options;
    const { id: queue, clock, meter } = this.#settings;
    const auth = reference && requireServerAuth(host, reference);
    const database = this.#outbox.incidents;
    await this.#prepare(database);
    const settingsOf = sharedStatus(this.#settings);
    const instruments = queueInstruments(meter, queue);
    const dispatcher = new Dispatcher({
      settings: settingsOf('alerts'),
      database,
      silencers: silencersOf(host),
      skill,
      limits,
      isAnybodyElseTold: escalation.length > 0,
      instruments,
    });
    this.#dispatcher = dispatcher;
    const changed = () => dispatcher.wake();
    const actions = new OperatorActions({ database, queue, clock, skill, wrapUpMs, instruments, changed });
    await this.#server.start({ queue, name, skill, database, actions }, auth);
    this.#outbox.register(this);
    this.#settings.reportStatus({ kind: 'ok' });
    dispatcher.start();
    if (escalation.length === 0) return;
    const source = new UnacknowledgedAlerts(database, queue);
    this.#escalator = new Escalator(settingsOf('escalation'), this.#outbox, source, escalation);
    await this.#escalator.start();
  }

  statementsFor(transition: Transition, silenceId?: string): readonly Statement[] {
    const { wrapUpMs } = this.#options;
    return alertStatements(transition, { queue: this.destinationId, silenceId, wrapUpMs });
  }

  /** The commit of the transition was the delivery. */
  committed(transitionCount: number): void {
    this.#telemetry.sent(transitionCount);
    this.#dispatcher?.wakeSoon();
  }

  /** Resolves when alerts that can be with an operator are, and those that waited too long are told of. */
  async flush(): Promise<void> {
    await this.#dispatcher?.flush();
    await this.#escalator?.flush();
  }

  async shutdown(): Promise<void> {
    this.#sweep?.cancel();
    await this.#server.close();
    await this.#escalator?.stop();
    await this.#dispatcher?.stop();
  }

  /** The tables as they should be, and those who could not acknowledge while the process was down given their time. */
  async #prepare(database: Database): Promise<void> {
    const { id: queue, clock, logger } = this.#settings;
    await prepareTables(database);
    const nowMs = clock.nowMs();
    const { acknowledgeWithinMs } = this.#options.limits;
    await database.commit([renewAssignedStatement(queue, nowMs, nowMs - acknowledgeWithinMs)]);
    await this.#removeOld();
    this.#sweep = clock.every(SWEEP_MS, () => {
      this.#removeOld().catch((error: unknown) =>
        logger.error({ err: error }, 'old alerts could not be removed'),
      );
    });
  }

  async #removeOld(): Promise<void> {
    const beforeMs = this.#settings.clock.nowMs() - this.#options.keepResolvedMs;
    await this.#outbox.incidents.commit([removeOldAlerts(this.destinationId, beforeMs)]);
  }
}
