import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chooseAssignments, eligibleOperators, type WaitingAlert } from '../../../bridge/queue/assignment.ts';
import type { Operator } from '../../../bridge/queue/operator-table.ts';

const NOW_MS = 1_000_000;
const SKILL = 'Video_Ops';

const operator = (operatorId: string, fields: Partial<Operator> = {}): Operator => ({
  operatorId,
  skills: [SKILL],
  status: 'available',
  availableSinceMs: NOW_MS - 1_000,
  alertCount: 0,
  ...fields,
});

const eligible = (...operators: readonly Operator[]) =>
  eligibleOperators(operators, SKILL, NOW_MS)
    .map(({ operatorId }) => operatorId)
    .join(' ');

describe('who can be given an alert', () => {
  const { availableSinceMs: _, ...away } = operator('ada', { status: 'away' });
  const rows: [rule: string, operators: Operator[], expected: string][] = [
    ['nobody, when there is nobody', [], ''],
    ['who is available', [operator('ada')], 'ada'],
    ['nobody who is away', [away], ''],
    ['nobody who is not responding', [{ ...away, status: 'not_responding' }], ''],
    ['nobody without the skill', [operator('ada', { skills: ['Audio_Ops'] })], ''],
    ['who has the skill among others', [operator('ada', { skills: ['Audio_Ops', SKILL] })], 'ada'],
    ['nobody who has an alert', [operator('ada', { alertCount: 1 })], ''],
    ['nobody who is wrapping up', [operator('ada', { availableSinceMs: NOW_MS + 1 })], ''],
    ['who is done wrapping up at this moment', [operator('ada', { availableSinceMs: NOW_MS })], 'ada'],
    [
      'the longest available first',
      [
        operator('ada', { availableSinceMs: 300 }),
        operator('bob', { availableSinceMs: 100 }),
        operator('cy', { availableSinceMs: 200 }),
      ],
      'bob cy ada',
    ],
    [
      'of equals the one whose id comes first',
      [operator('bob'), operator('ada'), operator('cy')],
      'ada bob cy',
    ],
  ];
  for (const [rule, operators, expected] of rows) {
    it(`is ${rule}`, () => assert.equal(eligible(...operators), expected));
  }
});

describe('the choice of assignments', () => {
  const choose = (waiting: readonly WaitingAlert[], ids: readonly string[]) =>
    chooseAssignments(
      waiting,
      ids.map((id) => operator(id)),
    ).map(({ incidentId, operatorId }) => `${incidentId}→${operatorId}`);

  const rows: [rule: string, waiting: WaitingAlert[], ids: string[], expected: string[]][] = [
    ['gives nothing when nothing waits', [], ['ada'], []],
    ['gives nothing when nobody is free', [{ incidentId: '1' }], [], []],
    [
      'gives the first alert to the first operator, and so on',
      [{ incidentId: '1' }, { incidentId: '2' }, { incidentId: '3' }],
      ['ada', 'bob'],
      ['1→ada', '2→bob'],
    ],
    [
      'gives an alert to the next one when the first has handed it back',
      [{ incidentId: '1', releasedBy: 'ada' }, { incidentId: '2' }],
      ['ada', 'bob'],
      ['1→bob', '2→ada'],
    ],
    [
      'lets an alert wait when only who handed it back is free, and goes on with the next',
      [{ incidentId: '1', releasedBy: 'ada' }, { incidentId: '2' }],
      ['ada'],
      ['2→ada'],
    ],
  ];
  for (const [rule, waiting, ids, expected] of rows) {
    it(rule, () => assert.deepEqual(choose(waiting, ids), expected));
  }

  const operatorIds = fc.uniqueArray(fc.constantFrom('ada', 'bob', 'cy', 'dee', 'eve'));
  const alerts = fc
    .uniqueArray(fc.nat({ max: 20 }))
    .chain((ids) =>
      fc.tuple(
        ...ids.map((id) =>
          fc
            .option(fc.constantFrom('ada', 'bob'), { nil: undefined })
            .map((by): WaitingAlert => ({ incidentId: String(id), ...(by && { releasedBy: by }) })),
        ),
      ),
    );

  it('never gives one alert twice, nor two to one operator, nor one back to who released it, and leaves no possible pair', () => {
    fc.assert(
      fc.property(alerts, operatorIds, (waiting: readonly WaitingAlert[], ids) => {
        const chosen = chooseAssignments(
          waiting,
          ids.map((id) => operator(id)),
        );
        const given = new Set(chosen.map(({ incidentId }) => incidentId));
        const busy = new Set(chosen.map(({ operatorId }) => operatorId));
        assert.equal(given.size, chosen.length);
        assert.equal(busy.size, chosen.length);
        for (const { incidentId, operatorId } of chosen) {
          const alert = waiting.find((each) => each.incidentId === incidentId);
          assert.notEqual(alert?.releasedBy, operatorId);
        }
        for (const { incidentId, releasedBy } of waiting) {
          if (given.has(incidentId)) continue;
          assert.ok(ids.every((id) => busy.has(id) || id === releasedBy));
        }
      }),
    );
  });

  it('keeps to both lines when nothing has been handed back', () => {
    fc.assert(
      fc.property(alerts, operatorIds, (waiting: readonly WaitingAlert[], ids) => {
        const fresh = waiting.map(({ incidentId }) => ({ incidentId }));
        const count = Math.min(fresh.length, ids.length);
        const expected = fresh.slice(0, count).map(({ incidentId }, index) => `${incidentId}→${ids[index]}`);
        assert.deepEqual(choose(fresh, ids), expected);
      }),
    );
  });
});
