// The escalation of one destination's alerts, on a real outbox, with destinations that keep what they are told as it is.
import type { Escalator } from '../../bridge/escalation/escalator.ts';
import { startOutboxEscalation } from '../../bridge/escalation/outbox-escalation.ts';
import type { EscalationStep } from '../../bridge/escalation/steps.ts';
import { rowStatement } from '../../bridge/outbox/outbox-store.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import { testSettings, type TestSettings } from './component-settings.ts';
import { FakeDestination } from './fake-destination.ts';
import { FaultyDatabase, StoredOutbox } from './stored-outbox.ts';
import { transitionOf } from './transition.ts';

export const SOURCE = 'webhook/siem';

/** Mail after four minutes, a text message after ten. */
export const TWO_STEPS: readonly EscalationStep[] = [
  { afterMs: 240_000, to: ['email'] },
  { afterMs: 600_000, to: ['sms'] },
];

/** Stores a transition as its body. */
class KeepingDestination extends FakeDestination {
  override statementsFor(transition: Transition): readonly Statement[] {
    return [rowStatement(this.destinationId, transition, JSON.stringify(transition))];
  }
}

export interface EscalationOptions {
  readonly steps?: readonly EscalationStep[];
  /** Destinations that run. */
  readonly running?: readonly string[];
}

export class StartedEscalation {
  stored: StoredOutbox;
  settings: TestSettings;
  database: FaultyDatabase;
  /** Where the process dies next; the look that gets there fails. */
  crashAt: string | undefined;
  readonly #options: EscalationOptions;
  #escalator: Escalator | undefined;

  private constructor(stored: StoredOutbox, options: EscalationOptions) {
    this.stored = stored;
    this.#options = options;
    this.settings = this.#settings();
    this.database = new FaultyDatabase(stored.database);
  }

  static async start(options: EscalationOptions = {}): Promise<StartedEscalation> {
    const started = new StartedEscalation(await StoredOutbox.open(), options);
    await started.#begin();
    return started;
  }

  /** Ends the process and starts another on what it left, on another clock when one is given. */
  async restart(clock = this.stored.clock): Promise<void> {
    await this.#escalator?.stop();
    await this.stored.stop();
    this.stored = await StoredOutbox.open({ directory: this.stored.directory, clock });
    this.settings = this.#settings();
    this.database = new FaultyDatabase(this.stored.database);
    await this.#begin();
  }

  register(...ids: readonly string[]): void {
    for (const id of ids) this.stored.outbox.register(new KeepingDestination(id, 'critical'));
  }

  /** Transitions that now wait for the destination, each decided at this moment unless it says otherwise. */
  async put(...transitions: readonly Partial<Transition>[]): Promise<void> {
    const nowMs = this.stored.clock.nowMs();
    await this.stored.put(
      SOURCE,
      ...transitions.map((fields) => transitionOf({ triggerAtMs: nowMs, ...fields })),
    );
  }

  /** What becomes of rows that wait for the destination, by their subjects: none named means all. */
  async settle(state: 'delivered' | 'dead' | 'listed', ...subjects: readonly string[]): Promise<void> {
    await this.#update(`state = '${state}', settled_at_ms = ${this.stored.clock.nowMs()}`, subjects);
  }

  /** The last attempt at their rows came to this; they still wait. */
  async attempted(outcome: string, ...subjects: readonly string[]): Promise<void> {
    await this.stored.database.commit([
      {
        sql: `INSERT INTO attempts (row_id, started_at_ms, duration_ms, outcome, reason)
          SELECT row_id, 0, 0, ?, 'as told' FROM outbox WHERE destination = ? AND subject IN (SELECT value FROM json_each(?))`,
        values: [outcome, SOURCE, JSON.stringify(subjects)],
      },
    ]);
    await this.#update('attempt_count = attempt_count + 1', subjects);
  }

  /** Moves the clock on, look by look. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.stored.clock.nowMs() + durationMs;
    while (this.stored.clock.nowMs() < untilMs) {
      this.stored.clock.advanceTo(Math.min(untilMs, this.stored.clock.nowMs() + 5_000));
      await this.look();
    }
  }

  /** Resolves when the look that is under way is over. */
  async look(): Promise<void> {
    await this.#escalator?.flush();
  }

  /** What destinations were told, in order. */
  async notices(): Promise<readonly { readonly to: string; readonly transition: Transition }[]> {
    const rows = await this.stored.rows(
      `SELECT destination, body FROM outbox WHERE category = 'delivery' AND destination <> ? ORDER BY row_id`,
      SOURCE,
    );
    return rows.map(({ destination, body }) => ({
      to: String(destination),
      transition: JSON.parse(String(body)) as Transition,
    }));
  }

  /** Each in one line: `email opened high undelivered: 2 of 3 open, 3 named`. */
  async story(): Promise<readonly string[]> {
    return (await this.notices()).map(({ to, transition: { kind, severity, reasons, group } }) => {
      const rules = reasons.map(({ rule }) => rule).join('+');
      return `${to} ${kind} ${severity} ${rules}: ${group!.openCount} of ${group!.memberCount} open, ${group!.listedIds.length} named`;
    });
  }

  /** The incident's own history. */
  async history(): Promise<readonly Transition[]> {
    const rows = await this.stored.rows(
      `SELECT transition_json FROM transitions JOIN incidents USING (incident_id) WHERE category = 'delivery' AND subject = ?
        ORDER BY transitions.decided_at_ms, sequence`,
      SOURCE,
    );
    return rows.map((row) => JSON.parse(String(row.transition_json)) as Transition);
  }

  async close(): Promise<void> {
    await this.#escalator?.stop();
    await this.stored.close();
  }

  async #begin(): Promise<void> {
    const { steps = TWO_STEPS, running = ['email', 'sms'] } = this.#options;
    this.register(...running);
    const outbox = {
      incidents: this.database,
      destination: (id: string) => this.stored.outbox.destination(id),
    };
    this.#escalator = await startOutboxEscalation(this.settings, outbox, steps);
    await this.look();
  }

  #settings(): TestSettings {
    return {
      ...testSettings({ id: SOURCE, clock: this.stored.clock }),
      crashPoint: (name) => {
        if (name !== this.crashAt) return;
        this.crashAt = undefined;
        throw new Error(`died at ${name}`);
      },
    };
  }

  async #update(set: string, subjects: readonly string[]): Promise<void> {
    await this.stored.database.commit([
      {
        sql: `UPDATE outbox SET ${set} WHERE destination = ?1 AND state IN ('pending', 'held')
          AND (?2 = '[]' OR subject IN (SELECT value FROM json_each(?2)))`,
        values: [SOURCE, JSON.stringify(subjects)],
      },
    ]);
  }
}
