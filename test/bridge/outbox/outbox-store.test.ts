import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import {
  type AttemptRecord,
  readExpiredCount,
  readUndelivered,
  redriveStatement,
  retentionStatements,
  type Settlement,
  settleStatements,
  transitionStatements,
} from '../../../bridge/outbox/outbox-store.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf, TRIGGER_MS } from '../../support/transition.ts';

const ATTEMPT: AttemptRecord = {
  startedAtMs: TRIGGER_MS,
  durationMs: 250,
  outcome: { kind: 'retry', reason: 'status 503' },
  status: 503,
  excerpt: 'busy',
};

let stored: StoredOutbox;

before(async () => {
  stored = await StoredOutbox.open();
});

afterEach(() => stored.clear());

after(() => stored.close());

async function settle(index: number, settlement: Settlement, attempt = ATTEMPT): Promise<void> {
  const row = (await readUndelivered(stored.database, 100))[index]!;
  await stored.database.commit(settleStatements(row, attempt, settlement));
}

const everything = () =>
  Promise.all(
    ['transitions', 'incidents', 'outbox', 'attempts'].map((table) => stored.rows(`SELECT * FROM ${table}`)),
  );

describe('storing a transition', () => {
  it('twice is the same as once', async () => {
    await stored.put('webhook', ...incidentStory());
    const once = await everything();
    await stored.put('webhook', ...incidentStory());
    assert.deepEqual(await everything(), once);
  });

  it('again does not send again what has been delivered', async () => {
    await stored.put('webhook', transitionOf());
    await settle(0, { state: 'delivered' });
    const once = await everything();
    await stored.put('webhook', transitionOf());
    assert.deepEqual(await everything(), once);
  });

  it('again, when a later one has come, does not bring its incident back to where it was', async () => {
    const [opened, escalated, recovered] = incidentStory();
    await stored.put('webhook', opened!, escalated!, recovered!);
    await stored.put('webhook', opened!);
    await stored.put('webhook', escalated!);
    const [incident] = await stored.rows('SELECT severity, status, updated_at_ms FROM incidents');
    assert.deepEqual(incident, { severity: 'high', status: 'closed', updated_at_ms: recovered!.decidedAtMs });
  });

  it('decided in the same millisecond as the one before brings the incident on all the same', async () => {
    const opened = transitionOf();
    const recovered = transitionOf({ kind: 'recovered', sequence: 1 });
    const statuses: unknown[] = [];
    for (const transition of [opened, recovered, opened]) {
      await stored.database.commit(transitionStatements(transition));
      statuses.push((await stored.rows('SELECT status FROM incidents'))[0]!.status);
    }
    assert.deepEqual(statuses, ['open', 'closed', 'closed']);
  });

  it('that reopens an incident opens it', async () => {
    const [opened, , recovered] = incidentStory();
    await stored.put(
      'webhook',
      opened!,
      recovered!,
      transitionOf({ ...opened, kind: 'reopened', sequence: 3 }),
    );
    assert.deepEqual(await stored.rows('SELECT status FROM incidents'), [{ status: 'open' }]);
  });
});

describe('the outcome of an attempt', () => {
  it('that is to be repeated keeps the row pending, with one attempt more and a reason', async () => {
    await stored.put('webhook', transitionOf());
    await settle(0, { state: 'pending', nextAttemptAtMs: TRIGGER_MS + 5_000, isConflict: true });
    const [row] = await readUndelivered(stored.database, 1);
    assert.equal(row!.state, 'pending');
    assert.equal(row!.attemptCount, 1);
    assert.equal(row!.conflictCount, 1);
    assert.equal(row!.nextAttemptAtMs, TRIGGER_MS + 5_000);
    assert.equal(row!.lastReason, 'status 503');
    assert.equal(row!.body, `body of ${transitionOf().idempotencyKey}`);
  });

  it('is logged with its time, status, reason and excerpt', async () => {
    await stored.put('webhook', transitionOf());
    await settle(0, { state: 'delivered' });
    assert.deepEqual(await stored.rows('SELECT * FROM attempts'), [
      {
        attempt_id: 1,
        row_id: 1,
        started_at_ms: TRIGGER_MS,
        duration_ms: 250,
        outcome: 'retry',
        status: 503,
        reason: 'status 503',
        excerpt: 'busy',
      },
    ]);
  });

  it('changes nothing of a row that is not there any more', async () => {
    await stored.put('webhook', transitionOf());
    const [row] = await readUndelivered(stored.database, 1);
    await stored.database.commit([{ sql: 'DELETE FROM outbox', values: [] }]);
    await stored.database.commit(settleStatements(row!, ATTEMPT, { state: 'delivered' }));
    assert.deepEqual(await stored.rows('SELECT * FROM attempts'), []);
  });
});

describe('the retention', () => {
  const beforeMs = TRIGGER_MS;
  const sweep = () => stored.database.commit(retentionStatements(beforeMs, TRIGGER_MS + 1));

  it('makes dead letters of what has waited for too long, and keeps them', async () => {
    await stored.put('webhook', transitionOf({ decidedAtMs: beforeMs - 1 }));
    await stored.put('webhook', transitionOf({ subject: 'young', decidedAtMs: beforeMs }));
    assert.equal(await readExpiredCount(stored.database, beforeMs), 1);
    await sweep();
    await sweep();
    assert.equal(await readExpiredCount(stored.database, beforeMs), 0);
    assert.deepEqual(await stored.states(), ['s-1 opened dead 0', 'young opened pending 0']);
    const [row] = await readUndelivered(stored.database, 1);
    assert.equal(row!.lastReason, 'not delivered within the retention');
  });

  it('removes what was delivered that long ago, with its attempts, and its incident once that is closed', async () => {
    await stored.put('webhook', ...incidentStory());
    await stored.put('webhook', transitionOf({ subject: 'open', decidedAtMs: 1 }));
    const early = { ...ATTEMPT, startedAtMs: 1 };
    for (let count = 0; count < 4; count++) await settle(0, { state: 'delivered' }, early);
    await sweep();
    assert.deepEqual(await stored.states(), []);
    assert.deepEqual(await stored.rows('SELECT * FROM attempts'), []);
    // The recovery was decided at the very limit: it is not older than that.
    assert.equal((await stored.rows('SELECT * FROM incidents')).length, 2);
    await stored.database.commit(retentionStatements(beforeMs + 1, TRIGGER_MS + 1));
    assert.deepEqual(await stored.rows('SELECT subject FROM incidents'), [{ subject: 'open' }]);
    assert.deepEqual(await stored.rows('SELECT incident_id FROM transitions'), [
      { incident_id: transitionOf({ subject: 'open' }).incidentId },
    ]);
  });

  it('keeps an incident that something of is still undelivered', async () => {
    const [opened, , recovered] = incidentStory({ decidedAtMs: 1 });
    await stored.put('webhook', opened!, recovered!);
    await settle(0, { state: 'dead' });
    await stored.database.commit(retentionStatements(recovered!.decidedAtMs + 1, TRIGGER_MS));
    assert.equal((await stored.rows('SELECT * FROM incidents')).length, 1);
  });
});

describe('redriving', () => {
  const AT_MS = TRIGGER_MS + 60_000;

  it('makes dead and waiting rows due, with a fresh count of attempts, and leaves delivered ones alone', async () => {
    await stored.put('webhook', ...['a', 'b', 'c'].map((subject) => transitionOf({ subject })));
    await settle(0, { state: 'dead' });
    await settle(1, { state: 'pending', nextAttemptAtMs: AT_MS + 30_000, isConflict: true });
    await settle(2, { state: 'delivered' });
    await stored.database.commit([redriveStatement({}, AT_MS)]);
    assert.deepEqual([...(await stored.states())].sort(), [
      'a opened pending 0',
      'b opened pending 0',
      'c opened delivered 1',
    ]);
    for (const row of await readUndelivered(stored.database, 10)) {
      assert.equal(row.nextAttemptAtMs, AT_MS);
      assert.equal(row.conflictCount, 0);
    }
    assert.equal(await readExpiredCount(stored.database, AT_MS), 1, 'a dead letter begins a new life');
  });

  it('takes one row, or those of one destination', async () => {
    await stored.put('webhook', transitionOf({ subject: 'a' }), transitionOf({ subject: 'b' }));
    await stored.put('webhook/other', transitionOf({ subject: 'a' }));
    for (let index = 0; index < 3; index++) await settle(index, { state: 'dead' });
    const [first] = await readUndelivered(stored.database, 1);
    await stored.database.commit([redriveStatement({ rowId: first!.rowId }, AT_MS)]);
    const pending = () =>
      stored.rows(`SELECT destination, subject FROM outbox WHERE state = 'pending' ORDER BY row_id`);
    assert.deepEqual(await pending(), [{ destination: 'webhook', subject: 'a' }]);
    await stored.database.commit([redriveStatement({ destination: 'webhook/other' }, AT_MS)]);
    assert.deepEqual(await pending(), [
      { destination: 'webhook', subject: 'a' },
      { destination: 'webhook/other', subject: 'a' },
    ]);
  });
});

describe('what is undelivered', () => {
  it('is listed oldest first, up to a limit', async () => {
    await stored.put('webhook', transitionOf({ subject: 'b', decidedAtMs: 2 }));
    await stored.put('webhook', transitionOf({ subject: 'a', decidedAtMs: 1 }));
    await stored.put('webhook', transitionOf({ subject: 'c', decidedAtMs: 3 }));
    const subjects = async (limit: number) =>
      (await readUndelivered(stored.database, limit)).map(({ subject }) => subject).join('');
    assert.equal(await subjects(2), 'ab');
    assert.equal(await subjects(Number.MAX_SAFE_INTEGER), 'abc');
  });
});
