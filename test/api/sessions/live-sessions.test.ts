import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LiveSessions } from '../../../api/sessions/live-sessions.ts';
import type { QualityRecord } from '../../../api/sessions/live-session.ts';
import { Admission } from '../../../receiver/admission.ts';
import type { SessionEventType } from '../../../receiver/sample.ts';
import { endedEvent, qualityBatch, qualitySample, SAMPLE_START_MS } from '../../support/quality-sample.ts';

const AT = (seconds: number) => SAMPLE_START_MS + seconds * 1_000;

const sampleAt = (seconds: number, fields: Parameters<typeof qualitySample>[0] = {}) =>
  qualitySample({ observedAtMs: AT(seconds), mos: 4, ...fields });

const eventAt = (seconds: number, type: SessionEventType, sessionId = 's-1') =>
  endedEvent({ observedAtMs: AT(seconds), type, sessionId });

/** What is known after these records, each of which arrives when it was observed. */
function sessionsAfter(...records: readonly QualityRecord[]): LiveSessions {
  const sessions = new LiveSessions();
  for (const record of records) sessions.take(qualityBatch(record), record.receivedAtMs);
  return sessions;
}

const ids = (sessions: LiveSessions, nowMs = AT(0)) => sessions.after(0, 1_000, nowMs).map(({ id }) => id);

describe('what is known of a session', () => {
  it('is its newest sample and its newest event, when it was seen and how often', () => {
    const [first, second] = [sampleAt(0), sampleAt(5)];
    const event = eventAt(3, 'connected');
    const { sample, event: newest, ...rest } = sessionsAfter(first, event, second).get('s-1', AT(5))!;
    assert.equal(sample, second);
    assert.equal(newest, event);
    assert.deepEqual(
      [rest.firstSeenAtMs, rest.lastSeenAtMs, rest.sampleCount, rest.timeoutMs, rest.number],
      [AT(0), AT(5), 2, 60_000, 1],
    );
  });

  it('keeps the newest event when an older one comes late', () => {
    const sessions = sessionsAfter(eventAt(5, 'connected'), eventAt(2, 'disconnected'));
    const session = sessions.get('s-1', AT(5))!;
    assert.deepEqual([session.event!.type, session.connection], ['connected', 'connected']);
  });

  it('is there of audio, and of a session that has only told its state', () => {
    const sessions = sessionsAfter(sampleAt(0, { media: 'audio' }), eventAt(0, 'connected', 's-2'));
    assert.equal(sessions.get('s-1', AT(0))!.sample!.media, 'audio');
    assert.equal(sessions.get('s-2', AT(0))!.sample, undefined);
  });

  const CONNECTIONS: [told: string, records: QualityRecord[], connection: string | undefined][] = [
    ['unknown where nobody has told', [sampleAt(0), eventAt(1, 'network_change')], undefined],
    ['connected', [eventAt(0, 'connected')], 'connected'],
    ['disconnected', [sampleAt(0), eventAt(1, 'disconnected')], 'disconnected'],
    [
      'disconnected still after a change of network',
      [eventAt(1, 'disconnected'), eventAt(2, 'network_change')],
      'disconnected',
    ],
    [
      'disconnected still after a sample of the same instant',
      [sampleAt(1), eventAt(1, 'disconnected')],
      'disconnected',
    ],
    ['connected again by a newer sample', [eventAt(1, 'disconnected'), sampleAt(2)], 'connected'],
    [
      'as the last one says of two in one instant',
      [eventAt(1, 'connected'), eventAt(1, 'disconnected')],
      'disconnected',
    ],
    ['connected again by an event', [eventAt(1, 'disconnected'), eventAt(2, 'connected')], 'connected'],
  ];
  for (const [told, records, connection] of CONNECTIONS) {
    it(`its connection: ${told}`, () => {
      assert.equal(sessionsAfter(...records).get('s-1', AT(5))!.connection, connection);
    });
  }

  const MUTES: [told: string, records: QualityRecord[], isMuted: boolean | undefined][] = [
    ['unknown where nobody has told', [sampleAt(0)], undefined],
    ['as the sample says', [sampleAt(0, { muted: true })], true],
    ['as an event after the sample says', [sampleAt(0, { muted: true }), eventAt(1, 'unmuted')], false],
    ['as a sample after the event says', [eventAt(1, 'muted'), sampleAt(2, { muted: false })], false],
    ['as the event said, when later samples say nothing', [eventAt(1, 'muted'), sampleAt(2)], true],
  ];
  for (const [told, records, isMuted] of MUTES) {
    it(`whether it is muted: ${told}`, () => {
      assert.equal(sessionsAfter(...records).get('s-1', AT(5))!.isMuted, isMuted);
    });
  }
});

describe('the end of a session', () => {
  it('takes it off the list at once', () => {
    const sessions = sessionsAfter(sampleAt(0), sampleAt(0, { sessionId: 's-2' }), eventAt(5, 'ended'));
    assert.equal(sessions.get('s-1', AT(5)), undefined);
    assert.deepEqual([sessions.liveCount(AT(5)), sessions.knownCount], [1, 2]);
    assert.deepEqual(
      sessions.after(0, 10, AT(5)).map(({ id, hasEnded }) => [id, hasEnded]),
      [
        ['s-1', true],
        ['s-2', false],
      ],
    );
  });

  it('is not undone by what was observed before it, nor by what trails behind it', () => {
    const sessions = sessionsAfter(
      sampleAt(0),
      eventAt(5, 'ended'),
      sampleAt(4),
      sampleAt(5),
      eventAt(6, 'disconnected'),
    );
    assert.equal(sessions.get('s-1', AT(6)), undefined);
    assert.equal(sessions.liveCount(AT(6)), 0);
  });

  it('is the event that is shown of it, whatever was before and trails behind', () => {
    const sessions = sessionsAfter(
      eventAt(6, 'disconnected'),
      eventAt(5, 'ended'),
      eventAt(7, 'network_change'),
    );
    const [session] = sessions.after(0, 1, AT(7));
    assert.deepEqual([session!.event!.type, session!.event!.observedAtMs], ['ended', AT(5)]);
  });

  it('that a newer sample has overtaken is none', () => {
    assert.notEqual(sessionsAfter(sampleAt(6), eventAt(5, 'ended')).get('s-1', AT(6)), undefined);
  });

  for (const beginning of [sampleAt(7), eventAt(7, 'connected')]) {
    it(`is followed by another life when a ${beginning.kind} comes that is newer`, () => {
      const sessions = sessionsAfter(
        sampleAt(0),
        sampleAt(0, { sessionId: 's-2' }),
        eventAt(5, 'ended'),
        eventAt(6, 'disconnected'),
        beginning,
      );
      const again = sessions.get('s-1', AT(7))!;
      assert.deepEqual([again.firstSeenAtMs, again.number], [AT(7), 3]);
      assert.equal(again.sampleCount, beginning.kind === 'sample' ? 1 : 0);
      assert.deepEqual(ids(sessions), ['s-2', 's-1']);
      assert.equal(sessions.liveCount(AT(7)), 2);
    });
  }

  it('of a session that nobody knew is remembered, and shows none', () => {
    const sessions = sessionsAfter(eventAt(5, 'ended'));
    assert.equal(sessions.liveCount(AT(5)), 0);
    assert.deepEqual(sessions.take(qualityBatch(eventAt(5, 'ended')), AT(6)), []);
  });
});

describe('a session that has been silent for its timeout', () => {
  it('is not shown, and is forgotten when the next batch or reader comes', () => {
    const sessions = sessionsAfter(sampleAt(0));
    assert.notEqual(sessions.get('s-1', AT(59.999)), undefined);
    assert.equal(sessions.get('s-1', AT(60)), undefined);
    sessions.take(qualityBatch(sampleAt(60, { sessionId: 's-2' })), AT(60));
    assert.equal(sessions.knownCount, 1);
    assert.deepEqual(ids(sessions, AT(119.999)), ['s-2']);
    assert.deepEqual(ids(sessions, AT(120)), []);
    assert.deepEqual([sessions.liveCount(AT(120)), sessions.knownCount], [0, 0]);
  });

  it('is kept by the timeout of the batch that it came with last', () => {
    const sessions = new LiveSessions();
    sessions.take({ records: [sampleAt(0)], sessionTimeoutMs: 60_000 }, AT(0));
    sessions.take({ records: [sampleAt(5)], sessionTimeoutMs: 10_000 }, AT(5));
    sessions.sweep(AT(15));
    assert.equal(sessions.knownCount, 0);
  });

  it('is not kept alive by repeats', () => {
    const sessions = sessionsAfter(sampleAt(0));
    sessions.take(qualityBatch(sampleAt(0)), AT(50));
    assert.equal(sessions.get('s-1', AT(60)), undefined);
  });

  it('counts as ended no more when it had', () => {
    const sessions = sessionsAfter(sampleAt(0), eventAt(1, 'ended'));
    sessions.sweep(AT(61));
    assert.deepEqual([sessions.knownCount, sessions.liveCount(AT(61))], [0, 0]);
  });
});

describe('the list of sessions', () => {
  it('is in the order in which they were first seen, and goes on behind any number', () => {
    const sessions = new LiveSessions();
    const names = Array.from({ length: 20 }, (_, index) => `s-${index}`);
    sessions.take(qualityBatch(...names.map((sessionId) => sampleAt(0, { sessionId }))), AT(0));
    for (let number = 0; number <= 20; number++) {
      const found = sessions.after(number, 5, AT(0)).map(({ id }) => id);
      assert.deepEqual(found, names.slice(number, number + 5), `after ${number}`);
    }
    assert.deepEqual(sessions.after(1_000, 5, AT(0)), []);
  });

  it('does not grow by lives that are over', () => {
    const sessions = new LiveSessions();
    for (let second = 0; second < 5_000; second++) {
      const life = [eventAt(2 * second, 'connected'), eventAt(2 * second + 1, 'ended')];
      // All in one instant of ours, so that no sweep comes in between.
      sessions.take(qualityBatch(...life), AT(0));
    }
    assert.equal(sessions.knownCount, 1);
    assert.ok(sessions.storedCount < 1_100, `${sessions.storedCount} lives are stored`);
  });
});

/** A few sessions and instants, so that repeats, late ones and new lives are frequent. */
const record: fc.Arbitrary<QualityRecord> = fc
  .record({
    kind: fc.constantFrom('sample', 'event'),
    sessionId: fc.constantFrom('a', 'b', 'c'),
    second: fc.integer({ min: 0, max: 12 }),
    type: fc.constantFrom<SessionEventType>(
      'connected',
      'disconnected',
      'network_change',
      'muted',
      'unmuted',
      'ended',
    ),
  })
  .map(({ kind, sessionId, second, type }) =>
    kind === 'sample' ? sampleAt(second, { sessionId }) : eventAt(second, type, sessionId),
  );
const batches = fc.array(fc.array(record, { maxLength: 6 }), { maxLength: 30 });

describe('what is new in a batch', () => {
  it('is what the admission of a receiver would let pass', () => {
    fc.assert(
      fc.property(batches, (all) => {
        const sessions = new LiveSessions();
        const admission = new Admission({ maxSessions: 10, sessionTimeoutMs: 1e9 });
        for (const records of all) {
          const batch = { records, sessionTimeoutMs: 1e9 };
          const expected = records.filter((each) => admission.admit(each, AT(0)) === 'admitted');
          assert.deepEqual(sessions.take(batch, AT(0)), expected);
        }
      }),
    );
  });

  it('remembers as many events of a session as the admission does', () => {
    const sessions = new LiveSessions();
    const admission = new Admission({ maxSessions: 10, sessionTimeoutMs: 1e9 });
    const once = Array.from({ length: 17 }, (_, second) => eventAt(second, 'network_change'));
    // The first one has been forgotten, the second one not.
    const records = [...once, once[1]!, once[0]!];
    const expected = records.filter((each) => admission.admit(each, AT(0)) === 'admitted');
    assert.equal(expected.length, 18);
    assert.deepEqual(sessions.take({ records, sessionTimeoutMs: 1e9 }, AT(0)), expected);
  });

  it('is nothing when the same body comes once more, and the batch itself when all of it is new', () => {
    const sessions = new LiveSessions();
    const batch = qualityBatch(sampleAt(0), eventAt(0, 'connected'), sampleAt(0, { sessionId: 's-2' }));
    assert.equal(sessions.take(batch, AT(0)), batch.records);
    assert.deepEqual(sessions.take(batch, AT(1)), []);
  });
});

describe('the list, whatever comes', () => {
  it('has each known session once, by ascending numbers, and counts those that live', () => {
    fc.assert(
      fc.property(batches, fc.array(fc.integer({ min: 0, max: 40 })), (all, waits) => {
        const sessions = new LiveSessions();
        let nowMs = AT(0);
        for (const [index, records] of all.entries()) {
          nowMs += (waits[index] ?? 1) * 1_000;
          sessions.take({ records, sessionTimeoutMs: 60_000 }, nowMs);
          const listed = sessions.after(0, 1_000, nowMs);
          const names = listed.map(({ id }) => id);
          assert.equal(new Set(names).size, names.length);
          // What is swept away was not shown before.
          if (index % 3 === 2) sessions.sweep(nowMs);
          assert.deepEqual(sessions.after(0, 1_000, nowMs), listed);
          if (index % 3 !== 2) continue;
          assert.equal(names.length, sessions.knownCount);
          assert.equal(listed.filter(({ hasEnded }) => !hasEnded).length, sessions.liveCount(nowMs));
          const numbers = listed.map(({ number }) => number);
          assert.deepEqual(
            numbers,
            numbers.toSorted((one, other) => one - other),
          );
        }
      }),
    );
  });
});
