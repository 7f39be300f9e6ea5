// What silences hold back, and what is sent when they end.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Settlement, settleStatements } from '../../../bridge/outbox/outbox-store.ts';
import { readUndelivered } from '../../../bridge/outbox/undelivered.ts';
import type { TransitionSink } from '../../../bridge/transition/batch.ts';
import type { Transition, TransitionKind } from '../../../bridge/transition/transition.ts';
import { FakeDestination } from '../../support/fake-destination.ts';
import { FakeSilencer } from '../../support/fake-silencer.ts';
import { memberOf, stormNotice } from '../../support/storm.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf, TRIGGER_MS } from '../../support/transition.ts';

let stored: StoredOutbox;
let silencer: FakeSilencer;
let siem: FakeDestination;
let sink: TransitionSink;

async function start(left?: StoredOutbox): Promise<void> {
  stored = await StoredOutbox.open(left, { silences: silencer });
  stored.outbox.register(siem);
  sink = stored.outbox.sink('logs', [siem]);
}

beforeEach(async () => {
  silencer = new FakeSilencer();
  siem = new FakeDestination('siem', 'high');
  await start();
});

afterEach(() => stored.close());

const decide = (...transitions: readonly Transition[]) => sink.consume({ transitions, records: [] });

/** The next transition of the incident of `s-1`. */
const next = (kind: TransitionKind, sequence: number) => transitionOf({ kind, sequence });

async function states(): Promise<readonly string[]> {
  const rows = await stored.rows('SELECT subject, kind, state FROM outbox ORDER BY subject, sequence');
  return rows.map((row) => Object.values(row).join(' '));
}

async function settle(kind: TransitionKind, state: Exclude<Settlement['state'], 'pending'>): Promise<void> {
  const rows = await readUndelivered(stored.database, 100);
  const row = rows.find((each) => each.kind === kind && each.state === 'pending');
  const outcome = { kind: state, reason: 'as told' } as const;
  const attempt = { startedAtMs: TRIGGER_MS, durationMs: 5, outcome };
  await stored.database.commit(settleStatements(row!, attempt, { state }));
}

describe('a silence', () => {
  const kinds: Readonly<Record<TransitionKind, boolean>> = {
    opened: true,
    reopened: true,
    updated: true,
    escalated: true,
    deescalated: false,
    recovered: false,
    ended: false,
  };
  for (const [kind, isHeldBack] of Object.entries(kinds)) {
    it(`${isHeldBack ? 'holds back' : 'lets pass'} what has ${kind}`, async () => {
      silencer.begin('maintenance');
      await decide(next(kind as TransitionKind, 0));
      assert.deepEqual(await states(), [`s-1 ${kind} ${isHeldBack ? 'silenced' : 'pending'}`]);
    });
  }

  it('lets pass what it does not match', async () => {
    silencer.begin('maintenance', ({ subject }) => subject === 's-2');
    await decide(transitionOf(), transitionOf({ subject: 's-2' }));
    assert.deepEqual(await states(), ['s-1 opened pending', 's-2 opened silenced']);
    assert.equal(await stored.settings.recorded('webrtc.delivery.held_back', { cause: 'silence' }), 1);
  });

  it('is not asked about what no destination wants', async () => {
    silencer.begin('maintenance');
    await decide(transitionOf({ severity: 'warning' }));
    assert.equal(
      await stored.settings.recorded('webrtc.delivery.held_back', { cause: 'silence' }),
      undefined,
    );
  });

  it('takes precedence over a storm', async () => {
    silencer.begin('maintenance', ({ category }) => category === 'quality');
    await decide(stormNotice(0, []), memberOf('a'));
    assert.deepEqual(await states(), ['a opened silenced', 'edge=fra-3 opened pending']);
  });
});

describe('the end of a silence', () => {
  const endSilence = async (id = 'maintenance') => {
    silencer.end(id);
    await stored.advance(5_000);
  };

  beforeEach(() => silencer.begin('maintenance'));

  it('sends what it has held back of an open incident, whose wait starts now', async () => {
    await decide(next('opened', 0), next('escalated', 1));
    await stored.advance(3_600_000);
    assert.deepEqual(await states(), ['s-1 opened silenced', 's-1 escalated silenced']);
    siem.committedCounts.length = 0;
    await endSilence();
    assert.deepEqual(await states(), ['s-1 opened pending', 's-1 escalated pending']);
    assert.deepEqual(siem.committedCounts, [0], 'the destination is woken');
    const nowMs = TRIGGER_MS + 3_605_000;
    for (const row of await stored.rows(
      'SELECT created_at_ms, next_attempt_at_ms, decided_at_ms FROM outbox',
    )) {
      assert.deepEqual(row, { created_at_ms: nowMs, next_attempt_at_ms: nowMs, decided_at_ms: TRIGGER_MS });
    }
    assert.equal(
      await stored.settings.recorded('webrtc.delivery.released', {
        destination: 'siem',
        cause: 'silence_over',
      }),
      2,
    );
  });

  it('sends nothing of an incident that is over', async () => {
    await decide(next('opened', 0), next('recovered', 1));
    await endSilence();
    assert.deepEqual(await states(), ['s-1 opened silenced', 's-1 recovered pending']);
  });

  it('sends of an incident that was reopened only what it is about now', async () => {
    await decide(next('opened', 0), next('recovered', 1), next('reopened', 2));
    await endSilence();
    assert.deepEqual(await states(), [
      's-1 opened silenced',
      's-1 recovered pending',
      's-1 reopened pending',
    ]);
  });

  it('does not send what a later notice has overtaken', async () => {
    await decide(next('opened', 0), next('escalated', 1), next('deescalated', 2));
    await endSilence();
    assert.deepEqual(await states(), [
      's-1 opened silenced',
      's-1 escalated silenced',
      's-1 deescalated pending',
    ]);
  });

  it('sends it before what is decided between the end and the next sweep', async () => {
    await decide(next('opened', 0));
    silencer.end('maintenance');
    await decide(next('escalated', 1));
    assert.deepEqual(await states(), ['s-1 opened pending', 's-1 escalated pending']);
  });

  it('sends it when it has come between two lives', async () => {
    await decide(next('opened', 0));
    await stored.stop();
    silencer.end('maintenance');
    await start(stored);
    assert.deepEqual(await states(), ['s-1 opened pending']);
  });

  it('is waited for by what another silence has held back of the same incident', async () => {
    await decide(next('opened', 0));
    silencer.begin('night', ({ kind }) => kind === 'escalated');
    silencer.begin('maintenance', ({ kind }) => kind !== 'escalated');
    await decide(next('escalated', 1));
    await endSilence('night');
    assert.deepEqual(await states(), ['s-1 opened silenced', 's-1 escalated silenced']);
    await endSilence('maintenance');
    assert.deepEqual(await states(), ['s-1 opened pending', 's-1 escalated pending']);
  });

  it('sends what a silence has held back that began while an earlier opening was silenced', async () => {
    await decide(next('opened', 0), next('recovered', 1));
    await endSilence();
    silencer.begin('night');
    await decide(next('reopened', 2));
    await endSilence('night');
    assert.deepEqual(await states(), [
      's-1 opened silenced',
      's-1 recovered pending',
      's-1 reopened pending',
    ]);
  });
});

describe('a silence and a storm', () => {
  const [a] = [memberOf('a')];
  const end = async () => {
    silencer.end('maintenance');
    await stored.advance(5_000);
  };

  it('lets the members go whose storm it keeps quiet about', async () => {
    silencer.begin('maintenance', ({ category }) => category === 'storm');
    await decide(stormNotice(0, []), a);
    assert.deepEqual(await states(), ['a opened held', 'edge=fra-3 opened silenced']);
    await decide(stormNotice(1, [a]));
    assert.deepEqual(await states(), [
      'a opened pending',
      'edge=fra-3 opened silenced',
      'edge=fra-3 updated silenced',
    ]);
  });

  it('sends one notice and not many when a silence over both ends before the storm', async () => {
    silencer.begin('maintenance');
    await decide(stormNotice(0, [a]), a, memberOf('b'));
    assert.deepEqual(await states(), [
      'a opened silenced',
      'b opened silenced',
      'edge=fra-3 opened silenced',
    ]);
    await end();
    assert.deepEqual(await states(), ['a opened held', 'b opened held', 'edge=fra-3 opened pending']);
    await decide(stormNotice(1, [memberOf('b')]));
    await settle('opened', 'delivered');
    await settle('updated', 'delivered');
    assert.deepEqual(await states(), [
      'a opened listed',
      'b opened listed',
      'edge=fra-3 opened delivered',
      'edge=fra-3 updated delivered',
    ]);
  });

  it('takes as told of what a notice has listed meanwhile', async () => {
    silencer.begin('maintenance', ({ category }) => category === 'quality');
    await decide(stormNotice(0, [a]), a);
    await settle('opened', 'delivered');
    await end();
    assert.deepEqual(await states(), ['a opened listed', 'edge=fra-3 opened delivered']);
  });

  it('sends what the notice that listed it could not tell of', async () => {
    silencer.begin('maintenance', ({ category }) => category === 'quality');
    await decide(stormNotice(0, [a]), a);
    await settle('opened', 'dead');
    await end();
    assert.deepEqual(await states(), ['a opened pending', 'edge=fra-3 opened dead']);
  });

  it('sends what has outlived the storm when the silence ends', async () => {
    silencer.begin('maintenance', ({ category }) => category === 'quality');
    await decide(stormNotice(0, [a]), a);
    await settle('opened', 'delivered');
    await decide(stormNotice(1, [], { survivors: [a] }));
    assert.equal((await states())[0], 'a opened silenced');
    await end();
    assert.equal((await states())[0], 'a opened pending');
  });

  it('holds what only follows something silenced', async () => {
    silencer.begin('maintenance');
    await decide(stormNotice(0, []), a, memberOf('a', { kind: 'deescalated', sequence: 1 }));
    assert.deepEqual(await states(), [
      'a opened silenced',
      'a deescalated held',
      'edge=fra-3 opened silenced',
    ]);
    await stored.advance(310_000);
    assert.equal((await states())[1], 'a deescalated pending', 'and not for ever');
  });
});
