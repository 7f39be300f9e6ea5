import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { readDueRows, readNextDueAtMs, readOldestRow } from '../../../bridge/outbox/due-rows.ts';
import {
  type AttemptRecord,
  type Settlement,
  settleStatements,
} from '../../../bridge/outbox/outbox-store.ts';
import { readUndelivered, redriveStatement } from '../../../bridge/outbox/undelivered.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, TRIGGER_MS } from '../../support/transition.ts';

const FAILED: AttemptRecord = {
  startedAtMs: TRIGGER_MS,
  durationMs: 250,
  outcome: { kind: 'retry', reason: 'status 503' },
};

let stored: StoredOutbox;

before(async () => {
  stored = await StoredOutbox.open();
});

afterEach(() => stored.clear());

after(() => stored.close());

/** Puts the oldest undelivered row off. */
async function putOff(nextAttemptAtMs: number): Promise<void> {
  const [row] = await readUndelivered(stored.database, 1);
  await stored.database.commit(settleStatements(row!, FAILED, { state: 'pending', nextAttemptAtMs }));
}

describe('what is to be sent next', () => {
  const query = { nowMs: TRIGGER_MS, exceptRowIds: [], limit: 10 };
  const names = (rows: readonly { subject: string; kind: string }[]) =>
    rows.map(({ subject, kind }) => `${subject} ${kind}`);

  it('is the first pending row of each incident, if it is due and not under way', async () => {
    for (const subject of ['a', 'b', 'c']) await stored.put('webhook', ...incidentStory({ subject }));
    const [a, b] = await readDueRows(stored.database, 'webhook', query);
    assert.deepEqual(names(await readDueRows(stored.database, 'webhook', query)), [
      'a opened',
      'b opened',
      'c opened',
    ]);
    const except = { ...query, exceptRowIds: [a!.rowId] };
    assert.deepEqual(names(await readDueRows(stored.database, 'webhook', except)), ['b opened', 'c opened']);
    const later: Settlement = { state: 'pending', nextAttemptAtMs: TRIGGER_MS + 1 };
    await stored.database.commit(settleStatements(b!, FAILED, later));
    assert.deepEqual(names(await readDueRows(stored.database, 'webhook', query)), ['a opened', 'c opened']);
    assert.deepEqual(names(await readDueRows(stored.database, 'webhook', { ...query, limit: 1 })), [
      'a opened',
    ]);
  });

  it('is looked for again when the first row of an incident is due, whatever stands behind it', async () => {
    assert.equal(await readNextDueAtMs(stored.database, 'webhook'), undefined);
    await stored.put('webhook', ...incidentStory());
    await putOff(TRIGGER_MS + 30_000);
    assert.equal(await readNextDueAtMs(stored.database, 'webhook'), TRIGGER_MS + 30_000);
  });

  it('is the oldest first row for a probe, due or not', async () => {
    await stored.put('webhook', ...incidentStory({ subject: 'young' }));
    await stored.put('webhook', ...incidentStory({ subject: 'old', decidedAtMs: 1 }));
    await putOff(TRIGGER_MS + 30_000);
    const oldest = await readOldestRow(stored.database, 'webhook', []);
    assert.equal(oldest!.subject, 'old');
    assert.equal((await readOldestRow(stored.database, 'webhook', [oldest!.rowId]))!.subject, 'young');
    assert.equal(await readOldestRow(stored.database, 'webhook/other', []), undefined);
  });

  it('is not a row behind one that a storm holds, and is one behind what a silence holds back', async () => {
    await stored.put('webhook', ...incidentStory());
    const setFirst = (state: string) =>
      stored.database.commit([{ sql: 'UPDATE outbox SET state = ? WHERE sequence = 0', values: [state] }]);
    for (const [state, expected] of [
      ['held', []],
      ['silenced', ['s-1 escalated']],
      ['listed', ['s-1 escalated']],
      ['dead', ['s-1 escalated']],
    ] as const) {
      await setFirst(state);
      assert.deepEqual(names(await readDueRows(stored.database, 'webhook', query)), expected, state);
    }
  });

  it('is a dead letter that was redriven, before what came after it, but not while that is under way', async () => {
    await stored.put('webhook', ...incidentStory());
    await stored.database.commit([
      { sql: "UPDATE outbox SET state = 'dead' WHERE sequence = 0", values: [] },
    ]);
    const [escalated] = await readDueRows(stored.database, 'webhook', query);
    assert.equal(escalated!.kind, 'escalated');
    await stored.database.commit([redriveStatement({}, TRIGGER_MS)]);
    const underWay = { ...query, exceptRowIds: [escalated!.rowId] };
    assert.deepEqual(names(await readDueRows(stored.database, 'webhook', underWay)), []);
    assert.deepEqual(names(await readDueRows(stored.database, 'webhook', query)), ['s-1 opened']);
  });

  it('is, of several that were redriven after a later one was delivered, the first', async () => {
    await stored.put('webhook', ...incidentStory());
    await stored.database.commit([
      { sql: "UPDATE outbox SET state = CASE sequence WHEN 2 THEN 'delivered' ELSE 'dead' END", values: [] },
      redriveStatement({}, TRIGGER_MS),
    ]);
    assert.deepEqual(names(await readDueRows(stored.database, 'webhook', query)), ['s-1 opened']);
  });
});
