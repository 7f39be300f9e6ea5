// What a storm holds back, destination by destination, and what becomes of it.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Settlement, settleStatements } from '../../../bridge/outbox/outbox-store.ts';
import { readUndelivered } from '../../../bridge/outbox/undelivered.ts';
import type { TransitionSink } from '../../../bridge/transition/batch.ts';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { FakeDestination } from '../../support/fake-destination.ts';
import { memberOf, stormNotice } from '../../support/storm.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { TRIGGER_MS } from '../../support/transition.ts';

let stored: StoredOutbox;
let siem: FakeDestination;
let pager: FakeDestination;
let sink: TransitionSink;

beforeEach(async () => {
  stored = await StoredOutbox.open();
  siem = new FakeDestination('siem', 'high');
  pager = new FakeDestination('pager', 'critical');
  for (const destination of [siem, pager]) stored.outbox.register(destination);
  sink = stored.outbox.sink('logs', [siem, pager]);
});

afterEach(() => stored.close());

const decide = (...transitions: readonly Transition[]) => sink.consume({ transitions, records: [] });

/** Each row of a destination that belongs to a session: `a opened held`. */
async function members(destination = 'siem'): Promise<readonly string[]> {
  const rows = await stored.rows(
    `SELECT subject, kind, state FROM outbox WHERE destination = ? AND category = 'quality' ORDER BY subject, sequence`,
    destination,
  );
  return rows.map((row) => Object.values(row).join(' '));
}

async function settleNotice(
  sequence: number,
  state: Exclude<Settlement['state'], 'pending'>,
  destination = 'siem',
) {
  const rows = await readUndelivered(stored.database, 100, { destination });
  const notice = rows.find((row) => row.category === 'storm' && row.sequence === sequence);
  const attempt = {
    startedAtMs: TRIGGER_MS,
    durationMs: 5,
    outcome: { kind: state, reason: 'as told' },
  } as const;
  await stored.database.commit(settleStatements(notice!, attempt, { state }));
}

const [a, b] = [memberOf('a'), memberOf('b')];
const recoveryOfA = memberOf('a', { kind: 'recovered', sequence: 1 });

describe('what belongs to a storm', () => {
  it('is held until the notice that lists it is delivered, and is then told of', async () => {
    await decide(stormNotice(0, []), a);
    await decide(stormNotice(1, [a]), b);
    await settleNotice(0, 'delivered');
    assert.deepEqual(await members(), ['a opened held', 'b opened held']);
    await settleNotice(1, 'delivered');
    assert.deepEqual(await members(), ['a opened listed', 'b opened held']);
    assert.deepEqual(await stored.rows(`SELECT settled_at_ms FROM outbox WHERE state = 'listed'`), [
      { settled_at_ms: TRIGGER_MS + 5 },
    ]);
  });

  it('may come in one batch with the notice, before or behind it', async () => {
    await decide(stormNotice(0, [a, b]), a);
    assert.deepEqual(await members(), ['a opened held']);
    await decide(b, stormNotice(1, [b]));
    await settleNotice(0, 'delivered');
    await settleNotice(1, 'delivered');
    assert.deepEqual(await members(), ['a opened listed', 'b opened listed']);
  });

  it('is not sent twice when the batch is', async () => {
    await decide(stormNotice(0, [a]), a);
    await settleNotice(0, 'delivered');
    const once = await stored.rows('SELECT * FROM outbox');
    await decide(stormNotice(0, [a]), a);
    assert.deepEqual(await stored.rows('SELECT * FROM outbox'), once);
  });

  it('is let go where the notice that lists it is dead, and only what that one lists', async () => {
    await decide(stormNotice(0, []), a, b, stormNotice(1, [a]), stormNotice(2, [b]));
    await settleNotice(1, 'dead');
    assert.deepEqual(await members(), ['a opened pending', 'b opened held']);
    const [row] = await readUndelivered(stored.database, 1, { states: ['pending'], destination: 'siem' });
    assert.equal(row!.createdAtMs, TRIGGER_MS, 'its SLA goes on');
  });

  it('is let go only at the destination whose notice is dead', async () => {
    const critical = { severity: 'critical', peakSeverity: 'critical' } as const;
    const member = memberOf('a', critical);
    await decide(stormNotice(0, [member], critical), member);
    await settleNotice(0, 'dead', 'pager');
    assert.deepEqual(await members('siem'), ['a opened held']);
    assert.deepEqual(await members('pager'), ['a opened pending']);
  });

  it('is sent alone where the storm is not severe enough to be told of', async () => {
    const critical = memberOf('a', { severity: 'critical', peakSeverity: 'critical' });
    await decide(stormNotice(0, []), critical);
    pager.committedCounts.length = 0;
    await decide(stormNotice(1, [critical]));
    assert.deepEqual(await members('siem'), ['a opened held']);
    assert.deepEqual(await members('pager'), ['a opened pending']);
    assert.deepEqual(pager.committedCounts, [0], 'it is woken all the same');
  });

  it('follows what came before it', async () => {
    await decide(stormNotice(0, [a]), a, recoveryOfA, stormNotice(1, [b]), b);
    assert.deepEqual(await members(), ['a opened held', 'a recovered held', 'b opened held']);
    await settleNotice(0, 'delivered');
    await settleNotice(1, 'dead');
    await decide(
      memberOf('a', { kind: 'reopened', sequence: 2 }),
      memberOf('b', { kind: 'recovered', sequence: 1 }),
    );
    assert.deepEqual(await members(), [
      'a opened listed',
      'a recovered listed',
      'a reopened listed',
      'b opened pending',
      'b recovered pending',
    ]);
  });

  it('is counted', async () => {
    await decide(stormNotice(0, []), a, b);
    assert.equal(await stored.settings.recorded('webrtc.delivery.held_back', { cause: 'storm' }), 2);
  });
});

describe('the end of a storm', () => {
  it('sends what has outlived it, and nothing else', async () => {
    const c = memberOf('c');
    await decide(stormNotice(0, [a, b]), a, b);
    await settleNotice(0, 'delivered');
    await decide(c);
    await decide(stormNotice(1, [c], { survivors: [b, c] }));
    assert.deepEqual(await members(), ['a opened listed', 'b opened pending', 'c opened pending']);
    assert.equal(
      await stored.settings.recorded('webrtc.delivery.released', {
        destination: 'siem',
        cause: 'storm_over',
      }),
      2,
    );
    await settleNotice(1, 'delivered');
    assert.deepEqual(await members(), ['a opened listed', 'b opened pending', 'c opened pending']);
  });

  it('starts the wait of what its notice has told of anew; for the rest it goes on', async () => {
    await decide(stormNotice(0, [a]), a, b);
    await settleNotice(0, 'delivered');
    // Both have been escalated once.
    await stored.database.commit([{ sql: 'UPDATE outbox SET escalated_steps = 1', values: [] }]);
    stored.clock.advance(60_000);
    await decide(stormNotice(1, [b], { survivors: [a, b] }));
    const columns = 'subject, created_at_ms, decided_at_ms, escalated_steps';
    assert.deepEqual(
      await stored.rows(`SELECT ${columns} FROM outbox WHERE category = 'quality' ORDER BY subject`),
      [
        { subject: 'a', created_at_ms: TRIGGER_MS + 60_000, decided_at_ms: TRIGGER_MS, escalated_steps: 0 },
        { subject: 'b', created_at_ms: TRIGGER_MS, decided_at_ms: TRIGGER_MS, escalated_steps: 1 },
      ],
    );
  });

  it('sends of an incident that was reopened meanwhile only what it is about now', async () => {
    const reopening = memberOf('a', { kind: 'reopened', sequence: 2 });
    await decide(stormNotice(0, [a]), a, recoveryOfA, reopening);
    await settleNotice(0, 'delivered');
    await decide(stormNotice(1, [], { survivors: [a] }));
    assert.deepEqual(await members(), ['a opened listed', 'a recovered listed', 'a reopened pending']);
  });

  it('leaves what was let go before as it is', async () => {
    await decide(stormNotice(0, [a]), a);
    await settleNotice(0, 'dead');
    stored.clock.advance(60_000);
    await decide(stormNotice(1, [], { survivors: [a] }));
    const [row] = await stored.rows(`SELECT created_at_ms FROM outbox WHERE subject = 'a'`);
    assert.deepEqual(row, { created_at_ms: TRIGGER_MS });
  });
});

describe('what is held although its storm should have been told of', () => {
  const HELD = ['a opened held', 'a recovered held'];
  const LET_GO = ['a opened pending', 'a recovered pending'];

  beforeEach(() => decide(stormNotice(0, [a]), a));

  /** A later row of the same incident goes along. */
  const recover = () => decide({ ...recoveryOfA, decidedAtMs: stored.clock.nowMs() });

  it('is let go, all of its incident, when it has waited for 240 s', async () => {
    await stored.advance(200_000);
    await recover();
    await stored.advance(39_000);
    assert.deepEqual(await members(), HELD);
    siem.committedCounts.length = 0;
    await stored.advance(6_000);
    assert.deepEqual(await members(), LET_GO);
    assert.deepEqual(siem.committedCounts, [0], 'the destination is woken');
    assert.equal(
      await stored.settings.recorded('webrtc.delivery.released', {
        destination: 'siem',
        cause: 'notice_late',
      }),
      2,
    );
    const [row] = await readUndelivered(stored.database, 1, {
      states: ['pending'],
      destination: 'siem',
      rowId: 2,
    });
    assert.deepEqual([row!.createdAtMs, row!.lastReason], [TRIGGER_MS, 'its storm was not told of in time']);
  });

  it('is not let go into an open breaker, nor right after it has closed: the notice has its chance first', async () => {
    await recover();
    siem.isTaking = false;
    await stored.advance(3_600_000);
    assert.deepEqual(await members(), HELD);
    siem.isTaking = true;
    await stored.advance(60_000);
    assert.deepEqual(await members(), HELD);
    await stored.advance(10_000);
    assert.deepEqual(await members(), LET_GO);
  });

  it('is not let go when the notice is delivered in time', async () => {
    await recover();
    await stored.advance(235_000);
    await settleNotice(0, 'delivered');
    await stored.advance(60_000);
    assert.deepEqual(await members(), ['a opened listed', 'a recovered listed']);
  });

  it('is let go after a restart, too', async () => {
    await recover();
    await stored.advance(200_000);
    await stored.stop();
    stored = await StoredOutbox.open(stored);
    stored.outbox.register(siem);
    await stored.advance(70_000);
    assert.deepEqual(await members(), LET_GO);
  });
});
