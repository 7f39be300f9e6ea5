// Whatever a destination answers, and whenever the process is restarted: each transition of an incident takes effect in
// its order, is attempted until it is delivered or dead, and not once more.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { Deliverer } from '../../../bridge/delivery/deliverer.ts';
import type { Outcome } from '../../../bridge/delivery/outcome.ts';
import { testSettings } from '../../support/component-settings.ts';
import { DELIVERED, FakeTarget } from '../../support/fake-target.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory } from '../../support/transition.ts';

const INCIDENTS = ['a', 'b', 'c'];
const KINDS = ['opened', 'escalated', 'recovered'];

let stored: StoredOutbox;

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

type Happening = Outcome | 'restart';

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant<Outcome>({ kind: 'retry', reason: 'status 503' }),
  fc.record({
    kind: fc.constant('retry' as const),
    reason: fc.constant('429'),
    retryAfterMs: fc.nat(400_000),
  }),
  fc.constant<Outcome>({ kind: 'conflict', reason: 'status 409' }),
  fc.constant<Outcome>({ kind: 'too_large', reason: 'status 413' }),
  fc.constant<Outcome>({ kind: 'credential', reason: 'status 401' }),
  fc.constant<Outcome>({ kind: 'disabled', reason: 'status 410' }),
  fc.constant<Outcome>({ kind: 'dead', reason: 'status 400' }),
  fc.constant(DELIVERED),
  fc.constant('restart' as const),
);

/** Delivers three incidents to a destination that answers like that, and then well. Gives all attempts. */
async function deliver(happenings: readonly Happening[], concurrency: number): Promise<FakeTarget> {
  await stored.clear();
  for (const subject of INCIDENTS) await stored.put('webhook', ...incidentStory({ subject }));
  const script = [...happenings];
  const target = new FakeTarget(stored.clock);
  target.answer = () => {
    const next = script.shift();
    return next === undefined || next === 'restart' ? DELIVERED : next;
  };
  const start = () => {
    const settings = testSettings({ id: 'webhook', clock: stored.clock });
    const schedule = { initialMs: 1_000, multiplier: 2, maxMs: 60_000, maxRetryAfterMs: 300_000 };
    return new Deliverer(settings, stored.database, target, { schedule, concurrency, maxRows: 1_000 });
  };
  let deliverer = start();
  await deliverer.flush();
  for (let round = 0; (await stored.states()).some((state) => state.includes('pending')); round++) {
    assert.ok(round < 200, 'something is never delivered');
    if (script[0] === 'restart') {
      script.shift();
      await deliverer.stop(AbortSignal.abort());
      deliverer = start();
    }
    // A destination that said it was gone is asked again after an hour.
    stored.clock.advance(900_000);
    await deliverer.flush();
  }
  await deliverer.stop(AbortSignal.abort());
  return target;
}

describe('any answers, in any order, with restarts in between', () => {
  it('settle everything, in the order of each incident, and repeat nothing that is settled', async () => {
    const scripts = fc.array(happening, { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(scripts, fc.integer({ min: 1, max: 4 }), async (script, concurrency) => {
        const target = await deliver(script, concurrency);
        const attemptCounts = await stored.rows('SELECT subject, kind, attempt_count FROM outbox');
        for (const subject of INCIDENTS) {
          const kinds = target.attempts
            .filter(({ row }) => row.subject === subject)
            .map(({ row }) => row.kind);
          assert.deepEqual([...new Set(kinds)], KINDS, 'each has its turn');
          const inOrder = [...kinds].sort((one, other) => KINDS.indexOf(one) - KINDS.indexOf(other));
          assert.deepEqual(kinds, inOrder, 'no turn begins before the one before has ended');
          for (const kind of KINDS) {
            const row = attemptCounts.find((each) => each.subject === subject && each.kind === kind);
            assert.equal(kinds.filter((each) => each === kind).length, row!.attempt_count);
          }
        }
        assert.ok(target.mostAtOnce <= concurrency);
      }),
      { numRuns: 25 },
    );
  });
});
