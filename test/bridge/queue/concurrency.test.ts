// Many at once: whoever is first has it, nobody has it twice, and everybody is told the truth.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { StartedQueue } from '../../support/started-queue.ts';
import { transitionOf, TRIGGER_MS } from '../../support/transition.ts';

const opened = (index: number) =>
  transitionOf({ subject: `s-${index}`, decidedAtMs: TRIGGER_MS + index, sequence: 0 });
const REMOVED = 'the operator was removed in the same moment';
const range = (length: number) => Array.from({ length }, (_, index) => index);

let queue: StartedQueue;

beforeEach(async () => {
  queue = await StartedQueue.open();
});

afterEach(() => queue.close());

const claim = (operator: string) => queue.ask('POST', '/v1/queue/claim', { operator });

describe('200 claims by 20 operators at once', () => {
  for (const [waitingCount, what] of [
    [250, 'more alerts than claims'],
    [120, 'fewer alerts than claims'],
  ] as const) {
    it(`with ${what} take each alert once, the first in the line`, async () => {
      // Each has one already, so that nothing is given to them but what they claim.
      await Promise.all(range(20).map((index) => queue.putOperator(`o-${index}`)));
      await queue.take(...range(20).map(opened));
      await queue.take(...range(waitingCount).map((index) => opened(index + 20)));
      const answers = await Promise.all(range(200).map((index) => claim(`o-${index % 20}`)));
      assert.ok(answers.every(({ status }) => status === 200));
      const taken = answers.flatMap(({ body }, index) =>
        body.alert === undefined ? [] : [{ alert: body.alert, operator: `o-${index % 20}` }],
      );
      const ids = new Set(taken.map(({ alert }) => alert.incident_id));
      assert.equal(ids.size, taken.length, 'no alert was given out twice');
      assert.equal(taken.length, Math.min(200, waitingCount));
      for (const { alert, operator } of taken) assert.equal(alert.assigned_to, operator);
      const firstInLine = range(taken.length).map((index) => `s-${index + 20}`);
      assert.deepEqual(taken.map(({ alert }) => alert.session_id).toSorted(), firstInLine.toSorted());
      const stored = new Map((await queue.alerts()).map((alert) => [alert.incident_id, alert.assigned_to]));
      for (const { alert, operator } of taken) assert.equal(stored.get(alert.incident_id), operator);
    });
  }
});

describe('20 operators who acknowledge one alert at once', () => {
  it('are one who has it, and nineteen who are told that somebody else does', async () => {
    await Promise.all(range(20).map((index) => queue.putOperator(`o-${index}`, { status: 'away' })));
    await queue.take(opened(0));
    const answers = await Promise.all(
      range(20).map((index) => queue.act('acknowledge', opened(0), `o-${index}`)),
    );
    const winners = answers.filter(({ status }) => status === 200);
    assert.equal(winners.length, 1);
    assert.ok(answers.every(({ status }) => status === 200 || status === 409));
    const holder = winners[0]!.body.alert!.acknowledged_by;
    for (const { body } of answers) assert.equal(body.alert?.acknowledged_by, holder);
  });
});

describe('the queue under whatever operators do at once', () => {
  const operatorIds = ['ada', 'bob', 'cy'];
  const operatorId = fc.constantFrom(...operatorIds);
  const alertIndex = fc.nat({ max: 4 });
  const action = fc.oneof(
    fc.record({
      do: fc.constantFrom('acknowledge', 'resolve', 'release'),
      alert: alertIndex,
      by: operatorId,
    }),
    fc.record({ do: fc.constant('claim'), by: operatorId }),
    fc.record({ do: fc.constantFrom('available', 'away', 'remove'), by: operatorId }),
    fc.record({ do: fc.constantFrom('recovered', 'escalated', 'reopened'), alert: alertIndex }),
    fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(1_000, 60_000) }),
  );
  type Action = { do: string; alert?: number; by?: string; ms?: number };

  it('gives each alert to one operator who is there, tells nobody that they have what they have not, and loses none', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(action, { minLength: 1, maxLength: 5 }), { maxLength: 12 }),
        async (rounds) => {
          await queue.stored.clear();
          run += 1;
          const sequences = range(5).map(() => 0);
          await queue.take(...range(5).map(opened));
          for (const round of rounds as Action[][]) {
            const waitMs = round.reduce((sum, { ms = 0 }) => sum + ms, 0);
            await Promise.all(round.map((each) => perform(each, sequences)));
            await queue.advance(waitMs);
            await queue.queue.flush();
            await check();
          }
        },
      ),
      { numRuns: 25 },
    );
    assert.ok(run > 0);
  });

  async function perform({ do: what, alert = 0, by = '' }: Action, sequences: number[]): Promise<void> {
    const one = opened(alert);
    switch (what) {
      case 'acknowledge':
      case 'resolve':
      case 'release': {
        const { status, body } = await queue.act(what, one, by);
        assert.ok([200, 404, 409].includes(status), `${what} was answered with ${status}`);
        if (status === 200 && what === 'acknowledge') assert.equal(body.alert?.acknowledged_by, by);
        if (status === 200 && what === 'resolve') assert.equal(body.alert?.resolved_by, by);
        return;
      }
      case 'claim': {
        const { status, body } = await claim(by);
        assert.ok([200, 404, 409].includes(status));
        if (body.alert !== undefined && status === 200) assert.equal(body.alert.assigned_to, by);
        return;
      }
      case 'available':
      case 'away': {
        const { status, body } = await queue.putOperator(by, { status: what });
        if (status !== 200) assert.deepEqual([status, body.error], [409, REMOVED]);
        return;
      }
      case 'remove':
        await queue.ask('DELETE', `/v1/queue/operators/${by}`);
        return;
      case 'recovered':
      case 'escalated':
      case 'reopened': {
        const sequence = (sequences[alert]! += 1);
        const severity = what === 'recovered' ? 'high' : 'critical';
        const decidedAtMs = queue.stored.clock.nowMs();
        await queue.take(transitionOf({ ...one, kind: what, sequence, severity, decidedAtMs }));
        return;
      }
    }
  }

  async function check(): Promise<void> {
    const alerts = await queue.alerts();
    assert.equal(alerts.length, 5);
    const { body } = await queue.ask('GET', '/v1/queue/operators');
    const operators = new Map(body.operators.map((each) => [each.id, each]));
    for (const { status, assigned_to, acknowledged_by, resolved_at } of alerts) {
      assert.equal(status === 'resolved', resolved_at !== undefined);
      if (status === 'open') assert.equal(assigned_to, undefined);
      if (status === 'assigned') assert.equal(operators.get(assigned_to!)?.status, 'available');
      if (status === 'acknowledged') {
        assert.equal(assigned_to, acknowledged_by);
        assert.ok(operators.has(assigned_to!), 'their operator is known');
      }
    }
    const isBusy = (id: string) =>
      alerts.some(({ status, assigned_to }) => status !== 'resolved' && assigned_to === id);
    const idle = body.operators.filter(({ id, status }) => status === 'available' && !isBusy(id));
    const waiting = alerts.filter(({ status }) => status === 'open');
    for (const { id } of idle) {
      assert.ok(
        waiting.every(({ released_by }) => released_by === id),
        'no alert waits while somebody is free for it',
      );
    }
  }
});
