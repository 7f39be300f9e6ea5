// Promises of the storm stage for every sequence of openings and closings, in any batches, with restarts in between.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { severityRank, type Transition } from '../../../../bridge/transition/transition.ts';
import { assertLegal } from '../../../support/legal-sequence.ts';
import { isOpening, StormFleet } from '../../../support/storm-fleet.ts';

const LIMITS = { minIncidentCount: 4, degradedRatio: 0.5 };
const SESSION_COUNT = 24;
/** What a session is told of anew within this time is held back: the decision's business, not the stage's. */
const DEDUP_S = 60;
const WINDOW_S = 60;

type Act =
  | { readonly kind: 'turn'; readonly session: number; readonly count: number }
  | { readonly kind: 'forget'; readonly session: number }
  | { readonly kind: 'escalate'; readonly session: number }
  | { readonly kind: 'settle'; readonly thenS: number }
  | { readonly kind: 'restart' };

/** Turns a few neighbours over: those that are well open, those that are not close. */
const turn = fc.record({
  kind: fc.constant('turn' as const),
  session: fc.nat(SESSION_COUNT - 1),
  count: fc.integer({ min: 1, max: 8 }),
});
const settle = fc.record({
  kind: fc.constant('settle' as const),
  thenS: fc.constantFrom(0, 1, 5, 20, 60, 61, 100, 400),
});
const milder: readonly fc.WeightedArbitrary<Act>[] = [
  { weight: 10, arbitrary: turn },
  { weight: 7, arbitrary: settle },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('forget' as const), session: fc.nat(SESSION_COUNT - 1) }),
  },
];
const escalate = fc.record({
  kind: fc.constant('escalate' as const),
  session: fc.nat(SESSION_COUNT - 1),
});
const acts = fc.array(fc.oneof(...milder), { minLength: 10, maxLength: 80 });
const severeActs = fc.array(fc.oneof(...milder, { weight: 3, arbitrary: escalate }), {
  minLength: 10,
  maxLength: 80,
});

class Play {
  readonly fleet = new StormFleet(LIMITS);
  readonly #sessions: string[];
  readonly #openedAtMs = new Map<string, number>();
  /** What each step has sent. */
  readonly steps: (readonly Transition[])[] = [];

  constructor() {
    this.#sessions = ['a', 'b', 'c'].flatMap((edge) =>
      this.fleet.add(edge, SESSION_COUNT / 3, { dimensions: { edge, region: edge === 'c' ? 'us' : 'eu' } }),
    );
  }

  act(act: Act): void {
    const { fleet } = this;
    switch (act.kind) {
      case 'turn':
        for (const session of this.#from(act.session, act.count)) this.#turn(session);
        break;
      case 'forget':
        for (const session of this.#from(act.session, 1)) this.#forget(session);
        break;
      case 'escalate':
        for (const session of this.#from(act.session, 1)) {
          const incident = fleet.stateOf(session)?.qualityIncident;
          if (incident?.open === true && incident.severity === 'high') fleet.escalate([session]);
        }
        break;
      case 'settle':
        this.steps.push(fleet.settle(), fleet.advance(act.thenS));
        break;
      case 'restart':
        this.steps.push(fleet.settle());
        fleet.restart();
        break;
    }
  }

  #turn(session: string): void {
    const { fleet } = this;
    if (fleet.isOpen(session)) {
      fleet.close([session]);
    } else if (fleet.nowMs - (this.#openedAtMs.get(session) ?? -Infinity) >= DEDUP_S * 1_000) {
      fleet.open([session]);
      this.#openedAtMs.set(session, fleet.nowMs);
    }
  }

  /** A session that opened just now has been heard just now: it is not forgotten. */
  #forget(session: string): void {
    if (this.fleet.nowMs - (this.#openedAtMs.get(session) ?? -Infinity) <= WINDOW_S * 1_000) return;
    this.fleet.forget([session]);
    this.#sessions.splice(this.#sessions.indexOf(session), 1);
  }

  #from(index: number, count: number): readonly string[] {
    const start = this.#sessions.length === 0 ? 0 : index % this.#sessions.length;
    return this.#sessions.slice(start, start + count);
  }
}

/** Plays it all, and lets everything come to rest. */
function played(sequence: readonly Act[]): Play {
  const play = new Play();
  for (const act of sequence) play.act(act);
  play.act({ kind: 'settle', thenS: 300 });
  return play;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

describe('the storm stage, whatever opens and closes', () => {
  it('lists each opening that it holds back exactly once, then or later', () => {
    let heldCount = 0;
    let stormCount = 0;
    fc.assert(
      fc.property(acts, (sequence) => {
        const { sent } = played(sequence).fleet;
        /** Of each incident in each storm, how often it must be listed, and how often it has been. */
        const due = new Map<string, number>();
        const listed = new Map<string, number>();
        /** The storm that each incident was in when it opened last. */
        const stormOf = new Map<string, string>();
        for (const transition of sent) {
          const { incidentId, category, kind, stormId, group: told } = transition;
          if (isOpening(transition)) {
            if (stormId === undefined) {
              stormOf.delete(incidentId);
              continue;
            }
            heldCount += 1;
            if (stormOf.get(incidentId) !== stormId) count(due, `${incidentId} in ${stormId}`);
            stormOf.set(incidentId, stormId);
          } else if (category === 'storm') {
            if (kind === 'opened') stormCount += 1;
            for (const id of told!.listedIds) {
              count(listed, `${id} in ${incidentId}`);
              assert.equal(stormOf.get(id), incidentId, 'by a notice that follows its opening');
            }
            // What outlives a storm is let go, and is new to the storm when that comes back.
            for (const id of told!.survivorIds ?? []) stormOf.delete(id);
          }
        }
        assert.deepEqual(Object.fromEntries(listed), Object.fromEntries(due));
      }),
      { numRuns: 800 },
    );
    assert.ok(heldCount > 1_000 && stormCount > 100, `${heldCount} held back in ${stormCount} storms`);
  });

  it('sends everything that goes in, in its order, and changes nothing of it but the mark', () => {
    fc.assert(
      fc.property(severeActs, (sequence) => {
        const { sent } = played(sequence).fleet;
        assertLegal(sent);
        const ids = new Map<string, number>();
        for (const { incidentId, sequence: number } of sent) {
          assert.equal(number, ids.get(incidentId) ?? 0);
          ids.set(incidentId, number + 1);
        }
      }),
      { numRuns: 800 },
    );
  });

  it('marks what belongs to a storm, and only while that is open and as severe', () => {
    fc.assert(
      fc.property(severeActs, (sequence) => {
        const open = new Map<string, Transition>();
        const play = new Play();
        for (const act of [...sequence, { kind: 'settle', thenS: 0 } as const]) {
          const knownSteps = play.steps.length;
          play.act(act);
          for (const step of play.steps.slice(knownSteps)) {
            const before = new Map(open);
            for (const notice of step.filter(({ category }) => category === 'storm')) {
              if (notice.kind === 'recovered') open.delete(notice.incidentId);
              else open.set(notice.incidentId, notice);
              if (notice.kind !== 'recovered') before.set(notice.incidentId, notice);
            }
            for (const { stormId, severity, category } of step) {
              if (category === 'storm' || stormId === undefined) continue;
              const storm = before.get(stormId);
              assert.ok(storm !== undefined, 'the storm is open');
              assert.ok(severityRank(storm.severity) >= severityRank(severity), 'and as severe');
            }
          }
          for (const { qualityIncident: incident } of play.fleet.states()) {
            if (incident?.open !== true || incident.stormId === undefined) continue;
            assert.ok(open.has(incident.stormId), 'no mark of a storm that is over');
          }
        }
      }),
      { numRuns: 800 },
    );
  });

  it('ends a storm with exactly those of its members that are open', () => {
    let survivorCount = 0;
    fc.assert(
      fc.property(acts, (sequence) => {
        const sent: Transition[] = [];
        const openIds = new Set<string>();
        const memberIds = new Map<string, Set<string>>();
        for (const transition of played(sequence).fleet.sent) {
          sent.push(transition);
          const { incidentId, kind, category, stormId, group: told } = transition;
          if (category === 'storm') {
            if (kind !== 'recovered') continue;
            const members = memberIds.get(incidentId) ?? new Set();
            const survivors = new Set(told!.survivorIds);
            survivorCount += survivors.size;
            assert.equal(survivors.size, told!.openCount);
            for (const id of survivors) assert.ok(openIds.has(id), 'a survivor is open');
            for (const id of members) assert.equal(survivors.has(id), openIds.has(id), 'and a member');
            memberIds.delete(incidentId);
          } else if (isOpening(transition)) {
            openIds.add(incidentId);
            if (stormId === undefined) continue;
            const members = memberIds.get(stormId) ?? new Set();
            memberIds.set(stormId, members.add(incidentId));
          } else if (kind === 'recovered' || kind === 'ended') {
            openIds.delete(incidentId);
          }
        }
      }),
      { numRuns: 800 },
    );
    assert.ok(survivorCount > 60, `${survivorCount} survivors`);
  });

  it('goes on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(severeActs, fc.nat(), (sequence, cut) => {
        const at = cut % (sequence.length + 1);
        const settled = [...sequence.slice(0, at), { kind: 'settle', thenS: 0 } as const];
        const rest = sequence.slice(at);
        const whole = played([...settled, ...rest]).fleet.sent;
        const broken = played([...settled, { kind: 'restart' } as const, ...rest]).fleet.sent;
        assert.deepEqual(withoutOrder(broken), withoutOrder(whole));
      }),
      { numRuns: 800 },
    );
  });
});

/** Ids are listed in the order in which sessions are gone through, which a restart may change. */
function withoutOrder(transitions: readonly Transition[]): unknown[] {
  return transitions.map(({ group: told, ...transition }) => ({
    ...transition,
    ...(told !== undefined && {
      group: {
        ...told,
        listedIds: told.listedIds.toSorted(),
        ...(told.survivorIds !== undefined && { survivorIds: told.survivorIds.toSorted() }),
      },
    }),
  }));
}
