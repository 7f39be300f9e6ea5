import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { bucketOf, incidentKey } from '../../../bridge/transition/incident-key.ts';
import type { Transition } from '../../../bridge/transition/transition.ts';
import type { FakeDestination } from '../../support/fake-destination.ts';
import { assertLegal } from '../../support/legal-sequence.ts';
import { transitionOf } from '../../support/transition.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { SOURCE, StartedEscalation, type EscalationOptions } from '../../support/started-escalation.ts';

let escalation: StartedEscalation;

async function start(options: EscalationOptions = {}): Promise<void> {
  escalation = await StartedEscalation.start(options);
}

afterEach(async () => {
  const history = await escalation.history();
  await escalation.close();
  assertLegal(history);
});

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Transitions of `count` sessions, `s-1` and so on. */
function alerts(count: number, from = 1): readonly Partial<Transition>[] {
  return Array.from({ length: count }, (_, index) => ({ subject: `s-${from + index}` }));
}

async function firstNotice(): Promise<Transition> {
  return (await escalation.notices())[0]!.transition;
}

describe('an alert that is not delivered', () => {
  it('is told of after 240 s and not before, after 600 s to the next, and of its late delivery to both', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.advance(239 * SECOND);
    assert.deepEqual(await escalation.story(), []);
    await escalation.advance(SECOND);
    assert.deepEqual(await escalation.story(), ['email opened high undelivered: 1 of 1 open, 1 named']);
    await escalation.advance(355 * SECOND);
    assert.equal((await escalation.story()).length, 1, 'nothing is told twice');
    await escalation.advance(5 * SECOND);
    assert.deepEqual((await escalation.story()).slice(1), [
      'sms opened high undelivered: 1 of 1 open, 1 named',
    ]);
    await escalation.advance(20 * MINUTE);
    assert.equal((await escalation.story()).length, 2);
    await escalation.settle('delivered');
    await escalation.advance(5 * SECOND);
    assert.deepEqual((await escalation.story()).slice(2), [
      'email recovered high undelivered: 0 of 1 open, 0 named',
      'sms recovered high undelivered: 0 of 1 open, 0 named',
    ]);
    await escalation.advance(20 * MINUTE);
    assert.equal((await escalation.story()).length, 4);
  });

  it('is never told of when it gets through in time', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.advance(235 * SECOND);
    await escalation.settle('delivered');
    await escalation.advance(10 * MINUTE);
    assert.deepEqual(await escalation.story(), []);
  });

  it('is told of in an incident of the exporter, with how long it has waited and against what limit', async () => {
    await start();
    await escalation.put({ subject: 's-1', environment: 'stage' });
    await escalation.advance(4 * MINUTE);
    await escalation.settle('delivered');
    await escalation.advance(90 * SECOND);
    const [opened, recovered] = (await escalation.notices()).map(({ transition }) => transition);
    assert.equal(opened!.category, 'delivery');
    assert.equal(opened!.subject, SOURCE);
    assert.equal(opened!.environment, 'stage');
    assert.equal(opened!.triggerAtMs, opened!.decidedAtMs - 4 * MINUTE, 'since the alert waits');
    assert.equal(opened!.incidentKey, incidentKey(SOURCE, bucketOf(opened!.triggerAtMs)));
    assert.deepEqual(opened!.reasons, [{ rule: 'undelivered', value: 240, threshold: 240 }]);
    assert.deepEqual(
      opened!.group!.members.map(({ sessionId, severity, reasons }) => ({ sessionId, severity, reasons })),
      [{ sessionId: 's-1', severity: 'high', reasons: [{ rule: 'mos', value: 3.1, threshold: 3.5 }] }],
    );
    assert.deepEqual(opened!.group!.breakdown, {
      bySeverity: { high: 1 },
      byReason: { mos: 1 },
      byDimension: {},
    });
    assert.equal(recovered!.incidentId, opened!.incidentId);
    assert.deepEqual(recovered!.reasons, [{ rule: 'undelivered', value: 245, threshold: 240 }]);
  });

  it('counts whether it is pending or held by a storm, and not when it was listed or is silenced', async () => {
    await start();
    await escalation.put({ subject: 'pending' }, { subject: 'held', stormId: 'storm' });
    await escalation.put({ subject: 'listed', stormId: 'storm' });
    await escalation.settle('listed', 'listed');
    await escalation.put({ subject: 'silenced' });
    await escalation.stored.database.commit([
      { sql: `UPDATE outbox SET state = 'silenced' WHERE subject = 'silenced'`, values: [] },
    ]);
    await escalation.advance(4 * MINUTE);
    const transition = await firstNotice();
    assert.deepEqual(transition.group!.members.map(({ sessionId }) => sessionId).toSorted(), [
      'held',
      'pending',
    ]);
  });

  it('is not told of when it is itself of the category delivery, or at another destination', async () => {
    await start();
    await escalation.put({ subject: 'queue', category: 'delivery' });
    await escalation.stored.put('splunk', transitionOf({ subject: 'elsewhere' }));
    await escalation.advance(15 * MINUTE);
    assert.deepEqual(await escalation.story(), []);
  });
});

describe('many alerts', () => {
  it('are gathered: one notice for all that are due, then one in 30 s, none of them past 270 s', async () => {
    await start();
    const decidedAtMs: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      decidedAtMs.push(escalation.stored.clock.nowMs());
      await escalation.put({ subject: `s-${second}` });
      await escalation.advance(SECOND);
    }
    await escalation.advance(270 * SECOND);
    const toMail = (await escalation.notices()).filter(({ to }) => to === 'email');
    assert.deepEqual(
      toMail.map(({ transition }) => transition.kind),
      ['opened', 'updated', 'updated', 'updated', 'updated'],
    );
    const named = toMail.flatMap(({ transition }) =>
      transition.group!.listedIds.map((id) => [id, transition.decidedAtMs] as const),
    );
    assert.equal(new Map(named).size, 120);
    assert.equal(named.length, 120);
    const times = await escalation.stored.rows(
      'SELECT incident_id, decided_at_ms FROM outbox WHERE destination = ?',
      SOURCE,
    );
    for (const { incident_id: id, decided_at_ms: decided } of times) {
      const waitedMs = new Map(named).get(String(id))! - Number(decided);
      assert.ok(waitedMs >= 240_000 && waitedMs <= 270_000, `${waitedMs} ms`);
    }
  });

  it('are named 500 to a notice, each once for each step, and their number is that of all of them', async () => {
    await start();
    await escalation.put(...alerts(1_200));
    await escalation.advance(10 * MINUTE);
    assert.deepEqual(await escalation.story(), [
      'email opened high undelivered: 1200 of 1200 open, 500 named',
      'email updated high undelivered: 1200 of 1200 open, 500 named',
      'email updated high undelivered: 1200 of 1200 open, 200 named',
      'sms opened high undelivered: 1200 of 1200 open, 500 named',
      'sms updated high undelivered: 1200 of 1200 open, 500 named',
      'sms updated high undelivered: 1200 of 1200 open, 200 named',
    ]);
    const mail = escalation.stored.outbox.destination('email') as FakeDestination;
    assert.deepEqual(mail.committedCounts, [3], 'it is told at once that there is something to send');
    for (const step of ['email', 'sms']) {
      const ids = (await escalation.notices())
        .filter(({ to }) => to === step)
        .flatMap(({ transition }) => transition.group!.listedIds);
      assert.equal(new Set(ids).size, 1_200);
    }
  });

  it('beyond what one commit takes are all told of at the same look', async () => {
    await start({ steps: [{ afterMs: 240_000, to: ['email'] }] });
    await escalation.put(...alerts(6_000));
    await escalation.advance(4 * MINUTE);
    const ids = (await escalation.notices()).flatMap(({ transition }) => transition.group!.listedIds);
    assert.equal(new Set(ids).size, 6_000);
    assert.equal(ids.length, 6_000);
  });

  it('show the worst ten', async () => {
    await start();
    await escalation.put(...alerts(12), { subject: 'worst', severity: 'critical' });
    await escalation.advance(4 * MINUTE);
    const transition = await firstNotice();
    assert.equal(transition.group!.members.length, 10);
    assert.equal(transition.group!.members[0]!.sessionId, 'worst');
    assert.equal(transition.severity, 'critical');
  });

  it('that are gathered keep the incident open, though all that was told of has got through', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.advance(5 * SECOND);
    await escalation.put({ subject: 's-2' });
    await escalation.advance(235 * SECOND);
    await escalation.settle('delivered', 's-1');
    await escalation.advance(MINUTE);
    assert.deepEqual(await escalation.story(), [
      'email opened high undelivered: 1 of 1 open, 1 named',
      'email updated high undelivered: 1 of 2 open, 1 named',
    ]);
  });

  it('are not gathered for longer because the clock was set back', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.advance(4 * MINUTE);
    await escalation.restart(new VirtualClock(escalation.stored.clock.nowMs() - 10 * MINUTE));
    await escalation.put({ subject: 's-2' });
    await escalation.settle('dead', 's-2');
    await escalation.advance(5 * SECOND);
    assert.equal((await escalation.story()).length, 2);
    // Its times run back, as the clock did.
    await escalation.stored.clear();
  });

  it('that get through one after the other end the incident with the last of them', async () => {
    await start();
    await escalation.put(...alerts(3));
    await escalation.advance(4 * MINUTE);
    await escalation.settle('delivered', 's-1', 's-2');
    await escalation.advance(MINUTE);
    assert.equal((await escalation.story()).length, 1);
    await escalation.settle('delivered', 's-3');
    await escalation.advance(5 * SECOND);
    assert.equal((await escalation.story())[1], 'email recovered high undelivered: 0 of 3 open, 0 named');
  });
});

describe('a further transition of an incident that was told of', () => {
  const later = { subject: 's-1', sequence: 1, triggerAtMs: Date.UTC(2026, 0, 1) } as const;

  it('is nothing new when it is no worse', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.advance(MINUTE);
    await escalation.put({ ...later, kind: 'recovered', decidedAtMs: escalation.stored.clock.nowMs() });
    await escalation.advance(5 * MINUTE);
    assert.deepEqual(await escalation.story(), ['email opened high undelivered: 1 of 1 open, 1 named']);
  });

  it('is told of when it is worse, without naming the incident again', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.advance(MINUTE);
    const decidedAtMs = escalation.stored.clock.nowMs();
    await escalation.put({ ...later, kind: 'escalated', severity: 'critical', decidedAtMs });
    await escalation.advance(5 * MINUTE);
    assert.deepEqual((await escalation.story()).slice(1), [
      'email escalated critical undelivered: 1 of 1 open, 0 named',
    ]);
  });

  it('keeps the incident open after the first has got through', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.advance(MINUTE);
    await escalation.put({ ...later, kind: 'recovered', decidedAtMs: escalation.stored.clock.nowMs() });
    await escalation.advance(5 * MINUTE);
    await escalation.stored.database.commit([
      { sql: `UPDATE outbox SET state = 'delivered' WHERE kind = 'opened' AND subject = 's-1'`, values: [] },
    ]);
    await escalation.advance(MINUTE);
    assert.equal((await escalation.story()).length, 1);
    await escalation.settle('delivered');
    await escalation.advance(5 * SECOND);
    assert.match((await escalation.story())[1]!, /^email recovered/);
  });
});

describe('what is told of at once', () => {
  it('is a dead letter', async () => {
    await start();
    await escalation.put({ subject: 's-1' }, { subject: 's-2' });
    await escalation.settle('dead', 's-1');
    await escalation.advance(5 * SECOND);
    assert.deepEqual(await escalation.story(), ['email opened high dead_letter: 1 of 1 open, 1 named']);
    const transition = await firstNotice();
    assert.deepEqual(transition.reasons, [{ rule: 'dead_letter', value: 1 }]);
  });

  for (const [outcome, rule] of [
    ['credential', 'credential_refused'],
    ['disabled', 'destination_gone'],
  ] as const) {
    it(`is an attempt that came to ${outcome}`, async () => {
      await start();
      await escalation.put({ subject: 's-1' }, { subject: 's-2' });
      await escalation.attempted('retry', 's-1', 's-2');
      await escalation.attempted(outcome, 's-1');
      await escalation.advance(5 * SECOND);
      assert.deepEqual(await escalation.story(), [`email opened high ${rule}: 1 of 1 open, 1 named`]);
      const transition = await firstNotice();
      assert.deepEqual(transition.reasons, [{ rule }]);
    });
  }

  it('is no attempt whose credential was refused before and that was then only put off', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.attempted('credential', 's-1');
    await escalation.attempted('retry', 's-1');
    await escalation.advance(MINUTE);
    assert.deepEqual(await escalation.story(), []);
  });

  it('is put together in one notice with what has waited long enough', async () => {
    await start();
    await escalation.put({ subject: 'old' });
    await escalation.advance(238 * SECOND);
    await escalation.put({ subject: 'dead' }, { subject: 'refused' });
    await escalation.settle('dead', 'dead');
    await escalation.attempted('credential', 'refused');
    await escalation.advance(2 * SECOND);
    assert.deepEqual(await escalation.story(), [
      'email opened high credential_refused+dead_letter+undelivered: 3 of 3 open, 3 named',
    ]);
  });
});

describe('a dead letter', () => {
  it('is told of once more when it was told of as undelivered', async () => {
    await start({ steps: [{ afterMs: 240_000, to: ['email'] }] });
    await escalation.put({ subject: 's-1' }, { subject: 's-2' });
    await escalation.advance(5 * MINUTE);
    await escalation.settle('dead', 's-1');
    await escalation.settle('delivered', 's-2');
    await escalation.advance(MINUTE);
    assert.deepEqual((await escalation.story()).slice(1), [
      'email updated high dead_letter: 1 of 2 open, 0 named',
    ]);
  });

  it('waits for the next step from its death on', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.advance(5 * MINUTE);
    await escalation.settle('dead');
    await escalation.advance(595 * SECOND);
    assert.equal((await escalation.story()).filter((line) => line.startsWith('sms')).length, 0);
    await escalation.advance(5 * SECOND);
    assert.match((await escalation.story()).at(-1)!, /^sms opened high dead_letter/);
  });

  it('that nobody redrives ends the incident an hour after the last notice, and is told of no more', async () => {
    await start({ steps: [{ afterMs: 240_000, to: ['email'] }] });
    await escalation.put({ subject: 's-1' });
    await escalation.settle('dead');
    await escalation.advance(5 * SECOND);
    await escalation.advance(60 * MINUTE - 5 * SECOND);
    assert.equal((await escalation.story()).length, 1);
    await escalation.advance(5 * SECOND);
    assert.deepEqual((await escalation.story()).slice(1), [
      'email ended high dead_letter: 1 of 1 open, 0 named',
    ]);
    await escalation.put({ subject: 's-2' });
    await escalation.advance(4 * MINUTE);
    await escalation.settle('delivered', 's-2');
    await escalation.advance(5 * SECOND);
    assert.deepEqual((await escalation.story()).slice(2), [
      'email opened high undelivered: 1 of 1 open, 1 named',
      'email recovered high undelivered: 0 of 1 open, 0 named',
    ]);
  });

  it('does not end it while another alert waits', async () => {
    await start({ steps: [{ afterMs: 240_000, to: ['email'] }] });
    await escalation.put(...alerts(2));
    await escalation.settle('dead', 's-1');
    await escalation.advance(3 * 60 * MINUTE);
    assert.ok(!(await escalation.story()).some((line) => / ended /.test(line)));
  });
});

describe('a second trouble', () => {
  it('in the same five minutes reopens the incident', async () => {
    await start({ steps: [{ afterMs: 240_000, to: ['email'] }] });
    await escalation.put({ subject: 's-1' });
    await escalation.advance(MINUTE / 2);
    await escalation.put({ subject: 's-2' });
    await escalation.advance(210 * SECOND);
    await escalation.settle('delivered', 's-1');
    await escalation.advance(30 * SECOND);
    const told = (await escalation.notices()).map(({ transition }) => transition);
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['opened', 'recovered', 'reopened'],
    );
    assert.equal(new Set(told.map(({ incidentId }) => incidentId)).size, 1);
    assert.equal(told[2]!.group!.memberCount, 1, 'what was over is not counted again');
  });

  it('later is another incident', async () => {
    await start({ steps: [{ afterMs: 240_000, to: ['email'] }] });
    for (const subject of ['s-1', 's-2']) {
      await escalation.put({ subject });
      await escalation.advance(5 * MINUTE);
      await escalation.settle('delivered');
      await escalation.advance(5 * SECOND);
    }
    const told = (await escalation.notices()).map(({ transition }) => transition);
    assert.deepEqual(
      told.map(({ kind, sequence }) => `${kind} ${sequence}`),
      ['opened 0', 'recovered 1', 'opened 0', 'recovered 1'],
    );
    assert.equal(new Set(told.map(({ incidentId }) => incidentId)).size, 2);
    assert.equal(new Set(told.map(({ idempotencyKey }) => idempotencyKey)).size, 4);
  });

  it('never takes up a bucket of the past, however the clock is set back', async () => {
    await start({ steps: [{ afterMs: 240_000, to: ['email'] }] });
    const round = async (subject: string) => {
      await escalation.put({ subject });
      await escalation.settle('dead');
      await escalation.advance(65 * MINUTE);
    };
    await round('s-1');
    await round('s-2');
    await escalation.restart(new VirtualClock(escalation.stored.clock.nowMs() - 130 * MINUTE));
    await round('s-3');
    const told = (await escalation.notices()).map(({ transition }) => transition);
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['opened', 'ended', 'opened', 'ended', 'reopened', 'ended'],
    );
    assert.equal(new Set(told.map(({ idempotencyKey }) => idempotencyKey)).size, 6);
    // Its times run back, as the clock did.
    await escalation.stored.clear();
  });
});

describe('a destination that hears late of an incident', () => {
  it('hears of its opening, with a key of its own, and of its end', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.advance(10 * MINUTE);
    const [mail, sms] = (await escalation.notices()).map(({ transition }) => transition);
    assert.equal(sms!.kind, 'opened');
    assert.equal(sms!.incidentId, mail!.incidentId);
    assert.equal(sms!.sequence, 1);
    assert.notEqual(sms!.idempotencyKey, mail!.idempotencyKey);
    assert.deepEqual(
      (await escalation.history()).map(({ kind, sequence }) => `${kind} ${sequence}`),
      ['opened 0', 'updated 1'],
    );
  });

  it('hears an update when it is told a second time, and is paged anew by what has become critical', async () => {
    await start({
      steps: [
        { afterMs: 240_000, to: ['email'] },
        { afterMs: 600_000, to: ['email', 'sms'] },
      ],
    });
    await escalation.put({ subject: 's-1' });
    await escalation.advance(MINUTE);
    await escalation.put({ subject: 's-2', severity: 'critical' });
    await escalation.advance(15 * MINUTE);
    assert.deepEqual(
      (await escalation.notices()).map(
        ({ to, transition }) => `${to} ${transition.kind} ${transition.severity}`,
      ),
      [
        'email opened high',
        'email escalated critical',
        'email updated critical',
        'sms opened critical',
        'email updated critical',
        'sms updated critical',
      ],
    );
  });
});
