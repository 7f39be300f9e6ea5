import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import {
  type AttemptRecord,
  type Settlement,
  settleStatements,
} from '../../../bridge/outbox/outbox-store.ts';
import {
  readAttempts,
  readUndelivered,
  redriveStatement,
  type RowChoice,
} from '../../../bridge/outbox/undelivered.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf, TRIGGER_MS } from '../../support/transition.ts';

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

describe('redriving', () => {
  const AT_MS = TRIGGER_MS + 60_000;

  it('makes dead and waiting rows due, with a fresh count of attempts, and leaves delivered ones alone', async () => {
    await stored.put('webhook', ...['a', 'b', 'c'].map((subject) => transitionOf({ subject })));
    await settle(0, { state: 'dead' });
    await settle(1, { state: 'pending', nextAttemptAtMs: AT_MS + 30_000, isConflict: true });
    await settle(2, { state: 'delivered' });
    await stored.database.commit([{ sql: 'UPDATE outbox SET escalated_steps = 2', values: [] }]);
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
    assert.deepEqual(
      await stored.rows('SELECT created_at_ms, decided_at_ms, escalated_steps FROM outbox ORDER BY subject'),
      [
        { created_at_ms: AT_MS, decided_at_ms: TRIGGER_MS, escalated_steps: -2 },
        { created_at_ms: TRIGGER_MS, decided_at_ms: TRIGGER_MS, escalated_steps: 2 },
        { created_at_ms: TRIGGER_MS, decided_at_ms: TRIGGER_MS, escalated_steps: 2 },
      ],
      'a dead letter begins a new life, and one that waits goes on with its own',
    );
  });

  it('takes what was decided within a time, also when it has been redriven before', async () => {
    await stored.put(
      'webhook',
      ...[1, 2, 3].map((decidedAtMs) => transitionOf({ subject: `s-${decidedAtMs}`, decidedAtMs })),
    );
    const killAll = () => stored.database.commit([{ sql: "UPDATE outbox SET state = 'dead'", values: [] }]);
    const ranges: [choice: RowChoice, pending: string[]][] = [
      [{ sinceMs: 2 }, ['s-2', 's-3']],
      [{ untilMs: 2 }, ['s-1']],
      [{ sinceMs: 2, untilMs: 3 }, ['s-2']],
      [{ sinceMs: 4 }, []],
    ];
    for (const [choice, pending] of ranges) {
      await killAll();
      await stored.database.commit([redriveStatement(choice, AT_MS)]);
      const rows = await readUndelivered(stored.database, 10, { states: ['pending'] });
      assert.deepEqual(
        rows.map(({ subject }) => subject),
        pending,
      );
    }
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

describe('the attempts of a row', () => {
  it('are listed in their order, with what is known of them', async () => {
    await stored.put('webhook', transitionOf());
    const later: Settlement = { state: 'pending', nextAttemptAtMs: TRIGGER_MS };
    await settle(0, later, { startedAtMs: TRIGGER_MS + 1, durationMs: 9, outcome: ATTEMPT.outcome });
    await settle(0, later);
    assert.deepEqual(await readAttempts(stored.database, 1), [
      {
        startedAtMs: TRIGGER_MS,
        durationMs: 250,
        outcome: 'retry',
        status: 503,
        reason: 'status 503',
        excerpt: 'busy',
      },
      { startedAtMs: TRIGGER_MS + 1, durationMs: 9, outcome: 'retry', reason: 'status 503' },
    ]);
  });

  it('may be none, and there are none of a row that is not there', async () => {
    await stored.put('webhook', transitionOf());
    assert.deepEqual(await readAttempts(stored.database, 1), []);
    assert.equal(await readAttempts(stored.database, 2), undefined);
  });
});
