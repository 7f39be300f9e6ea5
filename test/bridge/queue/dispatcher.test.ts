// The clocks of a queue: who doesn't acknowledge, what waits too long, what is held back, and all of it over a restart.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { FakeDestination } from '../../support/fake-destination.ts';
import { takeTransitions } from '../../support/queue-alerts.ts';
import { StartedQueue } from '../../support/started-queue.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf, TRIGGER_MS } from '../../support/transition.ts';

const one = transitionOf({ subject: 's-1' });
const two = transitionOf({ subject: 's-2', decidedAtMs: TRIGGER_MS + 1 });
const iso = (ms: number) => new Date(ms).toISOString();

let queue: StartedQueue;

beforeEach(async () => {
  queue = await StartedQueue.open();
});

afterEach(() => queue.close());

const missed = (limit: string) =>
  queue.settings.recorded('webrtc.queue.sla_missed', { queue: 'queue', limit });
const lastStatus = () => queue.settings.statuses.at(-1)!;

describe('an alert that its operator does not acknowledge', () => {
  it('goes to the next one when their time is over, and they are not responding until they say otherwise', async () => {
    await queue.putOperator('ada');
    await queue.advance(1_000);
    await queue.putOperator('bob');
    await queue.take(one);
    await queue.advance(59_000);
    assert.deepEqual(await queue.lines(), ['s-1 assigned ada']);
    await queue.advance(1_000);
    assert.deepEqual(await queue.lines(), ['s-1 assigned bob']);
    assert.deepEqual(await queue.operatorLines(), ['ada not_responding', 'bob available']);
    assert.equal(await missed('acknowledge'), 1);
    await queue.take(two);
    assert.deepEqual(await queue.lines('?status=open'), ['s-2 open'], 'nothing for who does not respond');
    await queue.putOperator('ada');
    assert.deepEqual(await queue.lines('?status=assigned'), ['s-1 assigned bob', 's-2 assigned ada']);
  });

  it('keeps its place in the line, and since when it waits', async () => {
    await queue.putOperator('ada');
    await queue.take(one, two);
    await queue.advance(60_000);
    assert.deepEqual(await queue.lines(), ['s-1 open', 's-2 open']);
    await queue.putOperator('bob');
    const [alert] = await queue.alerts('?status=assigned');
    assert.deepEqual([alert!.session_id, alert!.waiting_since], ['s-1', iso(TRIGGER_MS)]);
  });

  it('stays with who has acknowledged it in time', async () => {
    await queue.putOperator('ada');
    await queue.take(one);
    await queue.advance(59_999);
    await queue.act('acknowledge', one, 'ada');
    await queue.advance(3_600_000);
    assert.deepEqual(await queue.lines(), ['s-1 acknowledged ada']);
    assert.deepEqual(await queue.operatorLines(), ['ada available']);
    assert.equal(await missed('acknowledge'), 0);
  });

  it('is asked of its operator again when it became worse, and taken from them when they do not answer', async () => {
    await queue.putOperator('ada');
    await queue.take(one);
    await queue.act('acknowledge', one, 'ada');
    await queue.advance(100_000);
    const decidedAtMs = queue.stored.clock.nowMs();
    await queue.take(
      transitionOf({ subject: 's-1', kind: 'escalated', sequence: 1, severity: 'critical', decidedAtMs }),
    );
    assert.deepEqual(await queue.lines(), ['s-1 assigned ada']);
    await queue.advance(60_000);
    assert.deepEqual(await queue.lines(), ['s-1 open']);
  });

  it('is taken at once from an operator who is away when it becomes worse', async () => {
    await queue.putOperator('ada');
    await queue.take(one);
    await queue.act('acknowledge', one, 'ada');
    await queue.putOperator('ada', { status: 'away' });
    await queue.putOperator('bob');
    await queue.take(transitionOf({ subject: 's-1', kind: 'escalated', sequence: 1, severity: 'critical' }));
    assert.deepEqual(await queue.lines(), ['s-1 assigned bob']);
  });
});

describe('an alert that nobody acknowledges', () => {
  it('counts as missed when max_hold is over, once, and makes the queue unhealthy until somebody does', async () => {
    await queue.putOperator('zoe', { status: 'away' });
    await queue.take(one);
    await queue.advance(299_000);
    assert.deepEqual([lastStatus().kind, await missed('hold')], ['ok', 0]);
    await queue.advance(1_000);
    assert.deepEqual(lastStatus(), {
      kind: 'unhealthy',
      reason:
        '1 alert has waited longer than max_hold (300 s) to be acknowledged, and no escalation is configured',
    });
    await queue.advance(600_000);
    assert.equal(await missed('hold'), 1);
    await queue.putOperator('ada');
    assert.equal(lastStatus().kind, 'unhealthy', 'with somebody is not acknowledged');
    await queue.act('acknowledge', one, 'ada');
    assert.equal(lastStatus().kind, 'ok');
  });

  it('counts once, also when others come to the end of their hold after it', async () => {
    await queue.putOperator('zoe', { status: 'away' });
    await queue.take(one);
    await queue.advance(60_000);
    await queue.take(transitionOf({ subject: 's-2', decidedAtMs: TRIGGER_MS + 60_000 }));
    await queue.advance(240_000);
    assert.equal(await missed('hold'), 1);
    await queue.advance(60_000);
    assert.equal(await missed('hold'), 2);
    assert.match((lastStatus() as { reason: string }).reason, /^2 alerts have waited/);
  });

  it('may wait for ever when max_hold is 0s', async () => {
    await queue.restart({ section: { max_hold: '0s' } });
    await queue.take(one);
    await queue.advance(3_600_000);
    assert.deepEqual([lastStatus().kind, await missed('hold')], ['ok', 0]);
  });

  it('counts again when it was acknowledged in between, and then waited as long', async () => {
    await queue.take(one);
    await queue.advance(300_000);
    await queue.putOperator('ada', { status: 'away' });
    await queue.act('acknowledge', one, 'ada');
    await queue.act('release', one, 'ada');
    await queue.advance(299_000);
    assert.equal(await missed('hold'), 1);
    await queue.advance(1_000);
    assert.equal(await missed('hold'), 2);
  });

  it('is escalated instead where there are steps: once for all that wait, and it is over when somebody acknowledges', async () => {
    const lead = new FakeDestination('email/lead', 'warning');
    const section = { escalation: [{ after: '240s', to: ['email/lead'] }] };
    await queue.restart({ section, others: [] });
    queue.stored.outbox.register(lead);
    const sent = async () =>
      (await queue.stored.rows(`SELECT subject, kind, category FROM outbox ORDER BY row_id`)).map(
        ({ subject, kind, category }) => [subject, kind, category].join(' '),
      );
    await queue.putOperator('ada', { status: 'away' });
    const other = transitionOf({ subject: 's-2' });
    await queue.take(one, other, transitionOf({ subject: 's-3', category: 'delivery' }));
    await queue.advance(239_000);
    assert.deepEqual(await sent(), []);
    await queue.advance(6_000);
    assert.deepEqual(await sent(), ['queue opened delivery']);
    await queue.advance(100_000);
    assert.equal(lastStatus().kind, 'ok', 'somebody was told');
    assert.equal(await missed('hold'), 3);
    await queue.act('acknowledge', one, 'ada');
    await queue.advance(10_000);
    assert.deepEqual(await sent(), ['queue opened delivery']);
    await queue.take(transitionOf({ subject: 's-2', kind: 'recovered', sequence: 1 }));
    await queue.advance(10_000);
    assert.deepEqual(await sent(), ['queue opened delivery', 'queue recovered delivery']);
  });
});

describe('an alert that is held back', () => {
  const STORM_ID = 'storm-1';
  const stormOf = (fields: Partial<Transition>): Transition =>
    transitionOf({ category: 'storm', subject: 'edge=fra-3', incidentId: STORM_ID, ...fields });

  it('by a silence is nobody’s, and no clock of it runs; when the silence is over it comes as if it were new', async () => {
    queue.silencer.begin('silence-1', ({ subject }) => subject === 's-1');
    await restartSilenced();
    await queue.putOperator('ada');
    await queue.take(one, two);
    assert.deepEqual(await queue.lines('?include=held'), ['s-1 open', 's-2 assigned ada']);
    await queue.act('acknowledge', two, 'ada');
    await queue.putOperator('bob');
    await queue.advance(600_000);
    assert.deepEqual(await queue.lines(), ['s-2 acknowledged ada']);
    assert.equal(await missed('hold'), 0);
    queue.silencer.end('silence-1');
    await queue.advance(5_000);
    assert.deepEqual(await queue.lines(), ['s-1 assigned bob', 's-2 acknowledged ada']);
    const [alert] = await queue.alerts('?status=assigned');
    assert.equal(Date.parse(alert!.waiting_since!), queue.stored.clock.nowMs());
  });

  it('by a silence that nobody knows any more comes at the start', async () => {
    queue.silencer.begin('silence-1');
    await restartSilenced();
    await queue.take(one);
    assert.deepEqual(await queue.lines(), []);
    queue.silencer.end('silence-1');
    await queue.restart();
    await queue.queue.flush();
    assert.deepEqual(await queue.lines(), ['s-1 open']);
  });

  for (const [what, hold, reason] of [
    ['a storm', () => queue.take(stormOf({}), transitionOf({ ...one, stormId: STORM_ID })), /a storm stands/],
    [
      'a silence',
      async () => {
        queue.silencer.begin('silence-1');
        await restartSilenced();
        await queue.take(one);
      },
      /a silence holds/,
    ],
  ] as const) {
    it(`by ${what} can't be acknowledged, resolved, released or claimed`, async () => {
      await hold();
      await queue.putOperator('ada', { skills: ['Video_Ops'] });
      const stormAlert = await queue.lines();
      for (const action of ['acknowledge', 'resolve']) {
        const { status, body } = await queue.act(action, one, 'ada');
        assert.equal(status, 409);
        assert.match(body.error, reason);
      }
      assert.equal((await queue.act('release', one, 'ada')).status, 409);
      assert.equal((await queue.ask('POST', '/v1/queue/claim', { operator: 'ada' })).body.alert, undefined);
      assert.deepEqual(await queue.lines(), stormAlert);
    });
  }

  it('by a storm comes into the queue in the commit that ends the storm', async () => {
    await queue.putOperator('ada');
    await queue.putOperator('bob');
    const group = {
      memberCount: 1,
      openCount: 1,
      members: [],
      listedIds: [one.incidentId],
      breakdown: { bySeverity: {}, byReason: {}, byDimension: {} },
    };
    await queue.take(stormOf({ group }), transitionOf({ ...one, stormId: STORM_ID }));
    assert.deepEqual(await queue.lines(), ['edge=fra-3 assigned ada']);
    const survivorIds = [one.incidentId];
    const decidedAtMs = TRIGGER_MS + 1;
    queue.stored.clock.advanceTo(decidedAtMs);
    const over = { kind: 'recovered', sequence: 1, decidedAtMs } as const;
    await queue.take(stormOf({ ...over, group: { ...group, survivorIds } }));
    assert.deepEqual(await queue.lines(), ['edge=fra-3 resolved ada', 's-1 assigned bob']);
  });

  it('by a storm of which this queue is not told comes at the next look', async () => {
    await takeTransitions(queue.stored.database, [stormOf({})], { queue: 'queue/other' });
    await queue.take(transitionOf({ ...one, stormId: STORM_ID }));
    assert.deepEqual(await queue.lines(), []);
    await queue.advance(5_000);
    assert.deepEqual(await queue.lines(), ['s-1 open']);
  });

  it('by a storm that is in the queue stays held for as long as the storm is open, whatever an operator says of it', async () => {
    await queue.take(stormOf({}), transitionOf({ ...one, stormId: STORM_ID }));
    await queue.putOperator('ada', { status: 'away' });
    await queue.act('resolve', stormOf({}), 'ada');
    await queue.advance(60_000);
    assert.deepEqual(await queue.lines(), ['edge=fra-3 resolved ada']);
    await queue.take(stormOf({ kind: 'ended', sequence: 1 }));
    await queue.advance(5_000);
    assert.deepEqual(await queue.lines(), ['edge=fra-3 resolved ada', 's-1 open']);
  });

  async function restartSilenced(): Promise<void> {
    // The outbox asks for silences, too, and finds them when it starts.
    await queue.queue.shutdown();
    await queue.stored.stop();
    queue.stored = await StoredOutbox.open(queue.stored, { silences: queue.silencer });
    await queue.start();
  }
});

describe('a restart', () => {
  it('keeps alerts, operators, notes and turns', async () => {
    await queue.putOperator('ada', { name: 'Ada' });
    await queue.take(one, two, ...incidentStory({ subject: 'over' }));
    await queue.act('acknowledge', one, 'ada');
    await queue.act('notes', one, 'ada', { text: 'seen' });
    await queue.putOperator('bob', { status: 'away' });
    const [alerts, { body: operators }] = [
      await queue.alerts(),
      await queue.ask('GET', '/v1/queue/operators'),
    ];
    await queue.restart({}, 10_000);
    assert.deepEqual(await queue.alerts(), alerts);
    assert.deepEqual((await queue.ask('GET', '/v1/queue/operators')).body, operators);
  });

  it('gives who had an alert all of their time again when it ran out meanwhile', async () => {
    await queue.putOperator('ada');
    await queue.take(one);
    await queue.restart({}, 3_600_000);
    await queue.advance(59_000);
    assert.deepEqual(await queue.lines(), ['s-1 assigned ada']);
    await queue.advance(1_000);
    assert.deepEqual(await queue.operatorLines(), ['ada not_responding']);
  });

  it('goes on with the clocks that ran, and counts nothing twice', async () => {
    await queue.putOperator('zoe', { status: 'away' });
    await queue.take(one);
    await queue.advance(200_000);
    await queue.restart();
    await queue.advance(99_000);
    assert.equal(await missed('hold'), 0);
    await queue.advance(1_000);
    assert.equal(await missed('hold'), 1);
    await queue.restart();
    await queue.advance(10_000);
    assert.equal(await missed('hold'), 0);
    assert.equal(lastStatus().kind, 'unhealthy');
  });
});

describe('a fault of the storage', () => {
  it('is said once, and what is due is done when it is over', async () => {
    await queue.putOperator('ada');
    const table = (from: string, to: string) =>
      queue.stored.database.commit([{ sql: `ALTER TABLE ${from} RENAME TO ${to}`, values: [] }]);
    await queue.take(one);
    await table('operators', 'gone');
    await queue.advance(65_000);
    await table('gone', 'operators');
    await queue.advance(5_000);
    assert.deepEqual(await queue.lines(), ['s-1 open']);
    const said = queue.settings.lines.filter(({ msg }) => msg === 'alerts could not be brought to operators');
    assert.equal(said.length, 1);
  });
});

describe('what is measured of a queue', () => {
  const gauge = (name: string, attributes: Record<string, string> = {}) =>
    queue.settings.recorded(`webrtc.queue.${name}`, { queue: 'queue', ...attributes });
  const histogram = async (name: string, attributes: Record<string, string>) => {
    const value = (await gauge(name, attributes)) as unknown as { count: number; sum: number } | undefined;
    return value && [value.count, value.sum];
  };

  it('is what waits, for whom, and since when; and the operators by status', async () => {
    await queue.queue.flush();
    assert.deepEqual([await gauge('alerts.waiting'), await gauge('oldest_waiting')], [0, undefined]);
    await queue.putOperator('ada');
    await queue.putOperator('bob');
    await queue.putOperator('cy', { status: 'away' });
    await queue.take(one, two);
    await queue.take(transitionOf({ subject: 's-3' }), transitionOf({ subject: 's-4', stormId: 'x' }));
    await queue.act('acknowledge', one, 'ada');
    assert.equal(await gauge('alerts.waiting'), 1, 'held ones are not counted');
    assert.equal(await gauge('alerts.assigned'), 1);
    assert.equal(await gauge('alerts.acknowledged'), 1);
    await queue.advance(4_000);
    assert.equal(await gauge('oldest_waiting'), 4);
    assert.equal(await gauge('operators', { status: 'available' }), 2);
    assert.equal(await gauge('operators', { status: 'away' }), 1);
    assert.equal(await gauge('operators', { status: 'not_responding' }), 0);
  });

  it('is how long it takes until alerts are acknowledged, each once', async () => {
    await queue.putOperator('ada');
    await queue.take(one);
    await queue.advance(12_000);
    await queue.act('acknowledge', one, 'ada');
    await queue.advance(5_000);
    await queue.act('acknowledge', one, 'ada');
    assert.deepEqual(await histogram('time_to_acknowledge', { severity: 'high' }), [1, 12]);
  });

  it('is how long it takes until alerts are resolved, by an operator or by themselves, from their last opening', async () => {
    await queue.putOperator('ada');
    await queue.take(one, two);
    await queue.advance(20_000);
    await queue.act('resolve', one, 'ada');
    const later = { subject: 's-2', decidedAtMs: TRIGGER_MS + 30_001 };
    await queue.take(transitionOf({ ...later, kind: 'recovered', sequence: 1 }));
    assert.deepEqual(await histogram('time_to_resolve', { by: 'operator' }), [1, 20]);
    assert.deepEqual(await histogram('time_to_resolve', { by: 'recovery' }), [1, 30]);
    await queue.take(
      transitionOf({ ...later, kind: 'reopened', sequence: 2 }),
      transitionOf({ ...later, decidedAtMs: TRIGGER_MS + 40_001, kind: 'recovered', sequence: 3 }),
    );
    await queue.advance(10_000);
    assert.deepEqual(await histogram('time_to_resolve', { by: 'recovery' }), [2, 40]);
  });

  it('is gone when the queue is', async () => {
    await queue.take(one);
    await queue.queue.shutdown();
    assert.equal(await gauge('alerts.waiting'), undefined);
  });
});
