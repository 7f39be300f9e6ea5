// What a change does when the ground has shifted between the look and the change: nothing.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { acknowledgeStatement, assignStatement, claimStatement } from '../../../bridge/queue/alert-moves.ts';
import { prepareTables } from '../../../bridge/queue/schema.ts';
import { alertOf, putOperator, takeTransitions } from '../../support/queue-alerts.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf, TRIGGER_MS } from '../../support/transition.ts';

const QUEUE = 'queue';
const SKILL = 'Video_Ops';
const one = transitionOf({ subject: 's-1' });
const two = transitionOf({ subject: 's-2' });

let stored: StoredOutbox;

before(async () => {
  stored = await StoredOutbox.open();
  await prepareTables(stored.database);
});

afterEach(() => stored.clear());

after(() => stored.close());

const moveOf = (alert: typeof one, operatorId: string) => ({
  queue: QUEUE,
  nowMs: TRIGGER_MS + 5,
  incidentId: alert.incidentId,
  operatorId,
});
const assign = (alert: typeof one, operatorId: string) =>
  stored.database.commit([assignStatement(QUEUE, TRIGGER_MS + 5, moveOf(alert, operatorId), SKILL)]);
const holder = async (alert: typeof one) => (await alertOf(stored.database, alert)).assigned_to;

describe('an assignment', () => {
  const cases: [rule: string, meanwhile: () => Promise<unknown>][] = [
    [
      'whose operator has claimed another alert meanwhile',
      async () => {
        await takeTransitions(stored.database, [transitionOf({ subject: 's-0', severity: 'critical' })]);
        await stored.database.commit([claimStatement(moveOf(one, 'ada'), SKILL, 'c')]);
      },
    ],
    ['whose operator has gone away', () => putOperator(stored.database, 'ada', 0, { status: 'away' })],
    ['whose operator has lost the skill', () => putOperator(stored.database, 'ada', 0, { skills: [] })],
    [
      'of an alert that has recovered',
      () => takeTransitions(stored.database, [transitionOf({ ...one, kind: 'recovered', sequence: 1 })]),
    ],
  ];
  for (const [rule, meanwhile] of cases) {
    it(`${rule} does not happen`, async () => {
      await takeTransitions(stored.database, [one]);
      await putOperator(stored.database, 'ada', TRIGGER_MS);
      await meanwhile();
      await assign(one, 'ada');
      assert.equal(await holder(one), undefined);
    });
  }

  it('of an alert that somebody else has does not happen', async () => {
    await takeTransitions(stored.database, [one, two]);
    await putOperator(stored.database, 'ada', TRIGGER_MS);
    await putOperator(stored.database, 'bob', TRIGGER_MS);
    await assign(one, 'bob');
    await assign(one, 'ada');
    assert.equal(await holder(one), 'bob');
    await stored.database.commit([acknowledgeStatement(moveOf(two, 'ada'))]);
    await assign(two, 'bob');
    assert.equal(await holder(two), 'ada');
  });

  it('of an operator who has resolved what they had is made', async () => {
    await takeTransitions(stored.database, [one, two]);
    await putOperator(stored.database, 'ada', TRIGGER_MS);
    await assign(one, 'ada');
    await takeTransitions(stored.database, [transitionOf({ ...one, kind: 'recovered', sequence: 1 })]);
    await assign(two, 'ada');
    assert.equal(await holder(two), 'ada');
  });
});
