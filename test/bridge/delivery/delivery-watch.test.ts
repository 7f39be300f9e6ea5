// What is told of deliveries, as metrics and as health, through the real engine.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { Deliverer } from '../../../bridge/delivery/deliverer.ts';
import { testSettings, type TestSettings } from '../../support/component-settings.ts';
import { DELIVERED, FakeTarget, UNAVAILABLE } from '../../support/fake-target.ts';
import { FaultyDatabase, StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf } from '../../support/transition.ts';

const SCHEDULE = { initialMs: 1_000, multiplier: 2, maxMs: 60_000, maxRetryAfterMs: 300_000 };
const OVERDUE = { kind: 'unhealthy', reason: 'transitions have waited for longer than 300 s' };
const FAILING = { kind: 'unhealthy', reason: 'deliveries keep failing: status 503' };

let stored: StoredOutbox;
let database: CountingDatabase;
let target: FakeTarget;
let settings: TestSettings;
let deliverer: Deliverer;

/** Counts how often it is asked how much waits. */
class CountingDatabase extends FaultyDatabase {
  backlogReadCount = 0;

  override read(statement: Parameters<FaultyDatabase['read']>[0]) {
    if (statement.sql.includes('AS pending')) this.backlogReadCount += 1;
    return super.read(statement);
  }
}

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

beforeEach(() => {
  database = new CountingDatabase(stored.database);
  target = new FakeTarget(stored.clock);
  settings = testSettings({ id: 'webhook', clock: stored.clock });
  deliverer = new Deliverer(settings, database, target, {
    schedule: SCHEDULE,
    concurrency: 4,
    maxRows: 1_000,
  });
});

afterEach(async () => {
  await deliverer.stop(AbortSignal.abort());
  await stored.clear();
});

const recorded = (name: string, more: Record<string, string> = {}) =>
  settings.recorded(`webrtc.delivery.${name}`, { destination: 'webhook', ...more });

/** Transitions that were decided so long ago, each of an incident of its own. */
async function put(...agesS: readonly number[]): Promise<void> {
  const nowMs = stored.clock.nowMs();
  await stored.put(
    'webhook',
    ...agesS.map((ageS, index) =>
      transitionOf({ subject: `s-${index}`, decidedAtMs: nowMs - ageS * 1_000, triggerAtMs: nowMs }),
    ),
  );
}

async function later(seconds: number): Promise<void> {
  for (let passedS = 0; passedS < seconds; passedS += 5) {
    stored.clock.advance(5_000);
    await deliverer.flush();
  }
}

describe('the metrics of a destination', () => {
  it('tell how long deliveries take, of the last quarter of an hour', async () => {
    assert.equal(await recorded('duration.p50'), undefined);
    await put(1, 2, 3, 4, 60);
    await deliverer.flush();
    assert.deepEqual([await recorded('duration.p50'), await recorded('duration.p99')], [3, 60]);
    stored.clock.advance(900_000);
    assert.equal(await recorded('duration.p50'), undefined);
  });

  it('tell how long the oldest has waited, at every moment, and 0 when nothing waits', async () => {
    await deliverer.flush();
    assert.equal(await recorded('oldest_undelivered'), 0);
    target.answer = UNAVAILABLE;
    await put(7, 40, 9);
    await later(5);
    assert.equal(await recorded('oldest_undelivered'), 45);
    stored.clock.advance(2_000);
    assert.equal(await recorded('oldest_undelivered'), 47);
  });

  it('tell what missed the SLA: delivered late, overdue, or dead', async () => {
    target.answer = (row) => (row.subject === 's-1' ? { kind: 'dead', reason: 'status 400' } : DELIVERED);
    await put(10, 20, 301, 300);
    await deliverer.flush();
    await later(5);
    assert.equal(await recorded('late'), 1);
    assert.equal(await recorded('sla_missed'), 0.5);
    target.answer = UNAVAILABLE;
    await stored.clear();
    await put(301, 1);
    await later(5);
    assert.equal(await recorded('overdue'), 1);
    assert.equal(await recorded('sla_missed'), 0.6);
  });

  it('tell how many dead letters wait for somebody', async () => {
    target.answer = { kind: 'dead', reason: 'status 400' };
    await put(1, 2, 3);
    await deliverer.flush();
    await later(5);
    assert.equal(await recorded('dead_letters.waiting'), 3);
    await stored.clear();
    await later(5);
    assert.equal(await recorded('dead_letters.waiting'), 0);
  });

  it('tell the state of the breaker', async () => {
    assert.equal(await recorded('breaker_state'), 0);
    target.answer = UNAVAILABLE;
    await put(1, 2, 3, 4, 5);
    await later(5);
    assert.equal(await recorded('breaker_state'), 1);
    target.answer = DELIVERED;
    await later(120);
    assert.equal(await recorded('breaker_state'), 0);
  });

  it('cost one look at what waits in five seconds, however much is delivered', async () => {
    for (let round = 0; round < 20; round++) await put(...Array.from({ length: 20 }, () => 1));
    await deliverer.flush();
    await put(...Array.from({ length: 20 }, (_, index) => index));
    await deliverer.flush();
    assert.equal(database.backlogReadCount, 1);
    await later(20);
    assert.equal(database.backlogReadCount, 5);
  });

  it('know between two looks what was settled, and do not take off what they never counted', async () => {
    const waiting = () =>
      settings.recorded('otelcol_exporter_queue_size', { exporter: 'webhook', data_type: 'logs' });
    const settled = async () => {
      for (let count = 0; count < 6; count++) await stored.rows('SELECT 1');
    };
    target.isHolding = true;
    await put(400, 10);
    deliverer.wake();
    await target.attempted(2);
    await settled();
    assert.deepEqual([await waiting(), await recorded('overdue')], [2, 1]);
    target.end();
    await settled();
    assert.deepEqual([await waiting(), await recorded('overdue')], [1, 0]);
    stored.clock.advance(1_000);
    await stored.put('webhook', transitionOf({ subject: 'new', decidedAtMs: stored.clock.nowMs() }));
    deliverer.wake();
    await target.attempted(3);
    target.held.pop()!.end(DELIVERED);
    await settled();
    assert.equal(await waiting(), 1);
    assert.equal(database.backlogReadCount, 1);
  });

  it('end with the destination', async () => {
    await deliverer.flush();
    await deliverer.stop(AbortSignal.abort());
    assert.equal(await recorded('oldest_undelivered'), undefined);
    assert.equal(await recorded('breaker_state'), undefined);
  });
});

describe('the health of a destination', () => {
  it('turns when something has waited for longer than the SLA, and back when it has gone', async () => {
    target.answer = UNAVAILABLE;
    await put(298);
    await deliverer.flush();
    assert.deepEqual(settings.statuses, []);
    await later(5);
    assert.deepEqual(settings.statuses, [OVERDUE]);
    target.answer = DELIVERED;
    await later(60);
    assert.deepEqual(settings.statuses, [OVERDUE, { kind: 'ok' }]);
  });

  it('tells an outage once, however long it lasts, and then goes straight back', async () => {
    target.answer = UNAVAILABLE;
    await put(1, 2, 3, 4, 5);
    await later(1_200);
    assert.deepEqual(settings.statuses, [FAILING]);
    target.answer = DELIVERED;
    await later(120);
    assert.deepEqual(settings.statuses, [FAILING, { kind: 'ok' }]);
  });

  it('is not told of a breaker that closes and opens again', async () => {
    target.answer = UNAVAILABLE;
    await put(1, 2, 3, 4, 5);
    await later(30);
    // The probe gets through, and nothing after it.
    let isFirst = true;
    target.answer = () => {
      const answer = isFirst ? DELIVERED : UNAVAILABLE;
      isFirst = false;
      return answer;
    };
    const before = target.attempts.length;
    while (target.attempts.length < before + 5) {
      stored.clock.advance(1_000);
      await deliverer.flush();
    }
    assert.equal(isFirst, false);
    assert.ok(settings.statuses.every((status) => 'reason' in status && status.reason === FAILING.reason));
  });

  it('goes from failing to overdue when the destination is back and there is much to catch up on', async () => {
    target.answer = UNAVAILABLE;
    await put(...Array.from({ length: 30 }, () => 301));
    stored.clock.advance(5_000);
    await deliverer.flush();
    await later(30);
    target.answer = DELIVERED;
    target.isHolding = true;
    const before = target.attempts.length;
    const aLookLater = async () => {
      stored.clock.advance(5_000);
      for (let count = 0; count < 12; count++) await stored.rows('SELECT 1');
    };
    while (target.held.length === 0) await aLookLater();
    // The probe closes the breaker; what is then under way stays so.
    target.end();
    await target.attempted(before + 5);
    await aLookLater();
    assert.deepEqual(settings.statuses.slice(-2), [FAILING, OVERDUE]);
    target.isHolding = false;
    while (target.held.length > 0) target.end();
    await later(60);
    assert.deepEqual(settings.statuses.slice(-3), [FAILING, OVERDUE, { kind: 'ok' }]);
  });
});
