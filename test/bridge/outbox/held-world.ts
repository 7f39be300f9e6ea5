// A small world for the law of conservation: incidents that open, change and end, alone or in a storm; silences that
// come and go; destinations that take, refuse or do nothing. What it decides goes into a real outbox, as a processor's
// decisions would, and what is due comes out of it, as a deliverer's attempts would.
import assert from 'node:assert/strict';
import { readDueRows } from '../../../bridge/outbox/due-rows.ts';
import { type OutboxRow, type Settlement, settleStatements } from '../../../bridge/outbox/outbox-store.ts';
import { isOver, type Transition, type TransitionKind } from '../../../bridge/transition/transition.ts';
import { FakeDestination } from '../../support/fake-destination.ts';
import { FakeSilencer } from '../../support/fake-silencer.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf } from '../../support/transition.ts';

interface Life {
  readonly subject: string;
  readonly category: 'quality' | 'storm';
  incidentId: string;
  nextSequence: number;
  isOpen: boolean;
  isCritical: boolean;
  hasBeenCritical: boolean;
  stormId: string | undefined;
}

interface Storm {
  readonly life: Life;
  readonly members: Set<Life>;
  readonly listed: Set<Life>;
}

export type Step =
  | { readonly kind: 'incident'; readonly who: number; readonly what: number }
  | { readonly kind: 'storm'; readonly what: 'open' | 'list' | 'escalate' | 'end'; readonly most: number }
  | { readonly kind: 'take'; readonly where: number; readonly which: number }
  | { readonly kind: 'settle'; readonly where: number; readonly as: 'delivered' | 'dead' | 'pending' }
  /** So many attempts, one after the other, that all end the same way. */
  | {
      readonly kind: 'drain';
      readonly where: number;
      readonly count: number;
      readonly as: 'delivered' | 'dead';
    }
  | { readonly kind: 'silence'; readonly which: number; readonly whom: 'storms' | 'odd' | 'all' }
  | { readonly kind: 'silence-over'; readonly which: number }
  | { readonly kind: 'breaker'; readonly where: number }
  | { readonly kind: 'wait'; readonly durationMs: number }
  | { readonly kind: 'restart' };

export class HeldWorld {
  stored: StoredOutbox;
  readonly silencer = new FakeSilencer();
  readonly destinations = [new FakeDestination('siem', 'high'), new FakeDestination('pager', 'critical')];
  /** All that was decided. */
  readonly decided: Transition[] = [];
  /** Sequences by destination and incident, in the order of their deliveries. */
  readonly delivered = new Map<string, number[]>();
  /** Since when each destination has been taking what is sent, as far as the present process knows. */
  readonly takingSinceMs = new Map<string, number>();
  readonly #lives: readonly Life[];
  readonly #underWay = new Map<FakeDestination, OutboxRow[]>();
  #storm: Storm | undefined;
  #stormCount = 0;

  private constructor(stored: StoredOutbox) {
    this.stored = stored;
    this.#lives = Array.from({ length: 4 }, (_, n) => newLife(`s-${n}`, 'quality'));
    this.#started();
  }

  static async open(): Promise<HeldWorld> {
    const world = new HeldWorld(await StoredOutbox.open());
    await world.#restart();
    return world;
  }

  async do(step: Step): Promise<void> {
    switch (step.kind) {
      case 'incident':
        return this.#turn(this.#lives[step.who % this.#lives.length]!, step.what);
      case 'storm':
        return this.#turnStorm(step.what, step.most);
      case 'take':
        return this.#take(this.#at(step.where), step.which);
      case 'settle':
        return this.#settle(this.#at(step.where), step.as);
      case 'drain':
        for (let count = 0; count < step.count; count += 1) {
          await this.#take(this.#at(step.where), 0);
          await this.#settle(this.#at(step.where), step.as);
        }
        return;
      case 'silence': {
        const { whom } = step;
        const isMeant = ({ category, subject }: Transition) =>
          whom === 'all' || (whom === 'storms' ? category === 'storm' : /[13]$/.test(subject));
        return this.silencer.begin(`silence-${step.which}`, isMeant);
      }
      case 'silence-over':
        return this.silencer.end(`silence-${step.which}`);
      case 'breaker': {
        const destination = this.#at(step.where);
        destination.isTaking = !destination.isTaking;
        this.takingSinceMs.delete(destination.destinationId);
        if (destination.isTaking) this.takingSinceMs.set(destination.destinationId, this.nowMs);
        return;
      }
      case 'wait':
        return this.stored.advance(step.durationMs);
      case 'restart':
        return this.#restart();
    }
  }

  get nowMs(): number {
    return this.stored.clock.nowMs();
  }

  /** The end of all storms and silences, with destinations that take everything. */
  async calmDown(): Promise<void> {
    if (this.#storm !== undefined) await this.#turnStorm('end', 500);
    for (const which of [0, 1]) this.silencer.end(`silence-${which}`);
    for (const destination of this.destinations) destination.isTaking = true;
    await this.stored.advance(600_000);
    for (const destination of this.destinations) {
      while (this.#underWay.get(destination)!.length > 0) await this.#settle(destination, 'delivered');
      for (;;) {
        await this.#take(destination, 0);
        if (this.#underWay.get(destination)!.length === 0) break;
        await this.#settle(destination, 'delivered');
      }
    }
  }

  #at(where: number): FakeDestination {
    return this.destinations[where % this.destinations.length]!;
  }

  async #turn(life: Life, what: number): Promise<void> {
    if (!life.isOpen) {
      life.stormId = this.#storm?.life.incidentId;
      life.isOpen = true;
      life.isCritical = false;
      this.#storm?.members.add(life);
      await this.#decide(life, life.nextSequence === 0 ? 'opened' : 'reopened');
    } else if (what % 3 === 0) {
      life.isOpen = false;
      await this.#decide(life, 'recovered');
    } else {
      life.isCritical = !life.isCritical;
      life.hasBeenCritical = true;
      await this.#decide(life, life.isCritical ? 'escalated' : 'deescalated');
    }
  }

  async #turnStorm(what: Extract<Step, { kind: 'storm' }>['what'], most: number): Promise<void> {
    if (this.#storm === undefined) {
      const life = newLife(`edge=${++this.#stormCount}`, 'storm');
      life.isOpen = true;
      this.#storm = { life, members: new Set(), listed: new Set() };
      return this.#decide(life, 'opened', []);
    }
    const storm = this.#storm;
    const isEnd = what === 'end';
    const unlisted = [...storm.members].filter((life) => !storm.listed.has(life));
    const listed = unlisted.slice(0, isEnd ? undefined : most);
    for (const life of listed) storm.listed.add(life);
    const isEscalation = what === 'escalate' && !storm.life.isCritical;
    if (isEscalation) storm.life.isCritical = storm.life.hasBeenCritical = true;
    if (!isEnd) return this.#decide(storm.life, isEscalation ? 'escalated' : 'updated', listed);
    const survivors = [...storm.members].filter(({ isOpen, stormId }) => isOpen && stormId !== undefined);
    for (const life of this.#lives) life.stormId = undefined;
    storm.life.isOpen = false;
    this.#storm = undefined;
    return this.#decide(storm.life, 'recovered', listed, survivors);
  }

  async #decide(
    life: Life,
    kind: TransitionKind,
    listed?: readonly Life[],
    survivors?: readonly Life[],
  ): Promise<void> {
    const { subject, category, stormId } = life;
    const transition = transitionOf({
      subject,
      category,
      kind,
      sequence: life.nextSequence++,
      severity: life.isCritical ? 'critical' : 'high',
      peakSeverity: life.hasBeenCritical ? 'critical' : 'high',
      decidedAtMs: this.nowMs,
      ...(stormId !== undefined && { stormId }),
      ...(listed !== undefined && {
        group: {
          memberCount: 1,
          openCount: 1,
          members: [],
          breakdown: { bySeverity: {}, byReason: {}, byDimension: {} },
          listedIds: listed.map(({ incidentId }) => incidentId),
          ...(survivors !== undefined && { survivorIds: survivors.map(({ incidentId }) => incidentId) }),
        },
      }),
    });
    this.decided.push(transition);
    await this.stored.outbox
      .sink('logs', this.destinations)
      .consume({ transitions: [transition], records: [] });
  }

  async #take(destination: FakeDestination, which: number): Promise<void> {
    const underWay = this.#underWay.get(destination)!;
    const rows = await readDueRows(this.stored.database, destination.destinationId, {
      nowMs: this.nowMs,
      exceptRowIds: underWay.map(({ rowId }) => rowId),
      limit: 3,
    });
    const row = rows[which % Math.max(1, rows.length)];
    if (row === undefined) return;
    assert.equal(row.state, 'pending');
    underWay.push(row);
  }

  async #settle(destination: FakeDestination, as: Settlement['state']): Promise<void> {
    const row = this.#underWay.get(destination)!.shift();
    if (row === undefined) return;
    const settlement: Settlement =
      as === 'pending' ? { state: as, nextAttemptAtMs: this.nowMs + 10_000 } : { state: as };
    const outcome = { kind: as === 'pending' ? 'retry' : as, reason: 'as told' } as const;
    const attempt = { startedAtMs: this.nowMs, durationMs: 0, outcome };
    await this.stored.database.commit(settleStatements(row, attempt, settlement));
    if (as !== 'delivered') return;
    const key = `${row.destination} ${row.incidentId}`;
    this.delivered.set(key, [...(this.delivered.get(key) ?? []), row.sequence]);
  }

  async #restart(): Promise<void> {
    await this.stored.stop();
    this.stored = await StoredOutbox.open(this.stored, { silences: this.silencer });
    this.#started();
  }

  /** What was under way has been forgotten. */
  #started(): void {
    for (const destination of this.destinations) {
      this.stored.outbox.register(destination);
      this.#underWay.set(destination, []);
      this.takingSinceMs.delete(destination.destinationId);
      if (destination.isTaking) this.takingSinceMs.set(destination.destinationId, this.nowMs);
    }
  }
}

function newLife(subject: string, category: Life['category']): Life {
  return {
    subject,
    category,
    incidentId: transitionOf({ subject, category }).incidentId,
    nextSequence: 0,
    isOpen: false,
    isCritical: false,
    hasBeenCritical: false,
    stormId: undefined,
  };
}

/** The last opening of an incident among the sequences of its transitions. */
export function isOfLastOpening(transition: Transition, all: readonly Transition[]): boolean {
  return !all.some(
    ({ incidentId, sequence, kind }) =>
      incidentId === transition.incidentId &&
      sequence > transition.sequence &&
      (kind === 'opened' || kind === 'reopened'),
  );
}

export function isIncidentOver(transition: Transition, all: readonly Transition[]): boolean {
  return isOver(all.findLast(({ incidentId }) => incidentId === transition.incidentId)!.kind);
}
