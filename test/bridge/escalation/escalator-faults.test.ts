// What can go wrong with an escalation itself: the process dies, the disk is full, nobody is there to be told.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { redriveStatement } from '../../../bridge/outbox/undelivered.ts';
import { assertLegal } from '../../support/legal-sequence.ts';
import { SOURCE, StartedEscalation, type EscalationOptions } from '../../support/started-escalation.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The whole life of one trouble with two steps. */
const WHOLE_STORY = [
  'email opened high undelivered: 1 of 1 open, 1 named',
  'email updated high undelivered: 2 of 2 open, 1 named',
  'sms opened high undelivered: 2 of 2 open, 1 named',
  'sms updated high undelivered: 2 of 2 open, 1 named',
  'email recovered high undelivered: 0 of 2 open, 0 named',
  'sms recovered high undelivered: 0 of 2 open, 0 named',
];

let escalation: StartedEscalation;

async function start(options: EscalationOptions = {}): Promise<void> {
  escalation = await StartedEscalation.start(options);
}

afterEach(async () => {
  const history = await escalation.history();
  await escalation.close();
  assertLegal(history);
});

/** Plays that life; `between` is called after each part of it. */
async function playWholeStory(between: () => Promise<void>): Promise<void> {
  await escalation.put({ subject: 's-1' });
  await between();
  await escalation.advance(MINUTE);
  await escalation.put({ subject: 's-2' });
  await between();
  for (let minute = 0; minute < 11; minute += 1) {
    await escalation.advance(MINUTE);
    await between();
  }
  await escalation.settle('delivered');
  await between();
  await escalation.advance(MINUTE);
}

describe('an escalation whose process is started anew', () => {
  it('tells the same as one that ran through', async () => {
    await start();
    await playWholeStory(() => Promise.resolve());
    assert.deepEqual(await escalation.story(), WHOLE_STORY);
  });

  it('tells nothing twice and forgets nothing, whenever that happens', async () => {
    await start();
    await playWholeStory(() => escalation.restart());
    assert.deepEqual(await escalation.story(), WHOLE_STORY);
  });

  for (const place of ['escalation.before-commit', 'escalation.committed']) {
    it(`tells all of it once, when it dies at ${place} of each notice`, async () => {
      await start();
      await playWholeStory(async () => {
        escalation.crashAt = place;
        await escalation.advance(5 * SECOND);
        const hasDied = escalation.crashAt === undefined;
        escalation.crashAt = undefined;
        if (hasDied) await escalation.restart();
      });
      assert.deepEqual(await escalation.story(), WHOLE_STORY);
    });
  }

  it('takes both steps at once for what became due while it was down', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    escalation.stored.clock.advance(60 * MINUTE);
    await escalation.restart();
    assert.deepEqual(
      (await escalation.story()).slice(-2).map((line) => line.split(' ', 2).join(' ')),
      ['email opened', 'sms opened'],
    );
  });
});

describe('an escalation that cannot be stored', () => {
  it('is tried again at each look, is loud meanwhile, and is told once', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    escalation.database.commitFault = new Error('the disk is full');
    await escalation.advance(4 * MINUTE + 20 * SECOND);
    assert.deepEqual(await escalation.story(), []);
    assert.deepEqual(escalation.settings.statuses, [
      { kind: 'unhealthy', reason: 'alerts cannot be escalated: the disk is full' },
    ]);
    assert.ok(escalation.settings.lines.some(({ msg }) => /could not be escalated/.test(msg)));
    escalation.database.commitFault = undefined;
    await escalation.advance(5 * SECOND);
    assert.equal((await escalation.story()).length, 1);
    assert.deepEqual(escalation.settings.statuses.at(-1), { kind: 'ok' });
  });

  it('or read is loud too', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    escalation.database.readFault = new Error('disk I/O error');
    await escalation.advance(10 * SECOND);
    assert.equal(escalation.settings.statuses.at(-1)?.kind, 'unhealthy');
    escalation.database.readFault = undefined;
    await escalation.advance(4 * MINUTE);
    assert.equal((await escalation.story()).length, 1);
  });

  it('does not know whether a commit was kept that failed in between, and reads it again', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.advance(235 * SECOND);
    escalation.crashAt = 'escalation.committed';
    await escalation.advance(5 * SECOND);
    await escalation.put({ subject: 's-2' });
    await escalation.advance(5 * MINUTE);
    assert.deepEqual((await escalation.story()).slice(0, 2), WHOLE_STORY.slice(0, 2));
  });
});

describe('a destination of a step that is not running', () => {
  it('makes the source unhealthy within one look, whatever waits', async () => {
    await start({ running: ['email'] });
    assert.deepEqual(escalation.settings.statuses, []);
    await escalation.advance(10 * SECOND);
    const reason = 'alerts that wait too long cannot be escalated to "sms": switched off, or not running';
    assert.deepEqual(escalation.settings.statuses, [{ kind: 'unhealthy', reason }]);
    assert.equal(escalation.settings.lines.filter(({ level }) => level === 'error').length, 1);
    escalation.register('sms');
    await escalation.advance(5 * SECOND);
    assert.deepEqual(escalation.settings.statuses.at(-1), { kind: 'ok' });
  });

  it('leaves alerts due until there is somebody to tell', async () => {
    await start({ running: [] });
    await escalation.put({ subject: 's-1' });
    await escalation.advance(20 * MINUTE);
    assert.deepEqual(await escalation.story(), []);
    escalation.register('email', 'sms');
    await escalation.advance(5 * SECOND);
    assert.deepEqual(
      (await escalation.story()).map((line) => line.split(' ', 2).join(' ')),
      ['email opened', 'sms opened'],
    );
  });

  it('keeps nobody else of its step from being told', async () => {
    await start({ running: ['email'], steps: [{ afterMs: 240_000, to: ['sms', 'email'] }] });
    await escalation.put({ subject: 's-1' });
    await escalation.advance(4 * MINUTE);
    assert.deepEqual(await escalation.story(), ['email opened high undelivered: 1 of 1 open, 1 named']);
  });

  it('is waited for at the start, when it may be starting too', async () => {
    const steps = [{ afterMs: 240_000, to: ['email', 'sms'] }];
    await start({ running: ['email'], steps });
    await escalation.put({ subject: 's-1', decidedAtMs: escalation.stored.clock.nowMs() - 5 * MINUTE });
    await escalation.restart();
    assert.deepEqual(await escalation.story(), []);
    escalation.register('sms');
    await escalation.advance(5 * SECOND);
    assert.equal((await escalation.story()).length, 2);
  });
});

describe('a dead letter that is redriven', () => {
  const redrive = () =>
    escalation.stored.database.commit([
      redriveStatement({ destination: SOURCE }, escalation.stored.clock.nowMs()),
    ]);

  it('is waited for until it has got through', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.settle('dead');
    await escalation.advance(MINUTE);
    await redrive();
    await escalation.advance(MINUTE);
    assert.equal((await escalation.story()).length, 1, 'it is still on its way');
    await escalation.settle('delivered');
    await escalation.advance(5 * SECOND);
    assert.deepEqual((await escalation.story()).slice(1), [
      'email recovered high dead_letter: 0 of 1 open, 0 named',
    ]);
  });

  it('is told of as undelivered when it waits too long after its incident has ended', async () => {
    await start();
    await escalation.put({ subject: 's-1' });
    await escalation.settle('dead');
    await escalation.advance(2 * 60 * MINUTE);
    await redrive();
    await escalation.advance(4 * MINUTE);
    assert.match((await escalation.story()).at(-1)!, /^email opened high undelivered: 1 of 1 open, 1 named/);
  });
});
