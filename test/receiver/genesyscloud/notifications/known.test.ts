// What becomes of one state after the other.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Communication } from '../../../../receiver/genesyscloud/notifications/decode-conversation.ts';
import { KnownConversations } from '../../../../receiver/genesyscloud/notifications/known-conversations.ts';
import { KnownStations } from '../../../../receiver/genesyscloud/notifications/known-stations.ts';
import type { SessionEvent } from '../../../../receiver/sample.ts';

const START = 1_000_000_000_000;
let known: KnownConversations;
let clampedCount: number;

beforeEach(() => {
  clampedCount = 0;
  known = create();
});

function create(maxSessions = 1_000): KnownConversations {
  return new KnownConversations({
    maxSessions,
    startedAtMs: START,
    agentIdOf: (id) => `agent of ${id}`,
    onClamped: () => (clampedCount += 1),
  });
}

type Fields = Partial<Communication>;

/** `v` unless another id is given; seconds after the start. */
function take(
  atS: number,
  ones: readonly Fields[],
  { isOver = false, id = 'c', askedAt = Infinity } = {},
): string[] {
  const communications = ones.map((one): Communication => ({ sessionId: 'v', state: 'connected', ...one }));
  const state = { conversationId: id, communications, isOver };
  return known.take(state, 'communication', START + atS * 1_000, askedAt).map(shown);
}

function shown({ sessionId, type, observedAtMs }: SessionEvent): string {
  return `${sessionId} ${type} ${(observedAtMs - START) / 1_000}`;
}

const at = (seconds: number) => START + seconds * 1_000;

describe('a session', () => {
  it('is connected when the platform says it was, and told of once', () => {
    assert.deepEqual(take(5, [{ connectedAtMs: at(3) }]), ['v connected 3']);
    assert.deepEqual(take(6, [{ connectedAtMs: at(3) }]), []);
  });

  it('is connected at its arrival where nobody says when', () => {
    assert.deepEqual(take(5, [{}]), ['v connected 5']);
  });

  it('carries the conversation, and the user as may be shown', () => {
    const state = {
      conversationId: 'c',
      communications: [{ sessionId: 'v', userId: 'u', state: 'connected' } as const],
      isOver: false,
    };
    assert.deepEqual(known.take(state, 'communication', at(1)), [
      {
        kind: 'event',
        type: 'connected',
        sessionId: 'v',
        conversationId: 'c',
        agentId: 'agent of u',
        observedAtMs: at(1),
        receivedAtMs: at(1),
        dimensions: {},
      },
    ]);
  });

  it('is muted and unmuted as it changes, and not when that is not told', () => {
    assert.deepEqual(take(1, [{ isMuted: false }]), ['v connected 1']);
    assert.deepEqual(take(2, [{ isMuted: true }]), ['v muted 2']);
    assert.deepEqual(take(3, [{ isMuted: true }]), []);
    assert.deepEqual(take(4, [{}]), []);
    assert.deepEqual(take(5, [{ isMuted: false }]), ['v unmuted 5']);
    assert.deepEqual(take(6, [{ sessionId: 'w', isMuted: true }]), ['w connected 6', 'w muted 6.001']);
  });

  it('that is muted and unmuted in one moment has as many events, each a millisecond later', () => {
    take(1, [{}]);
    assert.deepEqual(
      [true, false, true].flatMap((isMuted) => take(1, [{ isMuted }])),
      ['v muted 1.001', 'v unmuted 1.002', 'v muted 1.003'],
    );
    assert.deepEqual(take(2, [{ state: 'ended', partedAtMs: at(1) }]), ['v ended 1.003']);
  });

  it('ends once, and does not come back', () => {
    take(1, [{}]);
    assert.deepEqual(take(9, [{ state: 'ended', partedAtMs: at(8) }]), ['v ended 8']);
    assert.deepEqual(take(10, [{ state: 'ended', partedAtMs: at(8) }]), []);
    assert.deepEqual(take(11, [{}]), []);
    assert.deepEqual(take(12, [{ state: 'lost', partedAtMs: at(11) }]), []);
  });

  it('that is lost stays lost, whatever older states say, until all have left', () => {
    take(1, [{}]);
    assert.deepEqual(take(9, [{ state: 'lost', partedAtMs: at(8) }]), ['v disconnected 8']);
    assert.deepEqual(take(10, [{}]), []);
    assert.deepEqual(take(11, [{ state: 'lost' }]), []);
    assert.deepEqual(take(12, [{ state: 'lost' }], { isOver: true }), ['v ended 12']);
    assert.deepEqual(take(13, [{ state: 'lost' }], { isOver: true }), []);
  });

  it('that is lost ends when its user is back under another id', () => {
    take(1, [{ userId: 'u' }, { sessionId: 'peer', userId: 'other' }]);
    assert.deepEqual(take(3, [{ userId: 'u', state: 'lost', partedAtMs: at(2) }, { sessionId: 'peer' }]), [
      'v disconnected 2',
    ]);
    assert.deepEqual(take(5, [{ sessionId: 'back', userId: 'u', connectedAtMs: at(4) }]), [
      'back connected 4',
      'v ended 5',
    ]);
  });

  it('that is lost and takes the call with it is told so, and over', () => {
    take(1, [{}]);
    assert.deepEqual(take(5, [{ state: 'lost', partedAtMs: at(4) }], { isOver: true }), [
      'v disconnected 4',
      'v ended 5',
    ]);
  });

  it('has events that do not go back in time, though the platform has another clock', () => {
    take(1, [{}]);
    take(10, [{ isMuted: true }]);
    assert.deepEqual(take(11, [{ state: 'ended', partedAtMs: at(9) }]), ['v ended 10']);
  });

  it('of a platform whose clock is far ahead has the time of arrival', () => {
    assert.deepEqual(take(1, [{ connectedAtMs: at(30) }]), ['v connected 30']);
    assert.equal(clampedCount, 0);
    assert.deepEqual(take(1, [{ sessionId: 'w', connectedAtMs: at(32) }]), ['w connected 1']);
    assert.equal(clampedCount, 1);
  });

  it('that came and went unheard is told of, if that was in our time and not long ago', () => {
    const gone = (partedS: number): Fields => ({
      state: 'lost',
      connectedAtMs: at(partedS - 10),
      partedAtMs: at(partedS),
    });
    assert.deepEqual(take(60, [gone(50)], { id: 'a' }), ['v connected 40', 'v disconnected 50']);
    assert.deepEqual(take(60, [gone(-1)], { id: 'b' }), []);
    assert.deepEqual(take(7_200, [gone(3_599)], { id: 'd' }), []);
    assert.deepEqual(take(7_200, [gone(3_600)], { id: 'e' }), ['v connected 3590', 'v disconnected 3600']);
    // It rang, and was never there.
    assert.deepEqual(take(60, [{ state: 'ended', partedAtMs: at(50) }], { id: 'f' }), []);
    assert.deepEqual(take(60, [{ state: 'ended', connectedAtMs: at(50) }], { id: 'g' }), []);
  });
});

describe('somebody who leaves, told by itself', () => {
  const parting = (sessionIds: string[], fields = {}) => ({
    kind: 'parting' as const,
    conversationId: 'c',
    sessionIds,
    parting: 'ended' as const,
    ...fields,
  });

  it('ends a session that is known by one of the ids, once', () => {
    take(1, [{}]);
    assert.deepEqual(known.takeParting(parting(['x', 'v'], { atMs: at(3) }), at(4)).map(shown), [
      'v ended 3',
    ]);
    assert.deepEqual(known.takeParting(parting(['v']), at(5)), []);
    assert.deepEqual(take(6, [{}]), []);
  });

  it('says nothing of others', () => {
    assert.deepEqual(known.takeParting(parting(['v']), at(1)), []);
    take(1, [{}], { id: 'other' });
    assert.deepEqual(known.takeParting(parting(['v']), at(2)), []);
  });
});

describe('an answer', () => {
  it('says nothing of what was told of since it was asked for', () => {
    take(1, [{ sessionId: 'a' }, { sessionId: 'b' }]);
    const askedAt = known.position;
    take(2, [{ sessionId: 'a', isMuted: true }]);
    const old: Fields[] = [
      { sessionId: 'a', state: 'ended', partedAtMs: at(2) },
      { sessionId: 'b', state: 'ended', partedAtMs: at(2) },
    ];
    assert.deepEqual(take(3, old, { askedAt }), ['b ended 2']);
  });

  it('is wanted of conversations that last and were not told of since, the longest first', () => {
    take(1, [{}], { id: 'first' });
    take(2, [{}], { id: 'second' });
    take(3, [{ state: 'ended', connectedAtMs: at(1), partedAtMs: at(2) }], { id: 'over' });
    take(4, [{ sessionId: 'x' }, { state: 'lost', connectedAtMs: at(1), partedAtMs: at(2) }], { id: 'lost' });
    take(5, [{}], { id: 'first' });
    const since = known.position;
    assert.deepEqual(known.untoldSince(since), ['second', 'lost', 'first']);
    take(6, [{}], { id: 'second' });
    assert.deepEqual(known.untoldSince(since), ['lost', 'first']);
    // One of its two sessions was not told of.
    take(7, [{ sessionId: 'x' }], { id: 'lost' });
    assert.deepEqual(known.untoldSince(since), ['first', 'lost']);
  });

  it('that there is no such conversation ends what is not known better', () => {
    take(1, [
      { sessionId: 'a' },
      { sessionId: 'b' },
      { sessionId: 'gone', state: 'lost', connectedAtMs: at(1), partedAtMs: at(1) },
    ]);
    const askedAt = known.position;
    take(2, [{ sessionId: 'a' }]);
    assert.deepEqual(known.takeAbsence('c', at(3), askedAt).map(shown), ['b ended 3', 'gone ended 3']);
    assert.deepEqual(known.takeAbsence('c', at(3), known.position).map(shown), ['a ended 3']);
    assert.deepEqual(known.takeAbsence('unknown', at(3), 0), []);
    assert.deepEqual(known.untoldSince(known.position), []);
  });
});

describe('what is remembered', () => {
  it('is bounded: the conversation that was told of the longest ago goes', () => {
    known = create(2);
    take(1, [{ sessionId: 'a' }], { id: '1' });
    take(2, [{ sessionId: 'b' }], { id: '2' });
    take(3, [{ sessionId: 'a' }], { id: '1' });
    take(4, [{ sessionId: 'd' }], { id: '3' });
    assert.equal(known.sessionCount, 2);
    assert.deepEqual(known.untoldSince(Infinity), ['1', '3']);
    // What ended before something was forgotten would look like news.
    assert.deepEqual(take(5, [{ state: 'ended', connectedAtMs: at(2), partedAtMs: at(3) }], { id: '2' }), []);
  });

  it('is bounded within one conversation, too', () => {
    known = create(3);
    take(
      1,
      Array.from({ length: 10 }, (_, n) => ({ sessionId: `s${n}` })),
    );
    assert.equal(known.sessionCount, 3);
  });

  it('is forgotten an hour after the last word of a conversation that is over, and then is no news', () => {
    const over: Fields[] = [{ state: 'ended', connectedAtMs: at(1), partedAtMs: at(5) }];
    take(1, [{}]);
    take(5, over);
    take(3_500, [{ sessionId: 'x' }], { id: 'other' });
    assert.deepEqual(take(3_500, over), []);
    take(7_000, [{ sessionId: 'x' }], { id: 'other' });
    assert.equal(known.sessionCount, 2);
    take(7_200, [{ sessionId: 'x' }], { id: 'other' });
    assert.equal(known.sessionCount, 1);
    assert.deepEqual(take(7_201, over), []);
  });

  it('never grows beyond its bound, nor tells a session out of order, whatever comes', () => {
    const communication = fc.record({
      sessionId: fc.constantFrom('a', 'b', 'd'),
      state: fc.constantFrom('connected', 'lost', 'ended'),
      isMuted: fc.boolean(),
      connectedAtMs: fc.integer({ min: START - 50_000, max: START + 50_000 }),
      partedAtMs: fc.integer({ min: START - 50_000, max: START + 50_000 }),
    });
    const telling = fc.record({
      id: fc.constantFrom('1', '2', '3'),
      ones: fc.array(communication),
      isOver: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(telling, { maxLength: 30 }), (tellings) => {
        known = create(5);
        const lastMs = new Map<string, number>();
        for (const [index, { id, ones, isOver }] of tellings.entries()) {
          const nowMs = at(index);
          for (const event of known.take(
            { conversationId: id, communications: ones, isOver },
            'participant',
            nowMs,
          )) {
            const key = `${id} ${event.sessionId}`;
            if (event.type !== 'connected') assert.ok(event.observedAtMs >= lastMs.get(key)!);
            lastMs.set(key, event.observedAtMs);
          }
          assert.ok(known.sessionCount <= 5);
        }
      }),
    );
  });
});

describe('a station', () => {
  const stations = () =>
    new KnownStations({ maxStations: 2, agentIdOf: (id) => `agent of ${id}`, onClamped: () => {} });
  const tidings = (isConnected: boolean, fields: { stationId?: string; atMs?: number } = {}) => ({
    kind: 'station' as const,
    stationId: 's',
    userId: 'u',
    isConnected,
    ...fields,
  });

  it('is told of as it changes, by the platform’s time, under a name that may be shown', () => {
    const known = stations();
    const [event] = known.take(tidings(false, { atMs: at(1) }), at(2));
    assert.deepEqual(
      [event?.sessionId, event?.agentId, event?.type, event?.observedAtMs, event?.conversationId],
      ['agent of s', 'agent of u', 'disconnected', at(1), undefined],
    );
    assert.deepEqual(known.take(tidings(false, { atMs: at(2) }), at(3)), []);
    assert.equal(known.take(tidings(true, { atMs: at(4) }), at(5))[0]?.type, 'connected');
    // An older word that comes late.
    assert.deepEqual(known.take(tidings(false, { atMs: at(3) }), at(6)), []);
    assert.equal(known.take(tidings(false), at(7))[0]?.observedAtMs, at(7));
  });

  it('is forgotten when there are too many', () => {
    const known = stations();
    for (const stationId of ['a', 'b', 'a', 'd']) known.take(tidings(true, { stationId }), at(1));
    assert.equal(known.stationCount, 2);
    assert.equal(known.take(tidings(true, { stationId: 'a' }), at(2)).length, 0);
    assert.equal(known.take(tidings(true, { stationId: 'b' }), at(2)).length, 1);
  });
});
