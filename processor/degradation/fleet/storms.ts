// The storm stage: transitions of sessions go in, and come out marked where a storm tells of them, together with the storms'
// own. Deterministic, without I/O or clock; what it remembers is plain data, and the rest follows from the sessions' states.
import { isOver, type Transition } from '../../../bridge/transition/transition.ts';
import { bucketOf } from '../../../bridge/transition/incident-key.ts';
import type { Moment } from '../notice.ts';
import { findCrowd, type Crowd } from './crowd.ts';
import { eventNowMs, withEventAt, type EventClock } from './event-clock.ts';
import { worse } from './fleet-incident.ts';
import type { StormLimits } from './fleet-limits.ts';
import { OpenIncidents } from './open-incidents.ts';
import { RecentOpenings } from './recent-openings.ts';
import { recallIncidents } from './recall.ts';
import type { Sessions } from './sessions.ts';
import { StormBatch, type SessionTransition, type StormStep } from './storm-batch.ts';
import { groupsOf, isInGroup, type Traits } from './storm-group.ts';
import type { StormMark } from './storm-mark.ts';
import { tellStorm, type StormNotice } from './storm-notice.ts';
import { openStorm } from './storm-opening.ts';
import { summarise, worstSeverity, type Summary } from './storm-summary.ts';
import {
  isOverAt,
  isWorse,
  listableCount,
  stormDueAtMs,
  withJoined,
  withSeverity,
  type Storm,
} from './storm.ts';

/** What is told of as storms at the same time; beyond that, incidents are told of by themselves. */
const MAX_OPEN_STORMS = 100;

/** What must survive a restart beside the states of the sessions. */
export interface StormMemory {
  readonly clock?: EventClock;
  /** In the order in which they opened. */
  readonly open: readonly Storm[];
  readonly ended: readonly Storm[];
}

export class Storms {
  readonly #limits: StormLimits;
  readonly #environment: string;
  readonly #sessions: Sessions;
  readonly #open = new Map<string, Storm>();
  #ended: readonly Storm[] = [];
  #clock: EventClock | undefined;
  readonly #incidents = new OpenIncidents();
  readonly #recent = new RecentOpenings();
  #dueAtMs = Infinity;

  constructor(limits: StormLimits, environment: string, sessions: Sessions) {
    this.#limits = limits;
    this.#environment = environment;
    this.#sessions = sessions;
  }

  /** The wall-clock time at which `take` has something to say without a transition; Infinity when there is none. */
  get dueAtMs(): number {
    return this.#dueAtMs;
  }

  get memory(): StormMemory {
    const clock = this.#clock;
    return { ...(clock !== undefined && { clock }), open: [...this.#open.values()], ended: this.#ended };
  }

  /** To be called once, with the sessions as they were restored. Gives the marks of storms that are not known. */
  restore(memory: StormMemory, nowMs: number): readonly StormMark[] {
    this.#clock = memory.clock;
    this.#ended = memory.ended;
    for (const storm of memory.open) this.#open.set(storm.incidentId, storm);
    const sinceMs = eventNowMs(this.#clock, nowMs) - this.#limits.windowMs;
    const recalled = recallIncidents(this.#sessions, memory.open, sinceMs);
    for (const { incident, stormId } of recalled.open) this.#incidents.open(incident, stormId);
    for (const { opening, traits } of recalled.recent) {
      this.#recent.add({ ...opening, groups: groupsOf(traits, this.#limits.dimensions) });
    }
    this.#setDue();
    return recalled.staleMarks;
  }

  take(transitions: readonly Transition[], nowMs: number): StormStep {
    if (transitions.length === 0 && nowMs < this.#dueAtMs) {
      return { transitions, marks: [], hasChanged: false };
    }
    const batch = new StormBatch();
    for (const transition of transitions) {
      if (isOfSession(transition)) this.#follow(transition, batch, nowMs);
    }
    if (batch.fresh.size > 0) this.#form(batch, nowMs);
    for (const storm of this.#open.values()) this.#goOn(storm, batch, nowMs);
    this.#forget(nowMs);
    this.#setDue();
    return batch.step(transitions);
  }

  /** Takes in one transition: an opening joins the first storm that it fits, or stands by itself for now. */
  #follow(transition: SessionTransition, batch: StormBatch, nowMs: number): void {
    const { incidentId, subject: sessionId, category, kind, severity, stormId } = transition;
    if (kind === 'opened' || kind === 'reopened') {
      this.#clock = withEventAt(this.#clock, transition.occurredAtMs, nowMs);
      batch.hasChanged = true;
      const incident = { incidentId, sessionId, category };
      const traits = this.#traitsAt(transition);
      const storm = this.#stormFor(traits, stormId);
      this.#incidents.open(incident, storm?.incidentId);
      this.#recent.remove(incident);
      if (storm !== undefined) {
        batch.join(transition, storm.incidentId);
      } else {
        if (stormId !== undefined) batch.stale(transition);
        const groups = groupsOf(traits, this.#limits.dimensions);
        this.#recent.add({ ...incident, atMs: transition.occurredAtMs, groups });
        batch.addFresh(transition);
      }
      return;
    }
    if (stormId !== undefined && !this.#open.has(stormId)) batch.stale(transition);
    if (batch.fresh.has(incidentId)) batch.addFresh(transition);
    const memberOf = this.#incidents.stormOf(incidentId);
    if (kind === 'escalated' && memberOf !== undefined) {
      batch.worsen(memberOf, severity);
      // What is sent alone is not listed.
      if (stormId === memberOf && severity === 'critical') batch.listAgain(incidentId, memberOf);
    }
    if (isOver(kind)) this.#incidents.close(incidentId);
  }

  #traitsAt({ subject, dimensions }: SessionTransition): Traits {
    const codec = this.#sessions.stateOf(subject)?.lastSample?.codec;
    return { dimensions, ...(codec !== undefined && { codec }) };
  }

  /** What was in an open storm before belongs there, whatever it shares with others now. */
  #stormFor(traits: Traits, formerStormId: string | undefined): Storm | undefined {
    if (!this.#limits.enabled) return undefined;
    const former = formerStormId === undefined ? undefined : this.#open.get(formerStormId);
    if (former !== undefined) return former;
    for (const storm of this.#open.values()) if (isInGroup(storm.group, traits)) return storm;
    return undefined;
  }

  #form(batch: StormBatch, nowMs: number): void {
    const { windowMs, enabled } = this.#limits;
    this.#recent.removeBefore(eventNowMs(this.#clock, nowMs) - windowMs);
    const subjects = new Set([...this.#open.values()].map(({ subject }) => subject));
    const around = {
      recent: this.#recent,
      incidents: this.#incidents,
      sessions: this.#sessions,
      limits: this.#limits,
      isOpen: ({ subject }: { readonly subject: string }) => subjects.has(subject),
    };
    while (enabled && this.#open.size < MAX_OPEN_STORMS) {
      const crowd = findCrowd(around);
      if (crowd === undefined) return;
      this.#openOver(crowd, batch, nowMs);
      subjects.add(crowd.group.subject);
    }
  }

  /** Its members of this batch are told of by the storm alone; those that were sent before stay sent. */
  #openOver(crowd: Crowd, batch: StormBatch, nowMs: number): void {
    const eventMs = eventNowMs(this.#clock, nowMs);
    const joining = crowd.members.flatMap(({ incidentId }) => batch.fresh.get(incidentId) ?? []);
    const severity = joining.map((opening) => opening.severity).reduce(worse, 'warning');
    const aloneCount = crowd.members.length - joining.length;
    const opened = openStorm(crowd, aloneCount, severity, this.#ended, { eventMs, nowMs }, this.#limits);
    this.#ended = this.#ended.filter((ended) => ended !== opened.previous);
    const { incidentId: stormId } = opened.storm;
    for (const opening of joining) batch.join(opening, stormId);
    for (const member of crowd.members) {
      this.#incidents.assign(member.incidentId, stormId);
      this.#recent.remove(member);
    }
    const change = batch.takeChange(stormId);
    const joined = change === undefined ? opened.storm : withJoined(opened.storm, change, nowMs);
    const summary = this.#summaryOf(joined);
    const storm = withSeverity(joined, worse(worstSeverity(summary) ?? severity, severity));
    const kind = opened.previous === undefined ? 'opened' : 'reopened';
    const notice = { kind, listedCount: storm.unlistedIds.length, summary } as const;
    this.#keep(this.#tell(storm, notice, { occurredAtMs: eventMs, decidedAtMs: nowMs }, batch));
  }

  /** What the batch and the time bring to a storm that is open. */
  #goOn(before: Storm, batch: StormBatch, nowMs: number): void {
    const at = { occurredAtMs: eventNowMs(this.#clock, nowMs), decidedAtMs: nowMs };
    const change = batch.takeChange(before.incidentId);
    let storm = change === undefined ? before : withJoined(before, change, nowMs);
    const escalates = change?.worst !== undefined && isWorse(change.worst, storm);
    if (escalates) storm = withSeverity(storm, change.worst);
    const listedCount = escalates ? storm.unlistedIds.length : listableCount(storm, nowMs, this.#limits);
    if (escalates || listedCount > 0) {
      const kind = escalates ? 'escalated' : 'updated';
      storm = this.#tell(storm, { kind, listedCount, summary: this.#summaryOf(storm) }, at, batch);
    }
    if (isOverAt(storm, this.#incidents.membersOf(storm.incidentId).size, nowMs, this.#limits)) {
      this.#end(storm, at, batch);
    } else if (storm !== before) {
      batch.hasChanged = true;
      this.#keep(storm);
    }
  }

  #end(storm: Storm, at: Moment, batch: StormBatch): void {
    const summary = this.#summaryOf(storm);
    const survivors = this.#incidents.release(storm.incidentId);
    batch.release(survivors);
    const survivorIds = survivors.map(({ incidentId }) => incidentId);
    const listedCount = storm.unlistedIds.length;
    const told = this.#tell(storm, { kind: 'recovered', listedCount, summary, survivorIds }, at, batch);
    this.#open.delete(storm.incidentId);
    this.#ended = [...this.#ended, { ...told, endedAtMs: at.decidedAtMs }];
    batch.hasChanged = true;
  }

  #tell(before: Storm, notice: StormNotice, at: Moment, batch: StormBatch): Storm {
    const { storm, transitions } = tellStorm(before, notice, at, this.#environment);
    for (const transition of transitions) batch.send(transition);
    return storm;
  }

  #summaryOf({ incidentId }: Storm): Summary {
    return summarise(this.#incidents.membersOf(incidentId), this.#sessions, this.#limits.dimensions);
  }

  #keep(storm: Storm): void {
    this.#open.set(storm.incidentId, storm);
  }

  /** An ended storm is kept until nothing can continue it any more, nor have its keys. */
  #forget(nowMs: number): void {
    const oldestBucket = bucketOf(eventNowMs(this.#clock, nowMs) - this.#limits.windowMs);
    const isNeeded = ({ bucket, endedAtMs = nowMs }: Storm) =>
      nowMs - endedAtMs <= this.#limits.cooldownMs || bucket >= oldestBucket;
    if (!this.#ended.every(isNeeded)) this.#ended = this.#ended.filter(isNeeded);
  }

  #setDue(): void {
    this.#dueAtMs = Infinity;
    for (const storm of this.#open.values()) {
      const openCount = this.#incidents.membersOf(storm.incidentId).size;
      this.#dueAtMs = Math.min(this.#dueAtMs, stormDueAtMs(storm, openCount, this.#limits));
    }
  }
}

function isOfSession(transition: Transition): transition is SessionTransition {
  return transition.category === 'quality' || transition.category === 'connection';
}
