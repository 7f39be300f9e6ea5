import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import {
  type AttemptRecord,
  type Settlement,
  settleStatements,
  transitionStatements,
} from '../../../bridge/outbox/outbox-store.ts';
import { readUndelivered } from '../../../bridge/outbox/undelivered.ts';
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
