import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recordingOf } from '../../replay/recording.ts';

const START_MS = Date.UTC(2026, 0, 1);
const OPTIONS = { sessionId: 'file', startAtMs: Date.UTC(2026, 5, 1), dialect: undefined, intervalMs: 5_000 };

const line = (second: number, connection = 'PC_0') => [
  'getstats',
  connection,
  {
    timestamp: START_MS + second * 1_000,
    A: { timestamp: 0, type: 'inbound-rtp', kind: 'video', packetsReceived: second },
  },
  START_MS + second * 1_000,
];

/** What a page sends at that second, as our own client writes it. */
const envelope = (second: number, sessionId?: string) => ({
  ...(sessionId !== undefined && { session_id: sessionId }),
  sent_at_ms: START_MS + second * 1_000,
  reports: [
    {
      at_ms: START_MS + second * 1_000,
      connection_id: '0',
      stats: [
        {
          id: 'A',
          type: 'inbound-rtp',
          kind: 'video',
          timestamp: START_MS + second * 1_000,
          packetsReceived: second,
        },
      ],
    },
  ],
});

const seconds = (body: unknown, options = OPTIONS) =>
  recordingOf(body, options)?.entries.map(({ observedAtMs }) => (observedAtMs - START_MS) / 1_000);

describe('a recording', () => {
  it('of a call is thinned to what a page would send, connection by connection', () => {
    const lines = Array.from({ length: 12 }, (_, second) => line(second));
    assert.deepEqual(seconds(lines), [0, 5, 10]);
    assert.deepEqual(seconds([line(0), line(2, 'PC_1'), line(5), line(7, 'PC_1')]), [0, 2, 5, 7]);
    assert.equal(seconds(lines, { ...OPTIONS, intervalMs: 0 })?.length, 12);
  });

  it('of a call forgives polls that are a little early', () => {
    assert.deepEqual(seconds([line(0), line(4.9), line(9.7)]), [0, 4.9, 9.7]);
  });

  it('of a call is put into the order of time', () => {
    assert.deepEqual(seconds([line(10), line(0), line(5)]), [0, 5, 10]);
  });

  it('of what a page has sent keeps its order and its own times, and what came late came late', () => {
    const recording = recordingOf([envelope(0), envelope(10), envelope(5), envelope(11)], OPTIONS);
    assert.equal(recording?.dialectName, 'getstats');
    assert.deepEqual(
      recording?.entries.map(({ observedAtMs, receivedAtMs }) =>
        [observedAtMs, receivedAtMs].map((timeMs) => (timeMs - START_MS) / 1_000),
      ),
      [
        [0, 0],
        [10, 10],
        [5, 10],
        [11, 11],
      ],
    );
  });

  it('is named after its file, unless it names its sessions itself', () => {
    const named = (body: unknown) => [
      ...new Set(recordingOf(body, OPTIONS)?.entries.map(({ sessionId }) => sessionId)),
    ];
    assert.deepEqual(named([line(0), line(5)]), ['file']);
    assert.deepEqual(named([envelope(0), envelope(5)]), ['file']);
    assert.deepEqual(named([envelope(0, 'a'), envelope(5, 'b')]), ['a', 'b']);
  });

  it('counts what was refused by its reason', () => {
    const { refusedCounts } = recordingOf(
      [line(0), ['getstats', 'P', 1, 1], ['getstats', 'P', 2, 1]],
      OPTIONS,
    )!;
    assert.deepEqual([...refusedCounts], [['must be an object', 2]]);
  });

  it('is none in a shape that nobody knows', () => {
    assert.equal(recordingOf({ hello: 'world' }, OPTIONS), undefined);
    assert.equal(recordingOf([], OPTIONS), undefined);
  });
});
