import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { removeOldAlerts } from '../../../bridge/queue/alert-table.ts';
import { prepareTables } from '../../../bridge/queue/schema.ts';
import { listAlerts, takeTransitions } from '../../support/queue-alerts.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf, TRIGGER_MS } from '../../support/transition.ts';

let stored: StoredOutbox;

before(async () => {
  stored = await StoredOutbox.open();
  await prepareTables(stored.database);
});

afterEach(() => stored.clear());

after(() => stored.close());

describe('the list of alerts', () => {
  it('has the newest first, those of one queue, with one status, up to a limit', async () => {
    const subjects = ['a', 'b', 'c', 'd'];
    await takeTransitions(stored.database, [
      ...subjects.map((subject, index) => transitionOf({ subject, decidedAtMs: TRIGGER_MS + index })),
      transitionOf({ subject: 'b', kind: 'recovered', sequence: 1 }),
    ]);
    await takeTransitions(stored.database, [transitionOf({ subject: 'e' })], { queue: 'queue/other' });
    const listed = async (query: Parameters<typeof listAlerts>[1]) =>
      (await listAlerts(stored.database, query)).map(({ session_id }) => session_id).join('');
    assert.equal(await listed({}), 'dcba');
    assert.equal(await listed({ status: 'open' }), 'dca');
    assert.equal(await listed({ status: 'assigned' }), '');
    assert.equal(await listed({ status: 'resolved' }), 'b');
    assert.equal(await listed({ limit: 2 }), 'dc');
    assert.equal(await listed({ queue: 'queue/other' }), 'e');
  });
});

describe('old alerts', () => {
  it('are removed when they are resolved, from their own queue only; open ones stay', async () => {
    const [opened, , recovered] = incidentStory();
    const open = transitionOf({ subject: 'open', decidedAtMs: 0 });
    await takeTransitions(stored.database, [opened!, recovered!, open]);
    await takeTransitions(stored.database, [opened!, recovered!], { queue: 'queue/other' });
    await stored.database.commit([removeOldAlerts('queue', recovered!.decidedAtMs)]);
    assert.equal((await listAlerts(stored.database)).length, 2, 'not older than that moment');
    await stored.database.commit([removeOldAlerts('queue', recovered!.decidedAtMs + 1)]);
    assert.deepEqual(
      (await listAlerts(stored.database)).map(({ session_id }) => session_id),
      ['open'],
    );
    assert.equal((await listAlerts(stored.database, { queue: 'queue/other' })).length, 1);
  });
});
