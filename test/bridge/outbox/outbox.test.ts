import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Outbox } from '../../../bridge/outbox/outbox.ts';
import type { SessionRecord, TransitionSink } from '../../../bridge/transition/batch.ts';
import { RefusedError } from '../../../collector/component.ts';
import type { Statement } from '../../../collector/extension/storage.ts';
import { testHost, testSettings } from '../../support/component-settings.ts';
import { FakeDestination } from '../../support/fake-destination.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf, TRIGGER_MS } from '../../support/transition.ts';

const DAY_MS = 24 * 3_600_000;
const FAULTY: Statement = { sql: 'INSERT INTO no_such_table VALUES (1)', values: [] };

let stored: StoredOutbox;
let siem: FakeDestination;
let desk: FakeDestination;
let sink: TransitionSink;

beforeEach(async () => {
  stored = await StoredOutbox.open();
  siem = new FakeDestination('siem', 'high');
  desk = new FakeDestination('desk', 'warning');
  sink = stored.outbox.sink('logs', [siem, desk]);
});

afterEach(() => stored.close());

const stateOf = (sessionId: string, revision: number, state?: string): SessionRecord => ({
  sessionId,
  revision,
  ...(state !== undefined && { state }),
});

const counts = async () => {
  const [row] = await stored.rows(`SELECT (SELECT count(*) FROM transitions) AS transitions,
    (SELECT count(*) FROM incidents) AS incidents, (SELECT count(*) FROM outbox) AS outbox,
    (SELECT count(*) FROM sessions) AS sessions`);
  return row;
};

describe('a commit of transitions', () => {
  it('holds the transitions, their rows for each destination, and the states that they leave behind', async () => {
    await sink.consume({ transitions: incidentStory(), records: [stateOf('s-1', 3, '{}')] });
    assert.deepEqual(await counts(), { transitions: 3, incidents: 1, outbox: 6, sessions: 1 });
    assert.deepEqual(siem.committedCounts, [3]);
    assert.deepEqual(desk.committedCounts, [3]);
  });

  it('leaves nothing behind when one statement of it fails, and asks to come again', async () => {
    desk.extra = [FAULTY];
    const consumed = sink.consume({ transitions: [transitionOf()], records: [stateOf('s-1', 1, '{}')] });
    await assert.rejects(consumed, (error: unknown) => {
      assert.ok(error instanceof RefusedError);
      assert.equal(error.retryAfterMs, 5_000);
      assert.match(error.message, /^the outbox cannot be written: .*no_such_table/);
      assert.ok(error.cause instanceof Error);
      return true;
    });
    assert.deepEqual(await counts(), { transitions: 0, incidents: 0, outbox: 0, sessions: 0 });
    assert.deepEqual([siem.committedCounts, desk.committedCounts], [[], []], 'nobody is told');
  });

  it('that failed turns the outbox unhealthy, until one succeeds', async () => {
    desk.extra = [FAULTY];
    await assert.rejects(sink.consume({ transitions: [transitionOf()], records: [] }));
    assert.equal(stored.settings.statuses.at(-1)!.kind, 'unhealthy');
    desk.extra = [];
    await sink.consume({ transitions: [transitionOf()], records: [] });
    assert.deepEqual(stored.settings.statuses.at(-1), { kind: 'ok' });
  });

  it('repeated changes nothing', async () => {
    const batch = { transitions: incidentStory(), records: [stateOf('s-1', 3, '{}')] };
    const everything = () =>
      Promise.all([counts(), stored.rows('SELECT * FROM outbox'), stored.rows('SELECT * FROM incidents')]);
    await sink.consume(batch);
    const once = await everything();
    await sink.consume(batch);
    await sink.consume({ ...batch, transitions: batch.transitions.slice(0, 1) });
    assert.deepEqual(await everything(), once);
  });

  it('does not suffer from a faulty one at the same time', async () => {
    const faulty = new FakeDestination('faulty', 'warning');
    faulty.extra = [FAULTY];
    const faultySink = stored.outbox.sink('logs/faulty', [faulty]);
    const results = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((subject, index) =>
        (index % 2 === 0 ? sink : faultySink).consume({
          transitions: [transitionOf({ subject })],
          records: [],
        }),
      ),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected'],
    );
    assert.deepEqual(await stored.rows('SELECT subject FROM incidents ORDER BY subject'), [
      { subject: 'a' },
      { subject: 'c' },
    ]);
  });
});

describe('what a destination wants', () => {
  it('is all that is stored for it, and all that it is told of', async () => {
    const warning = transitionOf({ subject: 'mild', severity: 'warning' });
    await sink.consume({ transitions: [warning], records: [] });
    await sink.consume({ transitions: [warning, transitionOf()], records: [] });
    assert.deepEqual(await stored.rows('SELECT destination, subject FROM outbox ORDER BY row_id'), [
      { destination: 'desk', subject: 'mild' },
      { destination: 'siem', subject: 's-1' },
      { destination: 'desk', subject: 's-1' },
    ]);
    assert.deepEqual([siem.committedCounts, desk.committedCounts], [[1], [1, 2]]);
  });
});

describe('the states of a pipeline', () => {
  it('come back after a restart, the newest of each session, from either database', async () => {
    await sink.consume({ transitions: [], records: [stateOf('a', 1, 'old'), stateOf('b', 5, 'b5')] });
    await sink.checkpoint([stateOf('a', 2, 'a2'), stateOf('b', 4, 'late'), stateOf('c', 1, 'c1')]);
    await stored.outbox.sink('logs/other', []).checkpoint([stateOf('d', 1, 'not ours')]);
    await stored.stop();
    stored = await StoredOutbox.open(stored);
    const restored = await stored.outbox.sink('logs', []).restore();
    assert.deepEqual(
      [...restored].sort((a, b) => a.sessionId.localeCompare(b.sessionId)),
      [stateOf('a', 2, 'a2'), stateOf('b', 5, 'b5'), stateOf('c', 1, 'c1')],
    );
  });

  it('do not come back when they were forgotten', async () => {
    await sink.consume({ transitions: [], records: [stateOf('a', 1, 'a1')] });
    await sink.checkpoint([stateOf('a', 2)]);
    assert.deepEqual(await sink.restore(), []);
  });

  it('leave no tombstones behind after the next sweep', async () => {
    await sink.checkpoint([stateOf('a', 1, 'a1'), stateOf('b', 1, 'b1')]);
    await sink.consume({ transitions: [], records: [stateOf('a', 2)] });
    await stored.advance(5_000);
    assert.equal((await counts())!.sessions, 0);
    assert.deepEqual(await sink.restore(), [stateOf('b', 1, 'b1')]);
  });

  it('that cannot be stored are refused', async () => {
    await stored.storage.shutdown();
    await assert.rejects(sink.checkpoint([stateOf('a', 1, 'a1')]), RefusedError);
  });
});

describe('the retention of seven days', () => {
  it('gives up what could not be delivered, and says so', async () => {
    await sink.consume({ transitions: [transitionOf({ decidedAtMs: TRIGGER_MS })], records: [] });
    stored.clock.advance(7 * DAY_MS);
    await stored.outbox.flush();
    assert.deepEqual(await stored.states(), ['s-1 opened pending 0', 's-1 opened pending 0']);
    stored.clock.advance(3_600_000);
    await stored.outbox.flush();
    assert.deepEqual(await stored.states(), ['s-1 opened dead 0', 's-1 opened dead 0']);
    const lines = stored.settings.lines.filter(({ level }) => level === 'error');
    assert.deepEqual(
      lines.map(({ msg, destination, count }) => [msg, destination, count]),
      ['desk', 'siem'].map((destination) => [
        'transitions went to the dead letters: not delivered within the retention; see outbox ls',
        destination,
        1,
      ]),
    );
    assert.equal(
      await stored.settings.recorded('webrtc.delivery.given_up', { destination: 'desk', cause: 'retention' }),
      1,
    );
  });

  it('counts from before a restart', async () => {
    await sink.consume({ transitions: [transitionOf({ decidedAtMs: TRIGGER_MS })], records: [] });
    await stored.stop();
    stored.clock.advance(8 * DAY_MS);
    stored = await StoredOutbox.open(stored);
    await stored.advance(5_000);
    assert.deepEqual(await stored.states(), ['s-1 opened dead 0', 's-1 opened dead 0']);
  });

  it('is shorter or longer for a destination that says so', async () => {
    siem.sendingQueue = { retentionMs: DAY_MS, maxRows: 100 };
    desk.sendingQueue = { retentionMs: 30 * DAY_MS, maxRows: 100 };
    for (const destination of [siem, desk]) stored.outbox.register(destination);
    await sink.consume({ transitions: [transitionOf({ decidedAtMs: TRIGGER_MS })], records: [] });
    stored.clock.advance(8 * DAY_MS);
    await stored.outbox.flush();
    stored.clock.advance(3_600_000);
    await stored.outbox.flush();
    assert.deepEqual(await stored.rows('SELECT destination, state FROM outbox ORDER BY destination'), [
      { destination: 'desk', state: 'pending' },
      { destination: 'siem', state: 'dead' },
    ]);
  });

  it('goes on after a failure, which it logs', async () => {
    await stored.storage.shutdown();
    await stored.advance(5_000);
    assert.ok(
      stored.settings.lines.some(({ msg }) => msg === 'a sweep of the outbox failed; it is repeated'),
    );
  });
});

describe('the life of the outbox', () => {
  it('needs a storage, and says how to get one', async () => {
    const lonely = new Outbox(testSettings());
    await assert.rejects(
      lonely.start(testHost()),
      /add file_storage to extensions and to service::extensions/,
    );
    await lonely.shutdown();
  });

  it('refuses everything before it has been started', async () => {
    const early = new Outbox(testSettings()).sink('logs', []);
    await assert.rejects(early.consume({ transitions: [], records: [] }), /has not been started/);
    await assert.rejects(early.checkpoint([]), /has not been started/);
  });

  it('leaves no timer behind', async () => {
    await stored.outbox.shutdown();
    await stored.outbox.shutdown();
    assert.equal(stored.clock.nextDueMs(), undefined);
  });
});
