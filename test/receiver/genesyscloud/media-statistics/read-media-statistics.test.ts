import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Communications } from '../../../../receiver/genesyscloud/media-statistics/communications.ts';
import {
  type EndpointReading,
  readMediaStatistics,
} from '../../../../receiver/genesyscloud/media-statistics/read-media-statistics.ts';
import type { QualitySample, SessionEvent } from '../../../../receiver/sample.ts';

const NOW_MS = Date.UTC(2026, 0, 1, 12);
const CREATED = '2026-01-01T11:59:50.000Z';

const endpoint = (fields: Record<string, unknown> = {}) => ({
  sourceType: 'Client',
  rtp: { estimatedAverageMos: 3.2, averageJitter: 0.012 },
  dateCreated: CREATED,
  ...fields,
});
const body = (...endpoints: unknown[]) => ({
  entities: [{ communicationId: 'c-1', mediaStatistics: endpoints }],
});
const read = (value: unknown) => readMediaStatistics(value, NOW_MS);

describe('media statistics', () => {
  it('are read with jitter in milliseconds', () => {
    assert.deepEqual(read(body(endpoint({ reconnectAttempts: 2 }))), {
      readings: [
        {
          communicationId: 'c-1',
          side: 'client',
          observedAtMs: NOW_MS - 10_000,
          mos: 3.2,
          jitterMs: 12,
          reconnectCount: 2,
        },
      ],
      faultCount: 0,
    });
  });

  it('of a server have no jitter, whose unit nobody knows', () => {
    const [reading] = read(body(endpoint({ sourceType: 'Server' }))).readings;
    assert.deepEqual(reading, {
      communicationId: 'c-1',
      side: 'server',
      observedAtMs: NOW_MS - 10_000,
      mos: 3.2,
    });
  });

  const faults: [what: string, value: unknown, readingCount: number, faultCount: number][] = [
    ['no body', undefined, 0, 0],
    ['null', null, 0, 1],
    ['a list', [], 0, 1],
    ['no entities', { conversations: [] }, 0, 1],
    ['no entity', { entities: [] }, 0, 0],
    ['an entity that is none', { entities: [7, null] }, 0, 2],
    [
      'an id that is an address',
      { entities: [{ communicationId: '203.0.113.7', mediaStatistics: [] }] },
      0,
      1,
    ],
    ['no list of endpoints', { entities: [{ communicationId: 'c' }] }, 0, 1],
    ['an endpoint that is none', body(null, 'x'), 0, 2],
    ['another side', body(endpoint({ sourceType: 'Trunk' })), 0, 1],
    ['no time', body(endpoint({ dateCreated: undefined })), 0, 1],
    ['a time that is a number', body(endpoint({ dateCreated: 7 })), 0, 1],
    ['a time of another century', body(endpoint({ dateCreated: '1999-12-31T23:59:59Z' })), 0, 1],
    ['a time that is to come', body(endpoint({ dateCreated: '2026-01-01T12:01:00Z' })), 0, 1],
    ['a MOS of 0', body(endpoint({ rtp: { estimatedAverageMos: 0 } })), 1, 1],
    ['a MOS of text', body(endpoint({ rtp: { estimatedAverageMos: '4' } })), 1, 1],
    ['a MOS of null', body(endpoint({ rtp: { estimatedAverageMos: null } })), 1, 0],
    ['jitter below 0', body(endpoint({ rtp: { averageJitter: -1 } })), 1, 1],
    ['no rtp', body(endpoint({ rtp: undefined })), 1, 0],
  ];
  for (const [what, value, readingCount, faultCount] of faults) {
    it(`with ${what} are counted, and not thrown`, () => {
      const { readings, faultCount: counted } = read(value);
      assert.deepEqual([readings.length, counted], [readingCount, faultCount]);
    });
  }

  it('are bounded', () => {
    const { readings, faultCount } = read(body(...Array.from({ length: 2_000 }, () => endpoint())));
    assert.deepEqual([readings.length, faultCount], [1_000, 1]);
  });

  it('never throw', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void read({ entities: [value, body(value)] })));
    fc.assert(fc.property(fc.jsonValue(), (value) => void read(body(value, endpoint({ rtp: value })))));
  });
});

const reading = (fields: Partial<EndpointReading> = {}): EndpointReading => ({
  communicationId: 'c-1',
  side: 'client',
  observedAtMs: 1_000,
  mos: 4,
  ...fields,
});

function take(communications: Communications, ...readings: EndpointReading[]): string[] {
  const fetched = { conversationId: 'c', receivedAtMs: 2_000, notBeforeMs: 500, pollIntervalMs: 30_000 };
  return communications.take(readings, fetched).map(textOf);
}

function textOf(record: QualitySample | SessionEvent): string {
  const { sessionId, observedAtMs } = record;
  if (record.kind === 'event') return `${sessionId} ${observedAtMs} ${record.type}`;
  return `${sessionId} ${observedAtMs} mos=${record.mos}${record.boundary ? ` ${record.boundary}` : ''}`;
}

describe('the records of communications', () => {
  it('are of the client where there is one, and of the newest reading', () => {
    const found = take(
      new Communications(),
      reading({ side: 'server', observedAtMs: 1_900, mos: 5 }),
      reading({ observedAtMs: 1_100, mos: 3 }),
      reading({ observedAtMs: 1_200, mos: 2 }),
      reading({ communicationId: 'c-2', side: 'server', mos: 4.5 }),
    );
    assert.deepEqual(found, ['c-1 1200 mos=2', 'c-2 1000 mos=4.5']);
  });

  it('never go back to the server once a client has told', () => {
    const communications = new Communications();
    take(communications, reading({ mos: 2 }));
    assert.deepEqual(take(communications, reading({ side: 'server', observedAtMs: 1_500, mos: 5 })), []);
    assert.deepEqual(take(communications, reading({ observedAtMs: 1_600, mos: 2 })), ['c-1 1600 mos=2']);
  });

  it('have a boundary between the server and the client', () => {
    const communications = new Communications();
    take(communications, reading({ side: 'server', mos: 2 }));
    assert.deepEqual(take(communications, reading({ observedAtMs: 1_100 })), ['c-1 1100 mos=4 ssrc_change']);
    assert.deepEqual(take(communications, reading({ observedAtMs: 1_200 })), ['c-1 1200 mos=4']);
  });

  it('are none for what was told before, or is old', () => {
    const communications = new Communications();
    take(communications, reading());
    assert.deepEqual(take(communications, reading(), reading({ observedAtMs: 900 })), []);
    assert.deepEqual(take(new Communications(), reading({ observedAtMs: 499 })), []);
  });

  it('tell a network change when there were more attempts to reconnect, and not at the first sight of them', () => {
    const communications = new Communications();
    assert.deepEqual(take(communications, reading({ reconnectCount: 3 })), ['c-1 1000 mos=4']);
    assert.deepEqual(take(communications, reading({ observedAtMs: 1_100, reconnectCount: 3 })), [
      'c-1 1100 mos=4',
    ]);
    assert.deepEqual(take(communications, reading({ observedAtMs: 1_200 })), ['c-1 1200 mos=4']);
    assert.deepEqual(take(communications, reading({ observedAtMs: 1_300, reconnectCount: 5 })), [
      'c-1 1300 network_change',
      'c-1 1300 mos=4',
    ]);
  });

  it('are no sample when nothing was measured', () => {
    const { mos: _, ...nothing } = reading();
    assert.deepEqual(take(new Communications(), nothing), []);
  });

  it('are bounded, and forgotten with their conversation', () => {
    const communications = new Communications();
    const many = Array.from({ length: 100 }, (_, index) => reading({ communicationId: `c-${index}` }));
    assert.equal(take(communications, ...many).length, 64);
    communications.forget('c');
    assert.deepEqual(take(communications, reading()), ['c-1 1000 mos=4']);
  });
});
