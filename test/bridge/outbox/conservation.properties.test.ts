// The law of conservation: whatever comes, everything that was decided is accounted for at every destination that wants
// it, and of one incident nothing is delivered before what came before it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { wants } from '../../../bridge/outbox/destination.ts';
import type { Transition } from '../../../bridge/transition/transition.ts';
import type { Row } from '../../../collector/extension/storage.ts';
import { HeldWorld, isIncidentOver, isOfLastOpening, type Step } from './held-world.ts';

const LATE_MS = 240_000;
const FAIR_CHANCE_MS = 60_000;
const SWEEP_MS = 5_000;

const small = fc.nat({ max: 11 });
const kind = <K extends string>(name: K) => fc.constant(name);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: kind('incident'), who: small, what: small }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: kind('storm'),
      what: fc.constantFrom('open', 'list', 'list', 'escalate', 'end'),
      most: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: kind('take'), where: small, which: small }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: kind('settle'),
      where: small,
      as: fc.constantFrom('delivered', 'delivered', 'pending', 'dead'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: kind('drain'),
      where: small,
      count: fc.integer({ min: 1, max: 6 }),
      as: fc.constantFrom('delivered', 'delivered', 'delivered', 'dead'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('silence'),
      which: fc.nat({ max: 1 }),
      whom: fc.constantFrom('storms', 'odd', 'all'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('silence-over'), which: fc.nat({ max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('breaker'), where: small }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: kind('wait'),
      durationMs: fc.constantFrom(1_000, 5_000, 30_000, 250_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('restart') }) },
);

/** What is wrong with the row of a transition at a destination, or nothing. */
function unaccounted(
  world: HeldWorld,
  transition: Transition,
  row: Row,
  rows: readonly Row[],
): string | undefined {
  const ofIncident = rows.filter(
    (other) => other.destination === row.destination && other.incident_id === row.incident_id,
  );
  const notice = rows.find(
    (other) =>
      other.destination === row.destination &&
      other.incident_id === row.storm_id &&
      other.sequence === row.listed_sequence,
  );
  const isNamed = world.decided.some(
    ({ incidentId, sequence, group }) =>
      incidentId === row.storm_id &&
      sequence === row.listed_sequence &&
      group!.listedIds.includes(transition.incidentId),
  );
  switch (row.state) {
    case 'delivered':
    case 'pending':
    case 'dead':
      return undefined;
    case 'listed':
      return notice?.state === 'delivered' && isNamed ? undefined : 'no delivered notice has listed it';
    case 'held': {
      if (row.listed_sequence !== null && (notice?.state !== 'pending' || !isNamed))
        return 'no notice is on its way that lists it';
      const takingSinceMs = world.takingSinceMs.get(String(row.destination)) ?? Infinity;
      const isLate =
        world.nowMs - Number(row.decided_at_ms) >= LATE_MS + 2 * SWEEP_MS &&
        world.nowMs - Number(row.created_at_ms) >= LATE_MS + 2 * SWEEP_MS &&
        world.nowMs - takingSinceMs >= FAIR_CHANCE_MS + 2 * SWEEP_MS;
      return isLate ? 'it is held for too long' : undefined;
    }
    case 'silenced': {
      if (['recovered', 'ended', 'deescalated'].includes(transition.kind)) return 'it can not be silenced';
      if (!isOfLastOpening(transition, world.decided) || isIncidentOver(transition, world.decided))
        return undefined;
      const isHeldBack = ofIncident.some(
        ({ state, silence_id: id }) => state === 'silenced' && world.silencer.isActive(String(id)),
      );
      // A later notice stands for it, also when that one has become a dead letter meanwhile.
      const isOvertaken = ofIncident.some(
        ({ state, sequence }) =>
          ['pending', 'delivered', 'dead'].includes(String(state)) && Number(sequence) > transition.sequence,
      );
      return isHeldBack || isOvertaken ? undefined : 'no silence holds it back any more';
    }
    default:
      return `its state is ${String(row.state)}`;
  }
}

async function assertConserved(world: HeldWorld): Promise<void> {
  const rows = await world.stored.rows('SELECT * FROM outbox');
  let wantedCount = 0;
  for (const destination of world.destinations) {
    for (const transition of world.decided) {
      if (!wants(destination, transition)) continue;
      wantedCount += 1;
      const row = rows.find(
        (each) =>
          each.destination === destination.destinationId &&
          each.idempotency_key === transition.idempotencyKey,
      );
      const { subject, sequence } = transition;
      const name = `${transition.kind} (${sequence}) of ${subject} at ${destination.destinationId}`;
      assert.ok(row !== undefined, `${name} is missing`);
      assert.equal(unaccounted(world, transition, row, rows), undefined, name);
    }
  }
  assert.equal(rows.length, wantedCount, 'nothing is there that is not wanted');
  for (const [name, sequences] of world.delivered) {
    assert.deepEqual(
      sequences,
      [...new Set(sequences)].sort((a, b) => a - b),
      `the deliveries of ${name} are in order, each once`,
    );
  }
}

describe('the law of conservation', () => {
  it('holds after every step of any order of storms, silences, outages, deliveries and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 20, maxLength: 60 }), async (steps) => {
        const world = await HeldWorld.open();
        try {
          for (const step of steps) {
            await world.do(step);
            // A silence that has ended holds back until the next sweep.
            if (step.kind === 'silence-over') await world.do({ kind: 'wait', durationMs: SWEEP_MS });
            await assertConserved(world);
          }
          await world.calmDown();
          await assertConserved(world);
          const left = await world.stored.rows(
            `SELECT subject, kind, state FROM outbox WHERE state IN ('pending', 'held')`,
          );
          assert.deepEqual(left, [], 'in the end nothing waits');
        } finally {
          await world.stored.close();
        }
      }),
      { numRuns: 30 },
    );
  });
});
