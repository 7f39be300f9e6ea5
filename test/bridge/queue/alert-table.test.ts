import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Alert,
  alertStatement,
  CREATE_ALERTS,
  readAlerts,
  removeOldAlerts,
} from '../../../bridge/queue/alert-table.ts';
import type { Reason, Transition } from '../../../bridge/transition/transition.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf, TRIGGER_MS } from '../../support/transition.ts';

let stored: StoredOutbox;

before(async () => {
  stored = await StoredOutbox.open();
  await stored.database.commit(CREATE_ALERTS);
});

afterEach(() => stored.clear());

after(() => stored.close());

async function take(queue: string, ...transitions: readonly Transition[]): Promise<void> {
  await stored.database.commit(transitions.map((transition) => alertStatement(queue, transition)));
}

function alerts(queue = 'queue', status?: Alert['status'], limit = 100): Promise<readonly Alert[]> {
  return readAlerts(stored.database, queue, { status, limit });
}

const [opened, escalated, recovered] = incidentStory({ agentId: 'agent-17' });
const reopened = transitionOf({ ...opened, kind: 'reopened', sequence: 3, decidedAtMs: TRIGGER_MS + 1_000 });
const ended = transitionOf({ ...opened, kind: 'ended', sequence: 4, decidedAtMs: TRIGGER_MS + 2_000 });

describe('the alert of an incident', () => {
  it('opens with the incident, with everything that an operator needs', async () => {
    await take('queue', opened!);
    assert.deepEqual(await alerts(), [
      {
        incident_id: opened!.incidentId,
        incident_key: opened!.incidentKey,
        incident_category: 'quality',
        session_id: 's-1',
        agent_id: 'agent-17',
        severity: 'high',
        status: 'open',
        opened_at: '2025-12-31T23:58:00.000Z',
        updated_at: '2025-12-31T23:58:00.000Z',
        environment: 'test',
        reasons: [{ rule: 'mos', value: 3.1, threshold: 3.5 }],
        notes: '{"mos":3.1}',
      },
    ]);
  });

  it('says why a score is bad', async () => {
    const reasons: Reason[] = [{ rule: 'experience', value: 1.5, threshold: 3, causes: ['freeze'] }];
    await take('queue', transitionOf({ reasons, currentMetrics: { mos: 4.2, experience: 1.5 } }));
    const [alert] = await alerts();
    assert.deepEqual(alert?.reasons, reasons);
    assert.equal(alert?.notes, '{"mos":4.2,"experience":1.5}');
  });

  const rows: [rule: string, transitions: Transition[], expected: Partial<Alert>][] = [
    ['follows an escalation', [opened!, escalated!], { severity: 'critical', status: 'open' }],
    [
      'is resolved by a recovery, and keeps when it was opened',
      [opened!, escalated!, recovered!],
      {
        status: 'resolved',
        opened_at: '2025-12-31T23:58:00.000Z',
        resolved_at: '2026-01-01T00:00:00.000Z',
      },
    ],
    ['is open again when the incident is', [opened!, recovered!, reopened], { status: 'open' }],
    ['is resolved by the end of the session', [opened!, ended], { status: 'resolved' }],
  ];
  for (const [rule, transitions, expected] of rows) {
    it(rule, async () => {
      for (const transition of transitions) await take('queue', transition);
      const [alert, ...more] = await alerts();
      assert.deepEqual(more, []);
      assert.deepEqual({ ...alert, ...expected }, alert);
      assert.equal('resolved_at' in alert!, alert!.status === 'resolved');
    });
  }

  it('is where its newest transition leaves it, in whatever order and however often they come', async () => {
    const all = [opened!, escalated!, recovered!, reopened, ended];
    const orders = fc.array(fc.integer({ min: 0, max: all.length - 1 }), { minLength: 1, maxLength: 8 });
    let queue = 0;
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        queue += 1;
        for (const index of order) await take(`queue/${queue}`, all[index]!);
        const newest = all[Math.max(...order)]!;
        const [alert] = await alerts(`queue/${queue}`);
        assert.equal(alert!.severity, newest.severity);
        assert.equal(alert!.updated_at, new Date(newest.decidedAtMs).toISOString());
        const isOver = newest.kind === 'recovered' || newest.kind === 'ended';
        assert.equal(alert!.status, isOver ? 'resolved' : 'open');
      }),
      { numRuns: 40 },
    );
  });

  it('leaves out an agent that is not known', async () => {
    await take('queue', transitionOf());
    assert.equal('agent_id' in (await alerts())[0]!, false);
  });
});

describe('the list of alerts', () => {
  it('has the newest first, those of one queue, with one status, up to a limit', async () => {
    for (const [index, subject] of ['a', 'b', 'c', 'd'].entries()) {
      await take('queue', transitionOf({ subject, decidedAtMs: TRIGGER_MS + index }));
    }
    await take('queue', transitionOf({ subject: 'b', kind: 'recovered', sequence: 1 }));
    await take('queue/other', transitionOf({ subject: 'e' }));
    const subjects = async (...query: Parameters<typeof alerts>) =>
      (await alerts(...query)).map(({ session_id }) => session_id).join('');
    assert.equal(await subjects(), 'dcba');
    assert.equal(await subjects('queue', 'open'), 'dca');
    assert.equal(await subjects('queue', 'resolved'), 'b');
    assert.equal(await subjects('queue', undefined, 2), 'dc');
    assert.equal(await subjects('queue/other'), 'e');
  });
});

describe('old alerts', () => {
  it('are removed when they are resolved, from their own queue only; open ones stay', async () => {
    await take('queue', opened!, recovered!, transitionOf({ subject: 'open', decidedAtMs: 0 }));
    await take('queue/other', opened!, recovered!);
    await stored.database.commit([removeOldAlerts('queue', recovered!.decidedAtMs)]);
    assert.equal((await alerts()).length, 2, 'not older than that moment');
    await stored.database.commit([removeOldAlerts('queue', recovered!.decidedAtMs + 1)]);
    assert.deepEqual(
      (await alerts()).map(({ session_id }) => session_id),
      ['open'],
    );
    assert.equal((await alerts('queue/other')).length, 1);
  });
});
