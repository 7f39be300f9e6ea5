import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { acknowledgeStatement } from '../../../bridge/queue/alert-moves.ts';
import { UnacknowledgedAlerts } from '../../../bridge/queue/escalation-source.ts';
import { prepareTables } from '../../../bridge/queue/schema.ts';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { putOperator, takeTransitions } from '../../support/queue-alerts.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf, TRIGGER_MS } from '../../support/transition.ts';

const NOW_MS = TRIGGER_MS + 600_000;

let stored: StoredOutbox;
let source: UnacknowledgedAlerts;

before(async () => {
  stored = await StoredOutbox.open();
  await prepareTables(stored.database);
  source = new UnacknowledgedAlerts(stored.database, 'queue');
});

afterEach(() => stored.clear());

after(() => stored.close());

const one = transitionOf({ subject: 's-1' });
const take = (...transitions: readonly Transition[]) => takeTransitions(stored.database, transitions);
const due = async (step = 0, beforeMs = NOW_MS, limit = 100) =>
  (await source.readDue({ step, beforeMs, limit })).map(({ subject }) => subject);
const mark = async (step: number) =>
  stored.database.commit(
    source.markStatements(await source.readDue({ step, beforeMs: NOW_MS, limit: 100 }), step),
  );
const acknowledge = async () => {
  await putOperator(stored.database, 'ada', NOW_MS);
  const { incidentId } = one;
  await stored.database.commit([
    acknowledgeStatement({ queue: 'queue', nowMs: NOW_MS, incidentId, operatorId: 'ada' }),
  ]);
};

describe('the alerts that nobody has acknowledged', () => {
  it('are told with what they are and since when they wait', async () => {
    await take(one);
    assert.deepEqual(await source.readDue({ step: 0, beforeMs: TRIGGER_MS, limit: 1 }), [
      {
        ref: one.incidentId,
        incidentId: one.incidentId,
        subject: 's-1',
        severity: 'high',
        reasons: [{ rule: 'mos', value: 3.1, threshold: 3.5 }],
        waitingSinceMs: TRIGGER_MS,
        cause: 'unacknowledged',
        environment: 'test',
      },
    ]);
  });

  it('come most severe first, then oldest, those that have waited for long enough, up to a limit', async () => {
    await take(
      transitionOf({ subject: 'new', decidedAtMs: TRIGGER_MS + 9 }),
      transitionOf({ subject: 'old', decidedAtMs: TRIGGER_MS + 1 }),
      transitionOf({ subject: 'worst', severity: 'critical', decidedAtMs: TRIGGER_MS + 5 }),
    );
    assert.deepEqual(await due(), ['worst', 'old', 'new']);
    assert.deepEqual(await due(0, TRIGGER_MS + 8), ['worst', 'old']);
    assert.deepEqual(await due(0, NOW_MS, 1), ['worst']);
  });

  it('are due for a step only when every earlier one was taken', async () => {
    await take(one);
    assert.deepEqual(await due(1), []);
    await mark(0);
    assert.deepEqual(await due(1), ['s-1']);
  });

  it('leave out what is acknowledged, resolved, held back, in another queue, or of the delivery itself', async () => {
    await take(
      one,
      transitionOf({ subject: 'over' }),
      transitionOf({ subject: 'over', kind: 'recovered', sequence: 1 }),
      transitionOf({ subject: 'held', stormId: 'storm-1' }),
      transitionOf({ subject: 'delivery', category: 'delivery' }),
    );
    await takeTransitions(stored.database, [transitionOf({ subject: 'silenced' })], { silenceId: 'x' });
    await takeTransitions(stored.database, [transitionOf({ subject: 'other' })], { queue: 'queue/other' });
    assert.deepEqual(await due(), ['s-1']);
    await acknowledge();
    assert.deepEqual(await due(), []);
  });

  it('are due for each step once', async () => {
    await take(one);
    await mark(0);
    assert.deepEqual([await due(0), await due(1)], [[], ['s-1']]);
    const alerts = await source.readDue({ step: 1, beforeMs: NOW_MS, limit: 100 });
    await stored.database.commit(source.markStatements(alerts, 1));
    await stored.database.commit(source.markStatements(alerts, 0));
    assert.deepEqual([await due(0), await due(1), await due(2)], [[], [], ['s-1']]);
  });

  it('still wait for as long as nobody has acknowledged what was escalated', async () => {
    await take(one, transitionOf({ subject: 'not escalated', decidedAtMs: NOW_MS + 1 }));
    assert.deepEqual(await source.readStillWaiting(), { count: 0 });
    await mark(0);
    assert.deepEqual(await source.readStillWaiting(), { count: 1, oldestSinceMs: TRIGGER_MS });
    await acknowledge();
    assert.deepEqual(await source.readStillWaiting(), { count: 0 });
  });

  it('begin anew when they became worse than what was acknowledged', async () => {
    await take(one);
    await mark(0);
    await acknowledge();
    await take(
      transitionOf({
        subject: 's-1',
        kind: 'escalated',
        sequence: 1,
        severity: 'critical',
        decidedAtMs: NOW_MS + 5,
      }),
    );
    assert.deepEqual(await due(0, NOW_MS + 4), []);
    assert.deepEqual(await due(0, NOW_MS + 5), ['s-1']);
    assert.deepEqual(await source.readStillWaiting(), { count: 0 });
  });
});
