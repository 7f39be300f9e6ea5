import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { readBacklog } from '../../../bridge/outbox/backlog.ts';
import { SEVERITIES } from '../../../bridge/transition/transition.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf, TRIGGER_MS } from '../../support/transition.ts';

let stored: StoredOutbox;

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

afterEach(() => stored.clear());

/** One transition of each severity and age. */
async function putEach(destination: string, ...atMs: readonly number[]): Promise<void> {
  for (const [index, decidedAtMs] of atMs.entries()) {
    const severity = SEVERITIES[index % SEVERITIES.length]!;
    const subject = `${destination} ${index}`;
    await stored.put(destination, transitionOf({ subject, severity, decidedAtMs }));
  }
}

describe('what waits for a destination', () => {
  it('is nothing, without an oldest, when there is nothing', async () => {
    assert.deepEqual(await readBacklog(stored.database, 'webhook', TRIGGER_MS), {
      pendingCount: 0,
      overdueCount: 0,
      overdueBeforeMs: TRIGGER_MS,
      deadCount: 0,
    });
  });

  it('is counted over all severities, and only for that destination', async () => {
    await putEach('webhook', 500, 400, 300, 600);
    await putEach('webhook/other', 1, 2, 3);
    assert.deepEqual(await readBacklog(stored.database, 'webhook', 500), {
      pendingCount: 4,
      oldestAtMs: 300,
      overdueCount: 2,
      overdueBeforeMs: 500,
      deadCount: 0,
    });
  });

  it('is not what was delivered, is held back, or is dead; the dead are counted apart', async () => {
    await putEach('webhook', 100, 200, 300, 400, 500);
    const states = ['delivered', 'dead', 'held', 'silenced', 'pending'];
    await stored.database.commit(
      states.map((state, index) => ({
        sql: 'UPDATE outbox SET state = ? WHERE subject = ?',
        values: [state, `webhook ${index}`],
      })),
    );
    assert.deepEqual(await readBacklog(stored.database, 'webhook', 1_000), {
      pendingCount: 1,
      oldestAtMs: 500,
      overdueCount: 1,
      overdueBeforeMs: 1_000,
      deadCount: 1,
    });
  });

  it('is read by index alone: no row is looked at', async () => {
    let sql = '';
    const spy = {
      commit: () => Promise.resolve(),
      read: (statement: { sql: string }) => {
        sql = statement.sql;
        return Promise.resolve([]);
      },
    };
    await readBacklog(spy, 'webhook', 1);
    const plan = await stored.rows(`EXPLAIN QUERY PLAN ${sql}`, 'webhook', 1);
    const steps = plan.map(({ detail }) => String(detail)).filter((detail) => /^(SCAN|SEARCH)/.test(detail));
    assert.ok(steps.length > 0);
    for (const step of steps) {
      if (step === 'SCAN CONSTANT ROW') continue;
      assert.match(
        step,
        /^SEARCH outbox USING COVERING INDEX outbox_by_urgency \(destination=\? AND state=\?/,
      );
    }
  });
});
