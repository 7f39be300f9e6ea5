// The delivery engine when the disk is full, when the database can't be read, and when the process is to stop.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { Deliverer } from '../../../bridge/delivery/deliverer.ts';
import { testSettings, type TestSettings } from '../../support/component-settings.ts';
import { DELIVERED, FakeTarget, UNAVAILABLE } from '../../support/fake-target.ts';
import { FaultyDatabase, StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf } from '../../support/transition.ts';

let stored: StoredOutbox;
let database: FaultyDatabase;
let target: FakeTarget;
let settings: TestSettings;
let deliverer: Deliverer;

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

beforeEach(() => {
  database = new FaultyDatabase(stored.database);
  target = new FakeTarget(stored.clock);
  settings = testSettings({ id: 'webhook', clock: stored.clock });
  const schedule = { initialMs: 1_000, multiplier: 2, maxMs: 60_000, maxRetryAfterMs: 300_000 };
  deliverer = new Deliverer(settings, database, target, { schedule, concurrency: 2, maxRows: 1_000 });
});

afterEach(async () => {
  await deliverer.stop(AbortSignal.abort());
  await stored.clear();
});

async function quiet(): Promise<void> {
  for (let count = 0; count < 6; count++) await stored.rows('SELECT 1');
}

/** Moves time on, second by second, and lets everything that was due come to rest. */
async function advance(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    stored.clock.advance(1_000);
    await quiet();
  }
}

describe('a full disk', () => {
  it('never makes a delivered transition go out again: it is held until that can be written down', async () => {
    database.commitFault = new Error('database or disk is full');
    await stored.put('webhook', ...incidentStory());
    deliverer.wake();
    await target.attempted(1);
    await advance(20);
    assert.deepEqual(target.story(), ['s-1 opened']);
    assert.ok(database.commitCount > 5, 'it keeps trying to write it down');
    assert.deepEqual(await stored.states(), [
      's-1 opened pending 0',
      's-1 escalated pending 0',
      's-1 recovered pending 0',
    ]);
    database.commitFault = undefined;
    await advance(1);
    await deliverer.flush();
    assert.deepEqual(target.story(), ['s-1 opened', 's-1 escalated', 's-1 recovered']);
    assert.equal((await stored.states())[0], 's-1 opened delivered 1');
  });

  it('is logged with each try, and leaves no listener behind', async () => {
    database.commitFault = new Error('database or disk is full');
    await stored.put('webhook', transitionOf());
    deliverer.wake();
    await target.attempted(1);
    await advance(20);
    const failures = settings.lines.filter(({ msg }) => msg === 'the outcome of an attempt was not stored');
    assert.ok(failures.length > 15);
    assert.ok(getEventListeners(target.attempts[0]!.signal, 'abort').length <= 1);
  });

  it('does not keep the process from stopping', async () => {
    database.commitFault = new Error('database or disk is full');
    await stored.put('webhook', transitionOf());
    deliverer.wake();
    await target.attempted(1);
    await quiet();
    const deadline = new AbortController();
    const stopped = deliverer.stop(deadline.signal);
    deadline.abort();
    await stopped;
    assert.deepEqual(await stored.states(), ['s-1 opened pending 0']);
  });
});

describe('a database that cannot be read', () => {
  it('is logged, and asked again within five seconds', async () => {
    database.readFault = new Error('disk I/O error');
    await stored.put('webhook', transitionOf());
    await deliverer.flush();
    assert.deepEqual(target.attempts, []);
    assert.ok(settings.lines.some(({ msg }) => msg === 'the outbox could not be read'));
    database.readFault = undefined;
    stored.clock.advance(5_000);
    await target.attempted(1);
    await deliverer.flush();
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 1']);
  });
});

describe('stopping', () => {
  it('tries once what is due, and leaves the rest in the outbox', async () => {
    target.answer = (row) => (row.subject === 'down' ? UNAVAILABLE : DELIVERED);
    await stored.put('webhook', transitionOf({ subject: 'down' }), ...incidentStory({ subject: 'fine' }));
    await deliverer.stop(new AbortController().signal);
    assert.deepEqual([...(await stored.states())].sort(), [
      'down opened pending 1',
      'fine escalated delivered 1',
      'fine opened delivered 1',
      'fine recovered delivered 1',
    ]);
  });

  it('waits for what is under way until its deadline, then gives it up; it stays in the outbox', async () => {
    target.isHolding = true;
    await stored.put('webhook', ...incidentStory());
    deliverer.wake();
    await target.attempted(1);
    const deadline = new AbortController();
    const stopped = deliverer.stop(deadline.signal);
    await quiet();
    assert.deepEqual(await stored.states(), [
      's-1 opened pending 0',
      's-1 escalated pending 0',
      's-1 recovered pending 0',
    ]);
    deadline.abort();
    await stopped;
    assert.equal(target.attempts.length, 1);
    assert.equal((await stored.states())[0], 's-1 opened pending 1');
  });

  it('begins nothing new after its deadline, although it has been woken', async () => {
    target.isHolding = true;
    for (const subject of ['a', 'b', 'c', 'd']) await stored.put('webhook', transitionOf({ subject }));
    deliverer.wake();
    await target.attempted(2);
    await deliverer.stop(AbortSignal.abort());
    deliverer.wake();
    await advance(120);
    assert.equal(target.attempts.length, 2);
  });

  it('begins nothing when the deadline passes while rows are being read', async () => {
    await stored.put('webhook', transitionOf());
    deliverer.wake();
    const deadline = new AbortController();
    const stopped = deliverer.stop(deadline.signal);
    deadline.abort();
    await stopped;
    assert.deepEqual(target.attempts, []);
    assert.deepEqual(await stored.states(), ['s-1 opened pending 0']);
  });

  it('leaves no timer behind, and is safe twice', async () => {
    target.answer = UNAVAILABLE;
    await stored.put('webhook', transitionOf());
    await deliverer.flush();
    const { signal } = new AbortController();
    await deliverer.stop(signal);
    await deliverer.stop(signal);
    await stored.outbox.shutdown();
    assert.equal(stored.clock.nextDueMs(), undefined);
  });
});
