import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  decodeConversation,
  type SessionUnit,
} from '../../../../receiver/genesyscloud/notifications/decode-conversation.ts';
import { decodeNotification } from '../../../../receiver/genesyscloud/notifications/decode-notification.ts';
import { partingOf } from '../../../../receiver/genesyscloud/notifications/disconnect-types.ts';
import { readFrame } from '../../../../receiver/genesyscloud/notifications/frame.ts';
import { assertNoLeak, CANARY } from '../../../support/no-leak.ts';

const AT = '2026-01-01T10:00:00.000Z';
const AT_MS = Date.parse(AT);
const LATER = '2026-01-01T10:05:00.000Z';
const LATER_MS = Date.parse(LATER);

/** All that the models of communications, of participants and of detail events have. */
const TYPES: [type: unknown, parting: 'lost' | 'ended'][] = [
  ['transport.failure', 'lost'],
  ['error', 'lost'],
  ['inactivity', 'lost'],
  ['session.expired', 'lost'],
  ['endpoint', 'ended'],
  ['endpoint.donotdisturb', 'ended'],
  ['client', 'ended'],
  ['system', 'ended'],
  ['timeout', 'ended'],
  ['transfer', 'ended'],
  ['transfer.conference', 'ended'],
  ['transfer.consult', 'ended'],
  ['transfer.donotdisturb', 'ended'],
  ['transfer.forward', 'ended'],
  ['transfer.noanswer', 'ended'],
  ['transfer.notavailable', 'ended'],
  ['peer', 'ended'],
  ['other', 'ended'],
  ['spam', 'ended'],
  ['uncallable', 'ended'],
  ['TRANSPORT_FAILURE', 'lost'],
  ['ERROR', 'lost'],
  ['UNKNOWN', 'ended'],
  ['ENDPOINT', 'ended'],
  ['CLIENT', 'ended'],
  ['SYSTEM', 'ended'],
  ['TRANSFER', 'ended'],
  ['PEER', 'ended'],
  ['OTHER', 'ended'],
  ['SPAM', 'ended'],
  ['TIMEOUT', 'ended'],
  ['CONFERENCE_TRANSFER', 'ended'],
  ['CONSULT_TRANSFER', 'ended'],
  ['FORWARD_TRANSFER', 'ended'],
  ['NO_ANSWER_TRANSFER', 'ended'],
  ['NOT_AVAILABLE_TRANSFER', 'ended'],
  ['UNCALLABLE', 'ended'],
  ['DND_ENDPOINT', 'ended'],
  ['DND_TRANSFER', 'ended'],
  ['a word of next year', 'ended'],
  ['constructor', 'ended'],
  [undefined, 'ended'],
  [null, 'ended'],
  [7, 'ended'],
];

describe('a disconnect type', () => {
  for (const [type, parting] of TYPES) {
    it(`${String(type)}: ${parting}`, () => assert.equal(partingOf(type), parting));
  }
});

describe('a conversation', () => {
  const general = (participant: object) => ({
    id: 'c',
    participants: [{ id: 'p', userId: 'u', ...participant }],
  });
  const video = (fields: object) => general({ videos: [{ id: 'v', connectedTime: AT, ...fields }] });
  const row = (fields: object) => ({ id: 'c', participants: [{ id: 'p', connectedTime: AT, ...fields }] });
  const one = (sessionId: string, fields: object) => ({ sessionId, connectedAtMs: AT_MS, ...fields });

  const rows: [what: string, unit: SessionUnit, body: unknown, communications: object[] | undefined][] = [
    [
      'video',
      'communication',
      video({ state: 'connected' }),
      [one('v', { userId: 'u', state: 'connected' })],
    ],
    [
      'muted video',
      'communication',
      video({ state: 'connected', videoMuted: true }),
      [one('v', { userId: 'u', state: 'connected', isMuted: true })],
    ],
    [
      'held video',
      'communication',
      video({ state: 'connected', videoMuted: false, held: true }),
      [one('v', { userId: 'u', state: 'connected', isMuted: true })],
    ],
    [
      'video that is shown',
      'communication',
      video({ state: 'connected', videoMuted: false }),
      [one('v', { userId: 'u', state: 'connected', isMuted: false })],
    ],
    [
      'lost video',
      'communication',
      video({ state: 'disconnected', disconnectType: 'transport.failure', disconnectedTime: LATER }),
      [one('v', { userId: 'u', state: 'lost', partedAtMs: LATER_MS })],
    ],
    [
      'video that was ended',
      'communication',
      video({ state: 'terminated', disconnectType: 'peer', disconnectedTime: LATER }),
      [one('v', { userId: 'u', state: 'ended', partedAtMs: LATER_MS })],
    ],
    ['video that rings', 'communication', video({ state: 'alerting' }), []],
    ['video in a state of next year', 'communication', video({ state: 'parked' }), []],
    ['video without an id', 'communication', general({ videos: [{ state: 'connected' }] }), []],
    [
      'video whose id is an address',
      'communication',
      general({ videos: [{ id: '203.0.113.7', state: 'connected' }] }),
      [],
    ],
    [
      "user's call",
      'communication',
      general({ calls: [{ id: 'k', state: 'connected', connectedTime: AT }] }),
      [one('k', { userId: 'u', state: 'connected' })],
    ],
    [
      "customer's telephone",
      'communication',
      general({ userId: undefined, calls: [{ id: 'k', state: 'connected' }] }),
      [],
    ],
    [
      "customer's video",
      'communication',
      general({ userId: undefined, videos: [{ id: 'v', state: 'connected' }] }),
      [{ sessionId: 'v', state: 'connected' }],
    ],
    ['chat', 'communication', general({ chats: [{ id: 't', state: 'connected' }] }), []],
    [
      'row of a participant',
      'participant',
      row({ state: 'connected', user: { id: 'u' }, videoMuted: true }),
      [one('p', { userId: 'u', state: 'connected', isMuted: true })],
    ],
    [
      'row of one that left',
      'participant',
      row({ state: 'disconnected', endTime: LATER, disconnectType: 'error' }),
      [one('p', { state: 'lost', partedAtMs: LATER_MS })],
    ],
    [
      'whole conversation, asked for as rows',
      'participant',
      video({ state: 'connected', videoMuted: false }),
      [one('p', { userId: 'u', state: 'connected', isMuted: false })],
    ],
    [
      'whole conversation with a newer video, as rows',
      'participant',
      general({
        videos: [
          { id: 'old', state: 'disconnected', disconnectType: 'error' },
          { id: 'new', state: 'connected', connectedTime: AT },
        ],
      }),
      [one('p', { userId: 'u', state: 'connected' })],
    ],
    [
      'participant without a video, as a row',
      'participant',
      general({ calls: [{ id: 'k', state: 'connected' }] }),
      [],
    ],
    ['body without an id', 'participant', { participants: [] }, undefined],
    ['body without participants', 'participant', { id: 'c' }, undefined],
    ['text', 'communication', 'c', undefined],
  ];
  for (const [what, unit, body, communications] of rows) {
    it(`as ${what}`, () => assert.deepEqual(decodeConversation(body, unit)?.communications, communications));
  }

  const ends: [what: string, participants: object[], isOver: boolean][] = [
    ['nobody', [], false],
    ['one who is there', [{ state: 'connected' }], false],
    ['one who is there and one who left', [{ state: 'connected' }, { state: 'disconnected' }], false],
    [
      'those who have left',
      [{ state: 'disconnected' }, { endTime: AT }, { videos: [{ state: 'disconnected' }] }],
      true,
    ],
    [
      'one whose call goes on',
      [{ videos: [{ state: 'disconnected' }], calls: [{ state: 'connected' }] }],
      false,
    ],
    ['one of whom nothing is known', [{ endTime: AT }, {}], false],
  ];
  for (const [what, participants, isOver] of ends) {
    it(`with ${what} is ${isOver ? '' : 'not '}over`, () => {
      assert.equal(decodeConversation({ id: 'c', participants }, 'communication')?.isOver, isOver);
    });
  }

  it('leaves names, numbers and addresses behind', () => {
    const personal = {
      name: CANARY,
      address: CANARY,
      ani: CANARY,
      attributes: { [CANARY]: CANARY },
      errorInfo: { message: CANARY },
    };
    const body = video({ state: 'connected', ...personal });
    Object.assign(body.participants[0] as object, personal);
    assertNoLeak({
      decoded: [decodeConversation(body, 'communication'), decodeConversation(body, 'participant')],
    });
  });
});

describe('a notification', () => {
  const station = { stationId: 's', userId: 'u', eventTime: AT_MS };
  const isOf = (persistentState: string) =>
    decodeNotification('v2.users.u.persistentconnection', { ...station, persistentState });

  it('of a station says whether it is connected, or nothing', () => {
    const states = ['PERSISTED', 'ACTIVE_CALL', 'DISCONNECTED', 'FAILED', 'UNKNOWN', 'toString'];
    assert.deepEqual(
      states.map((state) => {
        const tidings = isOf(state);
        return tidings.kind === 'station' ? tidings.isConnected : tidings.kind;
      }),
      [true, true, false, false, 'other', 'other'],
    );
    assert.deepEqual(isOf('FAILED'), {
      kind: 'station',
      stationId: 's',
      userId: 'u',
      isConnected: false,
      atMs: AT_MS,
    });
  });

  it('of somebody who leaves has both ids', () => {
    const body = {
      conversationId: 'c',
      sessionId: 'v',
      participantId: 'p',
      eventTime: AT_MS,
      disconnectType: 'TRANSPORT_FAILURE',
    };
    const expected = {
      kind: 'parting',
      conversationId: 'c',
      sessionIds: ['v', 'p'],
      parting: 'lost',
      atMs: AT_MS,
    };
    for (const who of ['user', 'customer']) {
      assert.deepEqual(decodeNotification(`v2.detail.events.conversation.c.${who}.end`, body), expected);
    }
    assert.equal(decodeNotification('v2.detail.events.conversation.c.user.start', body).kind, 'other');
  });

  const topics: [topic: string, kind: string][] = [
    ['v2.users.u.conversations', 'conversation'],
    ['v2.routing.queues.q.conversations', 'conversation'],
    ['v2.users.u.conversations.videos', 'conversation'],
    ['v2.routing.queues.q.conversations.videos', 'conversation'],
    ['v2.users.u.conversations.calls', 'other'],
    ['v2.users.u.presence', 'other'],
    ['v2.video.conferences.x', 'other'],
    ['v2.users.u.conversationsXvideos', 'other'],
    ['', 'other'],
  ];
  for (const [topic, kind] of topics) {
    it(`of the topic ${topic} is ${kind}`, () => {
      assert.equal(decodeNotification(topic, { id: 'c', participants: [] }).kind, kind);
    });
  }

  it('may have any body', () => {
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({ id: fc.oneof(fc.jsonValue(), fc.constant('c')), participants: fc.array(fc.jsonValue()) }),
      fc.record({
        id: fc.constant('c'),
        participants: fc.array(
          fc.record({
            id: fc.jsonValue(),
            state: fc.jsonValue(),
            videos: fc.array(fc.jsonValue()),
            endTime: fc.jsonValue(),
            user: fc.jsonValue(),
          }),
        ),
      }),
    );
    const known = topics
      .map(([topic]) => topic)
      .concat('v2.users.u.persistentconnection', 'v2.detail.events.conversation.c.user.end');
    fc.assert(
      fc.property(fc.constantFrom(...known), body, (topic, value) => {
        assert.ok(decodeNotification(topic, value).kind);
      }),
    );
  });
});

describe('a frame', () => {
  const rows: [text: string, kind: string][] = [
    ['{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}', 'alive'],
    ['{"topicName":"channel.metadata","eventBody":{"message":"pong"}}', 'alive'],
    ['{"topicName":"v2.system.socket_closing","eventBody":{"message":"soon"}}', 'closing'],
    ['{"result":"404"}', 'gone'],
    ['{"result":404,"message":"no such channel"}', 'gone'],
    ['{"result":"200","status":"subscribed"}', 'alive'],
    ['{"result":"400","status":"failure"}', 'alive'],
    ['{"topicName":"v2.users.u.presence","eventBody":{}}', 'notification'],
    ['{"topicName":"v2.users.u.presence"}', 'notification'],
    ['{"topicName":7}', 'unreadable'],
    ['{}', 'unreadable'],
    ['[]', 'unreadable'],
    ['null', 'unreadable'],
    ['{"topicName"', 'unreadable'],
    ['', 'unreadable'],
    [`{"topicName":"v2.x","eventBody":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'unreadable'],
  ];
  for (const [text, kind] of rows) {
    it(`${text.slice(0, 60)}: ${kind}`, () => assert.equal(readFrame(text).kind, kind));
  }

  it('is known by its topic, its number and its contents', () => {
    const identity = (topicName: string, CorrelationId: unknown, eventBody: unknown) => {
      const frame = readFrame(JSON.stringify({ topicName, metadata: { CorrelationId }, eventBody }));
      assert.ok(frame.kind === 'notification');
      return frame;
    };
    const first = identity('v2.a.b', 'x', { state: 1 });
    assert.deepEqual(identity('v2.a.b', 'x', { state: 1 }), first);
    assert.equal(first.isNumbered, true);
    for (const other of [
      identity('v2.a.c', 'x', { state: 1 }),
      identity('v2.a.b', 'y', { state: 1 }),
      identity('v2.a.b', 'x', { state: 2 }),
    ]) {
      assert.notEqual(other.identity, first.identity);
    }
    assert.equal(identity('v2.a.b', undefined, {}).isNumbered, false);
    assert.equal(identity('v2.a.b', '', {}).isNumbered, false);
  });

  it('may be any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => assert.ok(readFrame(text).kind)));
  });
});
