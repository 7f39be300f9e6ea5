import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { Deliverer } from '../../../bridge/delivery/deliverer.ts';
import { redriveStatement } from '../../../bridge/outbox/undelivered.ts';
import { INCIDENTS_DATABASE } from '../../../bridge/outbox/outbox.ts';
import { INCIDENTS_MIGRATIONS } from '../../../bridge/outbox/schema.ts';
import { FileStorage } from '../../../collector/extension/file_storage/file-storage.ts';
import { testSettings, type TestSettings } from '../../support/component-settings.ts';
import { FakeTarget, UNAVAILABLE } from '../../support/fake-target.ts';
import { FaultyDatabase, StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf } from '../../support/transition.ts';

let stored: StoredOutbox;
let database: FaultyDatabase;
let target: FakeTarget;
let settings: TestSettings;
let deliverer: Deliverer | undefined;

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

beforeEach(() => {
  database = new FaultyDatabase(stored.database);
  target = new FakeTarget(stored.clock);
});

afterEach(async () => {
  await deliverer?.stop(AbortSignal.abort());
  deliverer = undefined;
  await stored.clear();
});

function start({ concurrency = 4 } = {}): Deliverer {
  const schedule = { initialMs: 1_000, multiplier: 2, maxMs: 60_000, maxRetryAfterMs: 300_000 };
  settings = testSettings({ id: 'webhook', clock: stored.clock });
  deliverer = new Deliverer(settings, database, target, { schedule, concurrency, maxRows: 1_000 });
  deliverer.wake();
  return deliverer;
}

/** Reads go through one thread in order, so after a few of ours the deliverer's own have come back. */
async function quiet(): Promise<void> {
  for (let count = 0; count < 6; count++) await stored.rows('SELECT 1');
}

describe('the order of delivery', () => {
  it('keeps to the sequence within an incident, one at a time', async () => {
    target.isHolding = true;
    const [opened, escalated, recovered] = incidentStory();
    await stored.put('webhook', recovered!, escalated!, opened!);
    start();
    await target.attempted(1);
    await quiet();
    assert.deepEqual(target.story(), ['s-1 opened']);
    target.end();
    await target.attempted(2);
    target.end();
    await target.attempted(3);
    target.end();
    await deliverer!.flush();
    assert.deepEqual(target.story(), ['s-1 opened', 's-1 escalated', 's-1 recovered']);
    assert.equal(target.mostAtOnce, 1);
  });

  it('lets nothing pass a transition that has to be repeated', async () => {
    target.answer = (row) => (row.kind === 'opened' ? UNAVAILABLE : { kind: 'delivered', reason: 'ok' });
    await stored.put('webhook', ...incidentStory());
    await start().flush();
    assert.deepEqual(target.story(), ['s-1 opened']);
  });

  it('takes different incidents by severity, then by age', async () => {
    await stored.put(
      'webhook',
      transitionOf({ subject: 'late', severity: 'high', decidedAtMs: 3 }),
      transitionOf({ subject: 'mild', severity: 'warning', decidedAtMs: 1 }),
      transitionOf({ subject: 'early', severity: 'high', decidedAtMs: 2 }),
      transitionOf({ subject: 'worst', severity: 'critical', decidedAtMs: 4 }),
    );
    await start({ concurrency: 1 }).flush();
    assert.deepEqual(target.story(), ['worst opened', 'early opened', 'late opened', 'mild opened']);
  });

  it('has no more attempts under way than allowed, each of another incident', async () => {
    target.isHolding = true;
    for (const subject of ['a', 'b', 'c', 'd', 'e'])
      await stored.put('webhook', ...incidentStory({ subject }));
    start({ concurrency: 3 });
    await target.attempted(3);
    await quiet();
    assert.equal(target.attempts.length, 3);
    assert.equal(new Set(target.attempts.map(({ row }) => row.subject)).size, 3);
    target.end();
    await target.attempted(4);
    target.isHolding = false;
    while (target.held.length > 0) target.end();
    await deliverer!.flush();
    assert.equal(target.attempts.length, 15);
    assert.equal(target.mostAtOnce, 3);
  });

  it('does not touch what is for another destination', async () => {
    await stored.put('webhook/other', transitionOf());
    await start().flush();
    assert.deepEqual(target.attempts, []);
    assert.deepEqual(await stored.states(), ['s-1 opened pending 0']);
  });
});

describe('an attempt that failed', () => {
  it('is repeated when its wait is over and not before, with what waits behind it staying quiet', async () => {
    const { clock } = stored;
    target.answer = UNAVAILABLE;
    await stored.put('webhook', ...incidentStory());
    await start().flush();
    const [row] = await stored.rows(
      'SELECT min(next_attempt_at_ms) AS due FROM outbox WHERE attempt_count = 1',
    );
    const waitMs = Number(row!.due) - clock.nowMs();
    assert.ok(waitMs >= 500 && waitMs <= 1_000);
    assert.equal(clock.nextDueMs(), row!.due, 'it sleeps until then, and does not go round in circles');
    clock.advance(waitMs - 1);
    await quiet();
    assert.equal(target.attempts.length, 1);
    target.answer = { kind: 'delivered', reason: 'ok' };
    clock.advance(1);
    await target.attempted(4);
    await deliverer!.flush();
    assert.deepEqual(target.story().slice(1), ['s-1 opened', 's-1 escalated', 's-1 recovered']);
  });

  it('keeps body and key over all repetitions', async () => {
    target.answer = UNAVAILABLE;
    await stored.put('webhook', transitionOf());
    await start().flush();
    for (let count = 2; count <= 8; count++) {
      stored.clock.advance(60_000);
      await deliverer!.flush();
    }
    assert.equal(target.attempts.length, 8);
    assert.equal(new Set(target.attempts.map(({ row }) => `${row.idempotencyKey} ${row.body}`)).size, 1);
  });

  it('is written down with its reason, as every attempt is', async () => {
    target.answer = UNAVAILABLE;
    await stored.put('webhook', transitionOf());
    await start().flush();
    target.answer = { kind: 'delivered', reason: 'status 200' };
    stored.clock.advance(1_000);
    await deliverer!.flush();
    const attempts = await stored.rows(
      'SELECT outcome, reason, started_at_ms FROM attempts ORDER BY attempt_id',
    );
    assert.deepEqual(
      attempts.map(({ outcome, reason }) => `${String(outcome)}: ${String(reason)}`),
      ['retry: status 503', 'delivered: status 200'],
    );
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 2']);
  });

  it('for good goes to the dead letters and does not hold up the recovery', async () => {
    target.answer = (row) =>
      row.kind === 'opened' ? { kind: 'dead', reason: 'status 400' } : { kind: 'delivered', reason: 'ok' };
    await stored.put('webhook', ...incidentStory());
    await start().flush();
    assert.deepEqual(await stored.states(), [
      's-1 opened dead 1',
      's-1 escalated delivered 1',
      's-1 recovered delivered 1',
    ]);
  });

  it('because of its size is repeated at once with a smaller body, and is dead when that is too large, too', async () => {
    target.answer = { kind: 'too_large', reason: 'status 413' };
    await stored.put('webhook', transitionOf());
    await start().flush();
    const { idempotencyKey } = transitionOf();
    assert.deepEqual(
      target.attempts.map(({ row }) => row.body),
      [`body of ${idempotencyKey}`, `less of body of ${idempotencyKey}`],
    );
    assert.deepEqual(await stored.states(), ['s-1 opened dead 2']);
  });

  it('three times because the key is taken counts as delivered', async () => {
    target.answer = { kind: 'conflict', reason: 'status 409' };
    await stored.put('webhook', transitionOf());
    await start().flush();
    for (const state of ['pending 1', 'pending 2', 'delivered 3']) {
      assert.deepEqual(await stored.states(), [`s-1 opened ${state}`]);
      stored.clock.advance(60_000);
      await deliverer!.flush();
    }
    assert.equal(target.attempts.length, 3);
  });
});

describe('what is to be delivered', () => {
  it('is taken up after a restart, failures and waits included', async () => {
    target.answer = UNAVAILABLE;
    await stored.put('webhook', ...incidentStory());
    await start().flush();
    await deliverer!.stop(AbortSignal.abort());
    await stored.stop();

    stored = await StoredOutbox.open(stored);
    database = new FaultyDatabase(stored.database);
    target = new FakeTarget(stored.clock);
    await start().flush();
    assert.deepEqual(target.attempts, [], 'it is not due yet');
    stored.clock.advance(1_000);
    await target.attempted(3);
    await deliverer!.flush();
    assert.deepEqual(await stored.states(), [
      's-1 opened delivered 2',
      's-1 escalated delivered 1',
      's-1 recovered delivered 1',
    ]);
  });

  it('is found within five seconds when another process has made it due', async () => {
    target.answer = { kind: 'dead', reason: 'status 400' };
    await stored.put('webhook', transitionOf());
    await start().flush();
    target.answer = { kind: 'delivered', reason: 'ok' };

    const { directory, clock } = stored;
    const other = new FileStorage(testSettings(), { directory, createDirectory: false, lock: false });
    await other.start();
    const options = { migrations: INCIDENTS_MIGRATIONS, survives: 'machine' } as const;
    const sameDatabase = await other.open(INCIDENTS_DATABASE, options);
    await sameDatabase.commit([redriveStatement({}, clock.nowMs())]);
    await other.shutdown();

    clock.advance(5_000);
    await target.attempted(2);
    await deliverer!.flush();
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 1']);
  });

  it('is counted: attempts by outcome, what was sent, what is dead, what waits', async () => {
    target.answer = (row) => {
      if (row.subject === 'a') return { kind: 'delivered', reason: 'ok' };
      return row.subject === 'b' ? { kind: 'dead', reason: 'status 400' } : UNAVAILABLE;
    };
    for (const subject of ['a', 'b', 'c', 'd']) await stored.put('webhook', transitionOf({ subject }));
    await start().flush();
    const of = (name: string, attributes: Record<string, string>) => settings.recorded(name, attributes);
    const destination = 'webhook';
    assert.equal(await of('webrtc.delivery.attempts', { destination, outcome: 'delivered' }), 1);
    assert.equal(await of('webrtc.delivery.attempts', { destination, outcome: 'dead' }), 1);
    assert.equal(await of('webrtc.delivery.attempts', { destination, outcome: 'retry' }), 2);
    assert.equal(await of('webrtc.delivery.dead_letters', { destination }), 1);
    assert.equal(await of('otelcol_exporter_sent_log_records', { exporter: 'webhook' }), 1);
    assert.equal(await of('otelcol_exporter_send_failed_log_records', { exporter: 'webhook' }), 3);
    // What waits is counted every five seconds.
    stored.clock.advance(5_000);
    await deliverer!.flush();
    const queue = { exporter: 'webhook', data_type: 'logs' };
    assert.equal(await of('otelcol_exporter_queue_size', queue), 2);
    assert.equal(await of('otelcol_exporter_queue_capacity', queue), 1_000);
  });
});
