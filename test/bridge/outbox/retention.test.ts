import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { settleStatements, type Settlement } from '../../../bridge/outbox/outbox-store.ts';
import {
  expireStatement,
  readExpiredCounts,
  removeOldIncidents,
  removeSettled,
  type RetentionScope,
} from '../../../bridge/outbox/retention.ts';
import { readUndelivered } from '../../../bridge/outbox/undelivered.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf, TRIGGER_MS } from '../../support/transition.ts';

const WEBHOOK: RetentionScope = { destination: 'webhook' };
const BEFORE_MS = TRIGGER_MS;

let stored: StoredOutbox;

before(async () => {
  stored = await StoredOutbox.open();
});

afterEach(() => stored.clear());

after(() => stored.close());

async function settleFirst(settlement: Settlement, atMs: number): Promise<void> {
  const [row] = await readUndelivered(stored.database, 1);
  const outcome = { kind: 'delivered', reason: 'status 200' } as const;
  const attempt = { startedAtMs: atMs, durationMs: 0, outcome };
  await stored.database.commit(settleStatements(row!, attempt, settlement));
}

const expire = (scope: RetentionScope = WEBHOOK) =>
  stored.database.commit([expireStatement(scope, BEFORE_MS, TRIGGER_MS + 1)]);

async function forget(beforeMs = BEFORE_MS): Promise<void> {
  await removeSettled(stored.database, WEBHOOK, beforeMs);
  await removeOldIncidents(stored.database, beforeMs);
}

/** As the storm and silence code leaves them. */
const setState = (state: string) =>
  stored.database.commit([{ sql: 'UPDATE outbox SET state = ?', values: [state] }]);

describe('what has waited for longer than the retention', () => {
  it('becomes a dead letter, which is kept', async () => {
    await stored.put('webhook', transitionOf({ decidedAtMs: BEFORE_MS - 1 }));
    await stored.put('webhook', transitionOf({ subject: 'young', decidedAtMs: BEFORE_MS }));
    assert.deepEqual(await readExpiredCounts(stored.database, WEBHOOK, BEFORE_MS), new Map([['webhook', 1]]));
    await expire();
    await forget();
    assert.deepEqual(await readExpiredCounts(stored.database, WEBHOOK, BEFORE_MS), new Map());
    assert.deepEqual(await stored.states(), ['s-1 opened dead 0', 'young opened pending 0']);
    const [row] = await readUndelivered(stored.database, 1);
    assert.equal(row!.lastReason, 'not delivered within the retention');
  });

  it('becomes one also when a storm holds it, and not when a silence does', async () => {
    await stored.put('webhook', transitionOf({ decidedAtMs: 1 }));
    for (const [state, left] of [
      ['held', 'dead'],
      ['silenced', 'silenced'],
    ] as const) {
      await setState(state);
      await expire();
      assert.deepEqual(await stored.states(), [`s-1 opened ${left} 0`]);
    }
  });

  it('is that of the destinations that are meant', async () => {
    await stored.put('webhook', transitionOf({ decidedAtMs: 1 }));
    const scopes: [scope: RetentionScope, isMeant: boolean][] = [
      [{ destination: 'webhook/other' }, false],
      [{ except: ['webhook'] }, false],
      [{ except: ['webhook/other'] }, true],
      [{ except: [] }, true],
    ];
    for (const [scope, isMeant] of scopes) {
      const counts = await readExpiredCounts(stored.database, scope, BEFORE_MS);
      assert.equal(counts.get('webhook') ?? 0, isMeant ? 1 : 0, JSON.stringify(scope));
    }
    await expire({ except: ['webhook'] });
    assert.deepEqual(await stored.states(), ['s-1 opened pending 0']);
  });
});

describe('what was settled longer ago than the retention', () => {
  it('is removed with its attempts, and its incident once that is closed and nothing is left of it', async () => {
    await stored.put('webhook', ...incidentStory());
    await stored.put('webhook', transitionOf({ subject: 'open', decidedAtMs: 1 }));
    for (let count = 0; count < 4; count++) await settleFirst({ state: 'delivered' }, 1);
    // A row is as old as its decision at least.
    await stored.database.commit([{ sql: 'UPDATE outbox SET created_at_ms = 1', values: [] }]);
    await forget();
    assert.deepEqual(await stored.states(), []);
    assert.deepEqual(await stored.rows('SELECT * FROM attempts'), []);
    // The recovery was decided at the very limit: it is not older than that.
    assert.equal((await stored.rows('SELECT * FROM incidents')).length, 2);
    await forget(BEFORE_MS + 1);
    assert.deepEqual(await stored.rows('SELECT subject FROM incidents'), [{ subject: 'open' }]);
    assert.deepEqual(await stored.rows('SELECT incident_id FROM transitions'), [
      { incident_id: transitionOf({ subject: 'open' }).incidentId },
    ]);
  });

  it('is kept when it was delivered later', async () => {
    await stored.put('webhook', transitionOf({ decidedAtMs: 1 }));
    await settleFirst({ state: 'delivered' }, BEFORE_MS);
    await forget();
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 1']);
  });

  for (const state of ['listed', 'silenced']) {
    it(`is kept while its incident is open, when it is ${state}`, async () => {
      const [opened, , recovered] = incidentStory({ decidedAtMs: 1 });
      await stored.put('webhook', opened!);
      await stored.database.commit([{ sql: 'UPDATE outbox SET settled_at_ms = 1', values: [] }]);
      await setState(state);
      await forget();
      assert.deepEqual(await stored.states(), [`s-1 opened ${state} 0`]);
      await stored.put('webhook', recovered!);
      await forget();
      assert.deepEqual(await stored.states(), ['s-1 recovered pending 0']);
    });
  }

  it('leaves an incident, with its transitions, that something of is still undelivered', async () => {
    const [opened, , recovered] = incidentStory({ decidedAtMs: 1 });
    await stored.put('webhook', opened!, recovered!);
    await settleFirst({ state: 'dead' }, 1);
    await forget(recovered!.decidedAtMs + 1);
    assert.equal((await stored.rows('SELECT * FROM incidents')).length, 1);
    assert.equal((await stored.rows('SELECT * FROM transitions')).length, 2);
  });

  it('is removed however much it is', async () => {
    await stored.put(
      'webhook',
      ...Array.from({ length: 12 }, (_, n) => transitionOf({ subject: `s-${n}`, decidedAtMs: 1 })),
    );
    await stored.database.commit([
      {
        sql: `WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < 1000)
          INSERT INTO outbox (destination, incident_id, sequence, kind, category, subject, severity, severity_rank,
            idempotency_key, body, state, decided_at_ms, created_at_ms, next_attempt_at_ms, settled_at_ms)
          SELECT destination, incident_id, sequence, kind, category, subject, severity, severity_rank,
            idempotency_key || n, body, 'delivered', 1, 1, 1, 1 FROM outbox, copies`,
        values: [],
      },
      { sql: `DELETE FROM outbox WHERE state = 'pending'`, values: [] },
    ]);
    await forget();
    assert.deepEqual(await stored.rows('SELECT count(*) AS left_over FROM outbox'), [{ left_over: 0 }]);
  });
});
