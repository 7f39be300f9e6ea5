import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  acknowledgeStatement,
  addNoteStatement,
  assignStatement,
  resolveStatements,
} from '../../../bridge/queue/alert-moves.ts';
import type { Alert } from '../../../bridge/queue/alert-table.ts';
import { readOperator } from '../../../bridge/queue/operator-table.ts';
import { prepareTables } from '../../../bridge/queue/schema.ts';
import type { IncidentGroup, Reason, Transition } from '../../../bridge/transition/transition.ts';
import { alertOf, listAlerts, putOperator, takeTransitions } from '../../support/queue-alerts.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf, TRIGGER_MS } from '../../support/transition.ts';

const QUEUE = 'queue';

let stored: StoredOutbox;

before(async () => {
  stored = await StoredOutbox.open();
  await prepareTables(stored.database);
});

afterEach(() => stored.clear());

after(() => stored.close());

const take = (...transitions: readonly Transition[]) => takeTransitions(stored.database, transitions);
const alert = () => alertOf(stored.database, opened!);

const [opened, escalated, recovered] = incidentStory({ agentId: 'agent-17' });
const reopened = transitionOf({ ...opened, kind: 'reopened', sequence: 3, decidedAtMs: TRIGGER_MS + 1_000 });
const ended = transitionOf({ ...opened, kind: 'ended', sequence: 4, decidedAtMs: TRIGGER_MS + 2_000 });
const later = (fields: Partial<Transition>) => transitionOf({ ...opened, ...fields });

describe('the alert of an incident', () => {
  it('opens with the incident, with everything that an operator needs', async () => {
    await take(opened!);
    assert.deepEqual(await listAlerts(stored.database), [
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
        waiting_since: '2025-12-31T23:58:00.000Z',
        environment: 'test',
        reasons: [{ rule: 'mos', value: 3.1, threshold: 3.5 }],
        notes: '{"mos":3.1}',
        operator_notes: [],
      },
    ]);
  });

  it('says why a score is bad', async () => {
    const reasons: Reason[] = [{ rule: 'experience', value: 1.5, threshold: 3, causes: ['freeze'] }];
    await take(transitionOf({ ...opened, reasons, currentMetrics: { mos: 4.2, experience: 1.5 } }));
    assert.deepEqual((await alert()).reasons, reasons);
    assert.equal((await alert()).notes, '{"mos":4.2,"experience":1.5}');
  });

  it('leaves out an agent that is not known', async () => {
    await take(transitionOf());
    assert.equal('agent_id' in (await listAlerts(stored.database))[0]!, false);
  });

  const rows: [rule: string, transitions: Transition[], expected: Partial<Alert>][] = [
    ['follows an escalation', [opened!, escalated!], { severity: 'critical', status: 'open' }],
    [
      'is resolved by a recovery, by nobody, and keeps when it was opened',
      [opened!, escalated!, recovered!],
      {
        status: 'resolved',
        opened_at: '2025-12-31T23:58:00.000Z',
        resolved_at: '2026-01-01T00:00:00.000Z',
      },
    ],
    [
      'waits again when the incident is open again',
      [opened!, recovered!, reopened],
      {
        status: 'open',
        opened_at: '2025-12-31T23:58:00.000Z',
        reopened_at: '2026-01-01T00:00:01.000Z',
        waiting_since: '2026-01-01T00:00:01.000Z',
      },
    ],
    ['is resolved by the end of the session', [opened!, ended], { status: 'resolved' }],
  ];
  for (const [rule, transitions, expected] of rows) {
    it(rule, async () => {
      await take(...transitions);
      const [only, ...more] = await listAlerts(stored.database);
      assert.deepEqual(more, []);
      assert.deepEqual({ ...only, ...expected }, only);
      assert.equal('resolved_at' in only!, only!.status === 'resolved');
      assert.equal('waiting_since' in only!, only!.status === 'open');
      assert.equal('resolved_by' in only!, false);
    });
  }

  it('is where its newest transition leaves it, in whatever order and however often they come', async () => {
    const all = [opened!, escalated!, recovered!, reopened, ended];
    const orders = fc.array(fc.integer({ min: 0, max: all.length - 1 }), { minLength: 1, maxLength: 8 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const queue = `queue/${(run += 1)}`;
        for (const index of order) await takeTransitions(stored.database, [all[index]!], { queue });
        const newest = all[Math.max(...order)]!;
        const [only] = await listAlerts(stored.database, { queue });
        assert.equal(only!.severity, newest.severity);
        assert.equal(only!.updated_at, new Date(newest.decidedAtMs).toISOString());
        const isOver = newest.kind === 'recovered' || newest.kind === 'ended';
        assert.equal(only!.status, isOver ? 'resolved' : 'open');
      }),
      { numRuns: 40 },
    );
  });
});

describe('the alert that an operator has', () => {
  const nowMs = opened!.decidedAtMs + 10_000;
  const move = { queue: QUEUE, nowMs, incidentId: opened!.incidentId, operatorId: 'ada' };

  const assign = async () => {
    await take(opened!);
    await putOperator(stored.database, 'ada', nowMs - 5_000);
    await stored.database.commit([assignStatement(QUEUE, nowMs, move, 'Video_Ops')]);
  };
  const acknowledge = async () => {
    await assign();
    await stored.database.commit([acknowledgeStatement(move)]);
  };
  const resolve = async () => {
    await acknowledge();
    await stored.database.commit(resolveStatements(move, 'rebooted the router', 0));
  };

  it('stays acknowledged by an update and by a de-escalation', async () => {
    await acknowledge();
    await take(later({ kind: 'updated', sequence: 1 }), later({ kind: 'deescalated', sequence: 2 }));
    assert.deepEqual(
      [(await alert()).status, (await alert()).acknowledged_by, (await alert()).assigned_to],
      ['acknowledged', 'ada', 'ada'],
    );
  });

  it('asks its operator again when it has become worse than what they acknowledged, with all the time before it', async () => {
    await acknowledge();
    const worse = later({
      kind: 'escalated',
      sequence: 1,
      severity: 'critical',
      decidedAtMs: nowMs + 60_000,
    });
    await take(worse);
    const { status, assigned_to, assigned_at, waiting_since, acknowledged_by } = await alert();
    const atMs = new Date(nowMs + 60_000).toISOString();
    assert.deepEqual(
      [status, assigned_to, assigned_at, waiting_since, acknowledged_by],
      ['assigned', 'ada', atMs, atMs, undefined],
    );
  });

  it('does not ask again for an escalation that a silence holds back, nor for one that makes it no worse', async () => {
    await acknowledge();
    const worse = later({ kind: 'escalated', sequence: 1, severity: 'critical' });
    await takeTransitions(stored.database, [worse], { silenceId: 'silence-1' });
    assert.deepEqual([(await alert()).status, (await alert()).severity], ['acknowledged', 'critical']);
    await take(later({ kind: 'escalated', sequence: 2, severity: 'critical' }));
    assert.equal((await alert()).status, 'acknowledged');
  });

  it('frees its operator when it recovers, from that moment on, after wrapping up', async () => {
    await acknowledge();
    await takeTransitions(stored.database, [recovered!], { wrapUpMs: 30_000 });
    const { availableSinceMs, alertCount } = (await readOperator(stored.database, QUEUE, 'ada'))!;
    assert.deepEqual([availableSinceMs, alertCount], [recovered!.decidedAtMs + 30_000, 0]);
    await takeTransitions(stored.database, [recovered!], { wrapUpMs: 90_000 });
    const again = (await readOperator(stored.database, QUEUE, 'ada'))!;
    assert.equal(again.availableSinceMs, recovered!.decidedAtMs + 30_000, 'a repetition changes nothing');
  });

  it('waits for anybody again when it is reopened, acknowledged or not', async () => {
    await acknowledge();
    await take(recovered!, reopened);
    const { status, assigned_to, acknowledged_by, acknowledged_at } = await alert();
    assert.deepEqual(
      [status, assigned_to, acknowledged_by, acknowledged_at],
      ['open', undefined, undefined, undefined],
    );
  });

  const afterwards: [rule: string, transition: Transition, status: Alert['status']][] = [
    ['stays resolved by an update', later({ kind: 'updated', sequence: 1 }), 'resolved'],
    ['stays resolved by a de-escalation', later({ kind: 'deescalated', sequence: 1 }), 'resolved'],
    ['waits again by an escalation', later({ kind: 'escalated', sequence: 1, severity: 'critical' }), 'open'],
    ['waits again by a reopening', later({ kind: 'reopened', sequence: 1 }), 'open'],
    ['stays resolved by its recovery', later({ kind: 'recovered', sequence: 1 }), 'resolved'],
  ];
  for (const [rule, transition, status] of afterwards) {
    it(`${rule} after its operator has resolved it, and keeps what they wrote`, async () => {
      await resolve();
      await take(transition);
      const after = await alert();
      assert.equal(after.status, status);
      if (status === 'resolved') {
        assert.deepEqual([after.resolved_by, after.resolution_note], ['ada', 'rebooted the router']);
        assert.equal(after.resolved_at, new Date(nowMs).toISOString());
      } else {
        assert.deepEqual([after.resolved_by, after.resolution_note], [undefined, undefined]);
        assert.deepEqual(after.operator_notes, [
          { operator: 'ada', text: 'rebooted the router', added_at: new Date(nowMs).toISOString() },
        ]);
      }
    });
  }

  it('keeps its notes over everything', async () => {
    await acknowledge();
    await stored.database.commit([addNoteStatement(move, 'looked at it')]);
    await take(escalated!, recovered!, reopened, ended);
    assert.deepEqual(
      (await alert()).operator_notes.map(({ text }) => text),
      ['looked at it'],
    );
  });
});

describe('the alert of an incident that is held back', () => {
  const STORM_ID = 'storm-1';
  const storm = (fields: Partial<Transition>): Transition =>
    transitionOf({ category: 'storm', subject: 'edge=fra-3', incidentId: STORM_ID, ...fields });
  const groupOf = (fields: Partial<IncidentGroup>): IncidentGroup => ({
    memberCount: 12,
    openCount: 12,
    members: [],
    listedIds: [],
    breakdown: { bySeverity: { high: 12 }, byReason: { mos: 12 }, byDimension: {} },
    ...fields,
  });
  const shown = async () => (await listAlerts(stored.database)).map(({ session_id }) => session_id);
  const held = async () =>
    (await listAlerts(stored.database, { includeHeld: true })).map(({ session_id }) => session_id);

  it('is listed only when asked for, with the storm that stands for it', async () => {
    await take(storm({ group: groupOf({}) }), transitionOf({ ...opened, stormId: STORM_ID }));
    assert.deepEqual(await shown(), ['edge=fra-3']);
    assert.deepEqual((await held()).toSorted(), ['edge=fra-3', 's-1']);
    assert.equal((await alert()).storm_id, STORM_ID);
  });

  it('shows of a storm what it stands for, also after a change that says nothing of it', async () => {
    await take(storm({ group: groupOf({}) }), storm({ kind: 'updated', sequence: 1 }));
    const [only] = await listAlerts(stored.database);
    assert.equal((only!.group as { member_count: number }).member_count, 12);
    assert.deepEqual((only!.group as { by_severity: object }).by_severity, { high: 12 });
  });

  it('comes into the queue when the storm is over, and waits from then on; what had recovered does not', async () => {
    const other = transitionOf({ subject: 's-2', stormId: STORM_ID });
    const gone = transitionOf({ subject: 's-3', stormId: STORM_ID });
    await take(storm({ group: groupOf({}) }), transitionOf({ ...opened, stormId: STORM_ID }), other, gone);
    await take(transitionOf({ ...gone, kind: 'recovered', sequence: 1 }));
    const overAtMs = TRIGGER_MS + 600_000;
    const survivorIds = [opened!.incidentId, gone.incidentId];
    const over = { kind: 'recovered', sequence: 1, decidedAtMs: overAtMs } as const;
    await take(storm({ ...over, group: groupOf({ survivorIds }) }));
    assert.deepEqual((await shown()).toSorted(), ['edge=fra-3', 's-1']);
    assert.equal((await alert()).waiting_since, new Date(overAtMs).toISOString());
    assert.equal((await alertOf(stored.database, other)).storm_id, STORM_ID, 'is no survivor');
    assert.equal((await alertOf(stored.database, gone)).status, 'resolved');
  });

  it('is not held again by the same storm, nor taken out of the queue by one that comes later', async () => {
    await take(opened!, later({ kind: 'updated', sequence: 1, stormId: STORM_ID }));
    assert.deepEqual(await shown(), ['s-1']);
    const updated = later({ kind: 'updated', sequence: 2 });
    await takeTransitions(stored.database, [updated], { silenceId: 'silence-1' });
    assert.deepEqual(await shown(), ['s-1']);
  });

  it('is held when it is reopened in a storm or under a silence', async () => {
    await take(opened!, recovered!, transitionOf({ ...reopened, stormId: STORM_ID }));
    assert.deepEqual(await shown(), []);
    await take(ended);
    const again = later({ kind: 'reopened', sequence: 5 });
    await takeTransitions(stored.database, [again], { silenceId: 'silence-1' });
    assert.equal((await alert()).storm_id, undefined);
    assert.equal((await alert()).silence_id, 'silence-1');
  });

  it('comes into the queue with a notice that nothing holds back, such as an escalation that the silence does not match', async () => {
    await takeTransitions(stored.database, [opened!], { silenceId: 'silence-1' });
    await take(later({ kind: 'deescalated', sequence: 1, severity: 'warning' }));
    assert.deepEqual(await shown(), [], 'de-escalations are never silenced');
    await take(
      later({ kind: 'escalated', sequence: 2, severity: 'critical', decidedAtMs: TRIGGER_MS + 7_000 }),
    );
    assert.deepEqual(await shown(), ['s-1']);
    assert.equal((await alert()).waiting_since, new Date(TRIGGER_MS + 7_000).toISOString());
  });

  it('stays out of sight when it recovers', async () => {
    await takeTransitions(stored.database, [opened!], { silenceId: 'silence-1' });
    await take(recovered!);
    assert.deepEqual(await shown(), []);
    assert.equal((await alert()).status, 'resolved');
  });
});
