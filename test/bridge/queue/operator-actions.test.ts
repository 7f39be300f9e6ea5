// What operators do, over HTTP as they do it.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { StartedQueue } from '../../support/started-queue.ts';
import { incidentStory, transitionOf, TRIGGER_MS } from '../../support/transition.ts';

const one = transitionOf({ subject: 's-1' });
const two = transitionOf({ subject: 's-2', decidedAtMs: TRIGGER_MS + 1 });
const iso = (ms: number) => new Date(ms).toISOString();

let queue: StartedQueue;

beforeEach(async () => {
  queue = await StartedQueue.open();
});

afterEach(() => queue.close());

describe('operators', () => {
  it('come, are listed with what they have, and go', async () => {
    const put = await queue.putOperator('ada', { name: 'Ada L.' });
    const ada = {
      id: 'ada',
      name: 'Ada L.',
      skills: ['Video_Ops'],
      status: 'available',
      available_since: iso(TRIGGER_MS),
      alert_count: 0,
    };
    assert.deepEqual([put.status, put.body], [200, { operator: ada }]);
    await queue.take(one);
    const { body } = await queue.ask('GET', '/v1/queue/operators');
    assert.deepEqual(body.operators, [{ ...ada, alert_count: 1 }]);
    assert.equal((await queue.ask('DELETE', '/v1/queue/operators/ada')).status, 200);
    assert.deepEqual(await queue.operatorLines(), []);
    const again = await queue.ask('DELETE', '/v1/queue/operators/ada');
    assert.deepEqual([again.status, again.body], [404, { error: 'the operator is not known' }]);
  });

  it('keep their turn when they say again that they are available', async () => {
    await queue.putOperator('zoe');
    await queue.advance(10_000);
    await queue.putOperator('ada');
    await queue.advance(10_000);
    await queue.putOperator('zoe');
    await queue.take(one);
    assert.deepEqual(await queue.lines(), ['s-1 assigned zoe']);
  });

  it('lose their turn when they were away', async () => {
    await queue.putOperator('ada');
    await queue.advance(10_000);
    await queue.putOperator('zoe');
    await queue.putOperator('ada', { status: 'away' });
    await queue.advance(10_000);
    await queue.putOperator('ada');
    await queue.take(one);
    assert.deepEqual(await queue.lines(), ['s-1 assigned zoe']);
  });

  it('who go away hand back what they have not acknowledged, and keep what they have', async () => {
    await queue.putOperator('ada');
    await queue.take(one);
    await queue.act('acknowledge', one, 'ada');
    await queue.take(two);
    await queue.ask('POST', '/v1/queue/claim', { operator: 'ada' });
    assert.deepEqual(await queue.lines(), ['s-1 acknowledged ada', 's-2 assigned ada']);
    await queue.putOperator('ada', { status: 'away' });
    assert.deepEqual(await queue.lines(), ['s-1 acknowledged ada', 's-2 open']);
  });

  it('who are removed leave nothing behind: all that was theirs waits for the next', async () => {
    await queue.putOperator('ada');
    await queue.take(one);
    await queue.act('acknowledge', one, 'ada');
    await queue.advance(20_000);
    await queue.ask('DELETE', '/v1/queue/operators/ada');
    const [alert] = await queue.alerts();
    assert.deepEqual([alert!.status, alert!.acknowledged_at], ['open', undefined]);
    assert.equal(alert!.waiting_since, iso(TRIGGER_MS + 20_000), 'it was acknowledged until now');
  });

  it('may be a thousand, and one more only when one of them goes', async () => {
    const values = Array.from({ length: 1_000 }, (_, index) => `('queue', 'o-${index}', '[]', 'away')`);
    await queue.stored.database.commit([
      {
        sql: `INSERT INTO operators (queue, operator_id, skills_json, status) VALUES ${values.join(', ')}`,
        values: [],
      },
    ]);
    const refused = await queue.putOperator('ada');
    assert.deepEqual([refused.status, refused.body.error], [409, 'the queue has 1000 operators already']);
    const known = await queue.putOperator('o-7');
    assert.equal(known.body.operator.status, 'available', 'those that are there can change');
    await queue.ask('DELETE', '/v1/queue/operators/o-7');
    assert.equal((await queue.putOperator('ada')).status, 200);
  });
});

describe('an alert on its way', () => {
  it('goes to the longest available, is acknowledged, gets a note, is resolved, and its operator has the next at once', async () => {
    await queue.putOperator('zoe');
    await queue.advance(5_000);
    await queue.putOperator('ada');
    await queue.take(one);
    assert.deepEqual(await queue.lines(), ['s-1 assigned zoe']);
    await queue.advance(10_000);
    assert.equal((await queue.act('acknowledge', one, 'zoe')).body.alert?.status, 'acknowledged');
    await queue.act('notes', one, 'zoe', { text: 'agent is on the train' });
    await queue.advance(10_000);
    const { status, body } = await queue.act('resolve', one, 'zoe', { note: 'asked for a recall' });
    assert.equal(status, 200);
    assert.deepEqual(body.alert, {
      ...(await queue.ask('GET', `/v1/queue/alerts/${one.incidentId}`)).body.alert,
      status: 'resolved',
      opened_at: iso(TRIGGER_MS),
      assigned_to: 'zoe',
      assigned_at: iso(TRIGGER_MS + 5_000),
      acknowledged_by: 'zoe',
      acknowledged_at: iso(TRIGGER_MS + 15_000),
      resolved_by: 'zoe',
      resolved_at: iso(TRIGGER_MS + 25_000),
      resolution_note: 'asked for a recall',
      notes: '{"mos":3.1}',
      operator_notes: [
        { operator: 'zoe', text: 'agent is on the train', added_at: iso(TRIGGER_MS + 15_000) },
      ],
    });
    await queue.take(two, transitionOf({ subject: 's-3', decidedAtMs: TRIGGER_MS + 2 }));
    assert.deepEqual(await queue.lines(), ['s-1 resolved zoe', 's-2 assigned ada', 's-3 assigned zoe']);
  });

  it('is given by severity, then by age, when an operator comes', async () => {
    await queue.take(
      transitionOf({ subject: 'old', severity: 'high', decidedAtMs: TRIGGER_MS - 9_000 }),
      transitionOf({ subject: 'worst', severity: 'critical' }),
      transitionOf({ subject: 'oldest', severity: 'warning', decidedAtMs: TRIGGER_MS - 20_000 }),
      transitionOf({ subject: 'new', severity: 'high' }),
    );
    for (const operator of ['a', 'b', 'c']) await queue.putOperator(operator);
    assert.deepEqual(await queue.lines(), [
      'new assigned c',
      'old assigned b',
      'oldest open',
      'worst assigned a',
    ]);
  });

  it('waits for somebody with the skill of the queue', async () => {
    await queue.putOperator('ada', { skills: ['Audio_Ops'] });
    await queue.take(one);
    assert.deepEqual(await queue.lines(), ['s-1 open']);
    await queue.putOperator('ada', { skills: ['Audio_Ops', 'Video_Ops'] });
    assert.deepEqual(await queue.lines(), ['s-1 assigned ada']);
  });

  it('that recovers by itself is resolved by nobody, and frees its operator for the next', async () => {
    await queue.putOperator('ada');
    await queue.take(one, two);
    await queue.take(transitionOf({ subject: 's-1', kind: 'recovered', sequence: 1 }));
    assert.deepEqual(await queue.lines(), ['s-1 resolved ada', 's-2 assigned ada']);
    const [alert] = await queue.alerts('?status=resolved');
    assert.equal('resolved_by' in alert!, false);
  });

  it('that is released goes to the next one, and waits when there is no other', async () => {
    await queue.putOperator('ada');
    await queue.putOperator('bob', { status: 'away' });
    await queue.take(one);
    assert.equal((await queue.act('release', one, 'ada')).status, 200);
    assert.deepEqual(await queue.lines(), ['s-1 open']);
    await queue.putOperator('bob');
    assert.deepEqual(await queue.lines(), ['s-1 assigned bob']);
  });

  it('waits from the beginning when it is released after it was acknowledged', async () => {
    await queue.putOperator('ada');
    await queue.take(one);
    await queue.act('acknowledge', one, 'ada');
    await queue.advance(100_000);
    const { body } = await queue.act('release', one, 'ada');
    assert.equal(body.alert?.waiting_since, iso(TRIGGER_MS + 100_000));
    assert.equal(body.alert?.acknowledged_by, undefined);
  });

  it('leaves its operator alone for as long as wrapping up takes', async () => {
    await queue.restart({ section: { wrap_up: '30s' } });
    await queue.putOperator('ada');
    await queue.take(one, two);
    await queue.act('resolve', one, 'ada');
    await queue.advance(29_000);
    assert.deepEqual(await queue.lines('?status=open'), ['s-2 open']);
    await queue.advance(1_000);
    assert.deepEqual(await queue.lines('?status=assigned'), ['s-2 assigned ada']);
  });

  it('is acknowledged by whoever does so when nobody has it, available or not', async () => {
    await queue.putOperator('lead', { status: 'away', skills: [] });
    await queue.take(one);
    assert.equal((await queue.act('acknowledge', one, 'lead')).status, 200);
    assert.deepEqual(await queue.lines(), ['s-1 acknowledged lead']);
  });
});

describe('a claim', () => {
  const claim = (operator: string) => queue.ask('POST', '/v1/queue/claim', { operator });

  it('takes the next waiting alert, whatever else its operator has, and nothing when nothing waits', async () => {
    await queue.putOperator('ada');
    await queue.take(one, two);
    const { status, body } = await claim('ada');
    assert.deepEqual([status, body.alert?.session_id, body.alert?.status], [200, 's-2', 'assigned']);
    const nothing = await claim('ada');
    assert.deepEqual([nothing.status, nothing.body], [200, {}]);
  });

  const refusals: [rule: string, fields: object, reason: string][] = [
    ['of somebody who is away', { status: 'away' }, 'the operator is not available'],
    [
      'of somebody without the skill',
      { skills: ['Audio_Ops'] },
      'the operator does not have the skill of this queue',
    ],
  ];
  for (const [rule, fields, reason] of refusals) {
    it(`${rule} is refused`, async () => {
      await queue.putOperator('ada', fields);
      await queue.take(one);
      const { status, body } = await claim('ada');
      assert.deepEqual([status, body], [409, { error: reason }]);
      assert.deepEqual(await queue.lines(), ['s-1 open']);
    });
  }

  it('of somebody who is not known is a 404', async () => {
    assert.equal((await claim('nobody')).status, 404);
  });
});

describe('an action that comes too late, or twice', () => {
  beforeEach(async () => {
    await queue.putOperator('ada');
    await queue.putOperator('bob', { status: 'away' });
    await queue.take(one);
  });

  const repeats: [action: string, fields: object][] = [
    ['acknowledge', {}],
    ['resolve', { note: 'done' }],
    ['release', {}],
    ['notes', { text: 'seen' }],
  ];
  for (const [action, fields] of repeats) {
    it(`${action}: a repetition is answered as the first was, and changes nothing`, async () => {
      const first = await queue.act(action, one, 'ada', fields);
      await queue.advance(1_000);
      const again = await queue.act(action, one, 'ada', fields);
      assert.deepEqual([first.status, again.status], [200, 200]);
      assert.deepEqual(again.body, first.body);
    });
  }

  it('an acknowledgement is repeated with success also after the alert has recovered', async () => {
    await queue.act('acknowledge', one, 'ada');
    await queue.take(transitionOf({ subject: 's-1', kind: 'recovered', sequence: 1 }));
    assert.equal((await queue.act('acknowledge', one, 'ada')).status, 200);
  });

  const conflicts: [rule: string, before: () => Promise<unknown>, action: string, reason: RegExp][] = [
    [
      'acknowledged by somebody else',
      () => queue.act('acknowledge', one, 'ada'),
      'acknowledge',
      /somebody else has ack/,
    ],
    ['acknowledged while somebody else has it', () => Promise.resolve(), 'acknowledge', /with somebody else/],
    ['resolved while somebody else has it', () => Promise.resolve(), 'resolve', /with somebody else/],
    ['released by who does not have it', () => Promise.resolve(), 'release', /it is not theirs/],
    ['resolved twice', () => queue.act('resolve', one, 'ada'), 'resolve', /somebody has resolved it/],
    [
      'acknowledged after it was resolved',
      () => queue.act('resolve', one, 'ada'),
      'acknowledge',
      /has resolved it/,
    ],
    ['released after it was resolved', () => queue.act('resolve', one, 'ada'), 'release', /has resolved it/],
    [
      'resolved after it has recovered',
      () => queue.take(transitionOf({ subject: 's-1', kind: 'recovered', sequence: 1 })),
      'resolve',
      /has recovered by itself/,
    ],
  ];
  for (const [rule, before, action, reason] of conflicts) {
    it(`an alert can't be ${rule}: 409, the reason, and the alert as it is`, async () => {
      await before();
      const [alert] = await queue.alerts();
      const answer = await queue.act(action, one, 'bob');
      assert.equal(answer.status, 409);
      assert.match(answer.body.error, reason);
      assert.deepEqual(answer.body.alert, alert, 'nothing has changed');
    });
  }

  it('an unknown alert and an unknown operator are a 404 to every action', async () => {
    for (const [action, fields] of repeats) {
      const noAlert = await queue.act(action, { incidentId: 'none' }, 'ada', fields);
      assert.deepEqual([noAlert.status, noAlert.body.error], [404, 'the alert is not known']);
      const noOperator = await queue.act(action, one, 'nobody', fields);
      assert.deepEqual([noOperator.status, noOperator.body.error], [404, 'the operator is not known']);
    }
    assert.equal((await queue.ask('GET', '/v1/queue/alerts/none')).status, 404);
    assert.deepEqual(await queue.lines(), ['s-1 assigned ada']);
  });

  it('notes are a hundred at most', async () => {
    const notes = Array.from({ length: 100 }, (_, index) => ({
      operator: 'ada',
      text: `${index}`,
      added_at_ms: 0,
    }));
    await queue.stored.database.commit([
      { sql: 'UPDATE alerts SET operator_notes_json = ?', values: [JSON.stringify(notes)] },
    ]);
    const answer = await queue.act('notes', one, 'ada', { text: 'one more' });
    assert.deepEqual([answer.status, answer.body.error], [409, 'it has 100 notes already']);
    assert.equal((await queue.act('notes', one, 'ada', { text: '99' })).status, 200, 'is there already');
  });

  it('everybody may add a note, also when the alert is resolved', async () => {
    await queue.take(...incidentStory());
    const { body } = await queue.act('notes', incidentStory()[0]!, 'bob', { text: 'was the provider' });
    assert.deepEqual(
      body.alert?.operator_notes.map(({ operator }) => operator),
      ['bob'],
    );
  });
});
