// The circuit breaker in the delivery engine: when it opens, what it probes with, and how it closes.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { Deliverer } from '../../../bridge/delivery/deliverer.ts';
import { testSettings, type TestSettings } from '../../support/component-settings.ts';
import { DELIVERED, FakeTarget, UNAVAILABLE } from '../../support/fake-target.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf, TRIGGER_MS } from '../../support/transition.ts';

let stored: StoredOutbox;
let target: FakeTarget;
let settings: TestSettings;
let deliverer: Deliverer;

const NAMES = ['1', '2', '3', '4', '5', '6', '7', '8'];

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

beforeEach(() => {
  target = new FakeTarget(stored.clock);
  settings = testSettings({ id: 'webhook', clock: stored.clock });
});

afterEach(async () => {
  await deliverer.stop(AbortSignal.abort());
  await stored.clear();
});

/** Eight incidents, `1` the oldest; unless told otherwise the younger half is more severe. */
async function start({ concurrency = 1, isAlike = false } = {}): Promise<void> {
  await stored.put(
    'webhook',
    ...NAMES.map((subject, index) =>
      transitionOf({
        subject,
        severity: index > 3 && !isAlike ? 'critical' : 'high',
        decidedAtMs: TRIGGER_MS - 100 + index,
      }),
    ),
  );
  const schedule = { initialMs: 1_000, multiplier: 2, maxMs: 60_000, maxRetryAfterMs: 300_000 };
  deliverer = new Deliverer(settings, stored.database, target, { schedule, concurrency, maxRows: 1_000 });
  await deliverer.flush();
}

const subjects = () => target.attempts.map(({ row }) => row.subject).join('');

/** Moves time on until so many attempts have been made. */
async function until(count: number): Promise<void> {
  for (let step = 0; target.attempts.length < count; step++) {
    assert.ok(step < 1_000, 'nothing is attempted any more');
    stored.clock.advance(5_000);
    await deliverer.flush();
  }
}

describe('a destination that keeps failing', () => {
  it('gets five attempts, then none until the probe is due', async () => {
    target.answer = UNAVAILABLE;
    await start();
    assert.equal(subjects(), '56781', 'the most severe first, then the oldest');
    assert.deepEqual(settings.statuses.at(-1), {
      kind: 'unhealthy',
      reason: 'deliveries keep failing: status 503',
    });
    stored.clock.advance(7_999);
    await deliverer.flush();
    assert.equal(target.attempts.length, 5);
  });

  it('is probed with its oldest transition, one at a time, ever more seldom', async () => {
    target.answer = UNAVAILABLE;
    await start({ concurrency: 4 });
    const before = target.attempts.length;
    await until(before + 3);
    const probes = target.attempts.slice(before);
    assert.deepEqual(new Set(probes.map(({ row }) => row.subject)), new Set(['1']));
    assert.ok(probes[2]!.atMs - probes[1]!.atMs >= 30_000);
  });

  it('gets everything when a probe succeeds, and is healthy again', async () => {
    target.answer = UNAVAILABLE;
    await start({ concurrency: 1 });
    target.answer = DELIVERED;
    await until(6);
    await deliverer.flush();
    assert.equal(target.attempts[5]!.row.subject, '1');
    for (let round = 0; round < 5; round++) {
      stored.clock.advance(60_000);
      await deliverer.flush();
    }
    assert.ok((await stored.states()).every((state) => state.includes('delivered')));
    assert.deepEqual(settings.statuses.at(-1), { kind: 'ok' });
  });

  it('drains, once it is back, with the most severe first', async () => {
    target.answer = UNAVAILABLE;
    await start({ concurrency: 1 });
    // By then everything is due, so that nothing but the order decides.
    stored.clock.advance(60_000);
    target.attempts.length = 0;
    target.answer = DELIVERED;
    await deliverer.flush();
    assert.equal(subjects(), '15678234');
  });

  it('is probed with another transition when the oldest has failed three probes: the fault may lie in it', async () => {
    target.answer = UNAVAILABLE;
    await start();
    target.answer = (row) => (row.subject === '1' ? UNAVAILABLE : DELIVERED);
    target.attempts.length = 0;
    await until(4);
    assert.equal(subjects().slice(0, 4), '1112');
    for (let round = 0; round < 5; round++) {
      stored.clock.advance(60_000);
      await deliverer.flush();
    }
    assert.deepEqual(
      (await stored.states()).filter((state) => !state.includes('delivered')).length,
      1,
      'only the faulty one is left',
    );
  });

  it('is probed with the oldest again when all have failed their probes', async () => {
    target.answer = UNAVAILABLE;
    await start();
    target.attempts.length = 0;
    await until(3 * NAMES.length + 4);
    assert.equal(subjects(), '1112223334445556667778881112');
  });

  it('gets no second probe while one is under way', async () => {
    target.answer = UNAVAILABLE;
    await start({ concurrency: 4 });
    target.attempts.length = 0;
    target.isHolding = true;
    stored.clock.advance(60_000);
    await target.attempted(1);
    stored.clock.advance(60_000);
    for (let count = 0; count < 6; count++) await stored.rows('SELECT 1');
    assert.equal(subjects(), '1');
  });

  it('is not probed with a transition for which it asked for more time', async () => {
    const slow = { kind: 'retry', reason: 'status 429', retryAfterMs: 240_000 } as const;
    target.answer = (row) => (row.subject === '1' ? slow : UNAVAILABLE);
    await start({ isAlike: true });
    assert.equal(subjects(), '12345');
    stored.clock.advance(239_000);
    await deliverer.flush();
    assert.equal(subjects(), '12345');
    stored.clock.advance(1_000);
    await deliverer.flush();
    assert.equal(subjects(), '123451');
  });

  it('is not probed before the Retry-After of its last answer is over', async () => {
    target.answer = { kind: 'retry', reason: 'status 429', retryAfterMs: 240_000 };
    await start();
    target.attempts.length = 0;
    stored.clock.advance(239_000);
    await deliverer.flush();
    assert.equal(target.attempts.length, 0);
    stored.clock.advance(1_000);
    await deliverer.flush();
    assert.equal(target.attempts.length, 1);
  });

  it('stays open at a refused credential, too, and loses nothing', async () => {
    target.answer = { kind: 'credential', reason: 'status 401' };
    await start();
    assert.equal(target.attempts.length, 5);
    assert.ok((await stored.states()).every((state) => state.includes('pending')));
  });
});

describe('a destination that says that it is gone', () => {
  const GONE = { kind: 'disabled', reason: 'status 410' } as const;

  it('gets one attempt, and no other for an hour: everything is held', async () => {
    target.answer = GONE;
    await start();
    assert.equal(deliverer.isTaking, false);
    stored.clock.advance(3_599_000);
    await deliverer.flush();
    assert.equal(subjects(), '5');
    stored.clock.advance(1_000);
    await deliverer.flush();
    assert.equal(subjects(), '51', 'the probe is the oldest');
    assert.ok((await stored.states()).every((state) => state.includes('pending')));
  });

  it('is unhealthy, and says why; each attempt is written down under that word', async () => {
    target.answer = GONE;
    await start();
    const last = settings.statuses.at(-1)!;
    assert.match('reason' in last ? last.reason : '', /^the destination says that it is gone.*status 410/);
    assert.ok(settings.lines.some(({ msg }) => /^destination says that it is gone/.test(msg)));
    assert.deepEqual(await stored.rows('SELECT outcome, reason FROM attempts'), [
      { outcome: 'disabled', reason: 'status 410' },
    ]);
  });

  it('is asked at the next start, as what it is configured as then', async () => {
    target.answer = GONE;
    await start();
    await deliverer.stop(AbortSignal.abort());
    target.answer = DELIVERED;
    stored.clock.advance(60_000);
    const schedule = { initialMs: 1_000, multiplier: 2, maxMs: 60_000, maxRetryAfterMs: 300_000 };
    deliverer = new Deliverer(settings, stored.database, target, {
      schedule,
      concurrency: 1,
      maxRows: 1_000,
    });
    await deliverer.flush();
    assert.ok((await stored.states()).every((state) => state.includes('delivered')));
  });

  it('gets everything when a probe is taken after all', async () => {
    target.answer = GONE;
    await start();
    target.answer = DELIVERED;
    stored.clock.advance(3_600_000);
    await deliverer.flush();
    assert.ok((await stored.states()).every((state) => state.includes('delivered')));
    assert.equal(deliverer.isTaking, true);
    stored.clock.advance(5_000);
    await deliverer.flush();
    assert.deepEqual(settings.statuses.at(-1), { kind: 'ok' });
  });
});

describe('a destination that answers', () => {
  it('is not taken for failing because it refuses single transitions', async () => {
    target.answer = { kind: 'dead', reason: 'status 400' };
    await start();
    assert.equal(target.attempts.length, NAMES.length);
    assert.ok(!settings.statuses.some((status) => 'reason' in status && /failing/.test(status.reason)));
  });

  it('is not taken for failing when other attempts succeed in between', async () => {
    target.answer = (row) => (Number(row.subject) % 2 === 0 ? UNAVAILABLE : DELIVERED);
    await start();
    assert.equal(target.attempts.length, NAMES.length);
    assert.ok(!settings.statuses.some((status) => 'reason' in status && /failing/.test(status.reason)));
  });
});
