// The bound on what waits for a destination, and on its dead letters.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { TransitionSink } from '../../../bridge/transition/batch.ts';
import type { Severity, Transition } from '../../../bridge/transition/transition.ts';
import { FakeDestination } from '../../support/fake-destination.ts';
import { memberOf, stormNotice } from '../../support/storm.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf } from '../../support/transition.ts';

const MAX_ROWS = 4;
const MINUTE_MS = 60_000;

let stored: StoredOutbox;
let siem: FakeDestination;
let desk: FakeDestination;
let sink: TransitionSink;

beforeEach(async () => {
  stored = await StoredOutbox.open();
  siem = new FakeDestination('siem', 'warning');
  desk = new FakeDestination('desk', 'warning');
  siem.sendingQueue = { ...siem.sendingQueue, maxRows: MAX_ROWS };
  for (const destination of [siem, desk]) stored.outbox.register(destination);
  sink = stored.outbox.sink('logs', [siem, desk]);
  // The first sweep has been.
  await stored.advance(5_000);
});

afterEach(() => stored.close());

const decide = (...transitions: readonly Transition[]) => sink.consume({ transitions, records: [] });

/** An incident that is over: two rows. Opened so many milliseconds after the start. */
function over(subject: string, severity: Severity, decidedAtMs: number): Transition[] {
  const fields = { subject, severity, peakSeverity: severity };
  return [
    transitionOf({ ...fields, decidedAtMs }),
    transitionOf({ ...fields, kind: 'recovered', sequence: 1, decidedAtMs: decidedAtMs + 100 }),
  ];
}

async function states(destination: string): Promise<readonly string[]> {
  const rows = await stored.rows(
    'SELECT subject, kind, state FROM outbox WHERE destination = ? ORDER BY subject, sequence',
    destination,
  );
  return rows.map((row) => Object.values(row).join(' '));
}

const nowMs = () => stored.clock.nowMs();
const errors = () =>
  stored.settings.lines
    .filter(({ level }) => level === 'error')
    .map(({ msg, count, waitingCount }) => [msg, count ?? waitingCount]);

describe('more rows than may wait', () => {
  it('are brought down by whole incidents that are over, the least severe first, then the oldest', async () => {
    await decide(...over('a', 'critical', nowMs()), ...over('b', 'high', nowMs() + 1));
    await stored.advance(MINUTE_MS);
    assert.ok(!(await states('siem')).some((line) => line.endsWith('dead')), 'as many as may');
    await decide(...over('c', 'high', nowMs()));
    await stored.advance(MINUTE_MS);
    assert.deepEqual(await states('siem'), [
      'a opened pending',
      'a recovered pending',
      'b opened dead',
      'b recovered dead',
      'c opened pending',
      'c recovered pending',
    ]);
    assert.ok(!(await states('desk')).some((line) => line.endsWith('dead')), 'only where there are too many');
    const [row] = await stored.rows(`SELECT DISTINCT last_reason FROM outbox WHERE state = 'dead'`);
    assert.deepEqual(row, { last_reason: 'given up: more than 4 rows wait' });
    assert.deepEqual(errors(), [
      ['transitions went to the dead letters: more rows wait than sending_queue::max_rows; see outbox ls', 2],
    ]);
    const attributes = { destination: 'siem', cause: 'max_rows' };
    assert.equal(await stored.settings.recorded('webrtc.delivery.given_up', attributes), 2);
  });

  it('are kept when they are of open incidents, and the outbox is unhealthy as long as it lasts', async () => {
    const open = ['a', 'b', 'c', 'd', 'e'].map((subject) => transitionOf({ subject, decidedAtMs: nowMs() }));
    await decide(...open, ...over('f', 'critical', nowMs()));
    await stored.advance(MINUTE_MS);
    assert.deepEqual(await states('siem'), [
      ...open.map(({ subject }) => `${subject} opened pending`),
      'f opened dead',
      'f recovered dead',
    ]);
    assert.deepEqual(stored.settings.statuses.at(-1), {
      kind: 'unhealthy',
      reason: '5 rows of open incidents wait for siem',
    });
    assert.deepEqual(errors().at(-1), [
      'more rows of open incidents wait than sending_queue::max_rows; they are kept',
      5,
    ]);
    await decide(transitionOf({ subject: 'unrelated', severity: 'warning', decidedAtMs: nowMs() }));
    assert.equal(stored.settings.statuses.at(-1)!.kind, 'unhealthy', 'a commit that succeeds heals nothing');
    await stored.database.commit([{ sql: `DELETE FROM outbox WHERE subject IN ('a', 'b')`, values: [] }]);
    await stored.advance(MINUTE_MS);
    assert.deepEqual(stored.settings.statuses.at(-1), { kind: 'ok' });
  });

  it('count what a storm holds, and let its members go when its notice is given up', async () => {
    const members = ['a', 'b', 'c'].map((subject) => memberOf(subject, { decidedAtMs: nowMs() }));
    const end = stormNotice(1, [], { survivors: [], decidedAtMs: nowMs(), severity: 'warning' });
    const opening = stormNotice(0, members, { decidedAtMs: nowMs(), severity: 'warning' });
    await decide(...members, opening, end);
    await stored.advance(MINUTE_MS);
    assert.deepEqual(await states('siem'), [
      'a opened pending',
      'b opened pending',
      'c opened pending',
      'edge=fra-3 opened dead',
      'edge=fra-3 recovered dead',
    ]);
    assert.deepEqual(siem.committedCounts.at(-1), 0, 'the destination is woken');
  });
});

describe('more dead letters than are kept', () => {
  it('lose the oldest of them, loudly', async () => {
    const subjects = ['a', 'b', 'c', 'd', 'e', 'f'];
    await decide(...subjects.map((subject, n) => transitionOf({ subject, decidedAtMs: nowMs() + n })));
    await stored.database.commit([{ sql: `UPDATE outbox SET state = 'dead'`, values: [] }]);
    await stored.advance(MINUTE_MS);
    assert.deepEqual(
      await states('siem'),
      subjects.slice(2).map((subject) => `${subject} opened dead`),
    );
    assert.equal((await states('desk')).length, 6);
    assert.deepEqual(errors(), [
      ['the oldest dead letters were removed: there are more than sending_queue::max_rows', 2],
    ]);
    const attributes = { destination: 'siem' };
    assert.equal(await stored.settings.recorded('webrtc.delivery.dead_letters_removed', attributes), 2);
  });
});
