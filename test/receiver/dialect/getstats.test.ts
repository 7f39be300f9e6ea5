// The envelope of our own client: whose clock counts, what is too much, and in which order records come.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DialectContext } from '../../../receiver/dialect/dialect.ts';
import { getstats } from '../../../receiver/dialect/getstats.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);

function stream(timestampMs: number, id = 'I') {
  return { id, type: 'inbound-rtp', timestamp: timestampMs, kind: 'video', bytesReceived: 1 };
}

function timesOf(body: unknown, context: Partial<DialectContext> = {}): readonly number[] {
  const { records } = getstats.decode(body, { receivedAtMs: NOW_MS, ...context });
  return records.map(({ observedAtMs }) => observedAtMs - NOW_MS);
}

describe('the clock of a page', () => {
  const report = (atMs: number) => ({ at_ms: atMs, stats: [stream(atMs)] });
  const envelope = (aheadMs: number) => ({
    session_id: 's',
    sent_at_ms: NOW_MS + aheadMs,
    reports: [report(NOW_MS + aheadMs - 60_000), report(NOW_MS + aheadMs - 5_000)],
    events: [{ type: 'muted', at_ms: NOW_MS + aheadMs - 1_000 }],
  });

  for (const aheadMs of [0, 30_000, -30_000]) {
    it(`is believed within 30 s of ours: ${aheadMs} ms`, () => {
      assert.deepEqual(timesOf(envelope(aheadMs)), [aheadMs - 60_000, aheadMs - 5_000, aheadMs - 1_000]);
    });
  }

  for (const aheadMs of [30_001, -30_001, 3_600_000, -86_400_000]) {
    it(`is set right beyond that, and distances stay: ${aheadMs} ms`, () => {
      assert.deepEqual(timesOf(envelope(aheadMs)), [-60_000, -5_000, -1_000]);
    });
  }

  it('is set right in the times of the objects too, also those of the peer’s reports', () => {
    const aheadMs = 3_600_000;
    const remote = { id: 'R', type: 'remote-outbound-rtp', localId: 'I', timestamp: NOW_MS + aheadMs - 900 };
    const stats = [stream(NOW_MS + aheadMs - 500), remote];
    const body = { session_id: 's', sent_at_ms: NOW_MS + aheadMs, reports: [{ stats }] };
    const [record] = getstats.decode(body, { receivedAtMs: NOW_MS }).records;
    assert.equal(record?.kind, 'reading');
    assert.equal(record.observedAtMs, NOW_MS - 500);
    assert.equal(record.streams[0]?.timestampMs, NOW_MS - 500);
    assert.equal(record.streams[0].remote?.timestamp, NOW_MS - 900);
  });

  it('is believed in a recording, however long ago that was', () => {
    assert.deepEqual(
      timesOf(envelope(-86_400_000), { isRecording: true }),
      [-86_460_000, -86_405_000, -86_401_000],
    );
  });

  it('is believed where the page does not say when it sent', () => {
    const { sent_at_ms: _, ...rest } = envelope(3_600_000);
    assert.deepEqual(timesOf(rest), [3_540_000, 3_595_000, 3_599_000]);
  });

  it('is believed where that can’t be a time, which is refused', () => {
    const body = { ...envelope(3_600_000), sent_at_ms: 'now' };
    const { refusals } = getstats.decode(body, { receivedAtMs: NOW_MS });
    assert.deepEqual(refusals, [
      { index: 0, path: 'sent_at_ms', reason: 'must be a time since the Unix epoch' },
    ]);
    assert.deepEqual(timesOf(body), [3_540_000, 3_595_000, 3_599_000]);
  });
});

describe('an envelope', () => {
  it('comes in the order of time, reports and events together', () => {
    const body = {
      session_id: 's',
      reports: [
        { at_ms: NOW_MS - 1_000, stats: [] },
        { at_ms: NOW_MS - 9_000, stats: [] },
      ],
      events: [
        { type: 'ended', at_ms: NOW_MS },
        { type: 'connected', at_ms: NOW_MS - 10_000 },
      ],
    };
    assert.deepEqual(timesOf(body), [-10_000, -9_000, -1_000, 0]);
  });

  it('may have an event without a time: that happened when it arrived', () => {
    const body = {
      session_id: 's',
      sent_at_ms: NOW_MS + 3_600_000,
      reports: [],
      events: [{ type: 'ended' }],
    };
    assert.deepEqual(timesOf(body), [0]);
  });

  it('may have an empty report: nothing is sent or received any more', () => {
    const body = { session_id: 's', reports: [{ at_ms: NOW_MS, connection_id: 'c', stats: [] }] };
    const [record] = getstats.decode(body, { receivedAtMs: NOW_MS }).records;
    assert.deepEqual(record, {
      kind: 'reading',
      sessionId: 's',
      dimensions: {},
      connectionId: 'c',
      observedAtMs: NOW_MS,
      receivedAtMs: NOW_MS,
      streams: [],
    });
  });

  it('keeps the index of its place in the body', () => {
    const body = [
      { session_id: 'a', reports: [], events: [{ type: 'connected', at_ms: NOW_MS }] },
      'nothing',
      { session_id: 'b', reports: [], events: [{ type: 'connected', at_ms: NOW_MS }] },
    ];
    const { indexes, refusals } = getstats.decode(body, { receivedAtMs: NOW_MS });
    assert.deepEqual(indexes, [0, 2]);
    assert.deepEqual(
      refusals.map(({ index }) => index),
      [1],
    );
  });

  it('has at most 10,000 reports', () => {
    const reports = Array.from({ length: 10_002 }, (_, position) => ({
      at_ms: NOW_MS + position,
      stats: [],
    }));
    const { records, refusals } = getstats.decode({ session_id: 's', reports }, { receivedAtMs: NOW_MS });
    assert.equal(records.length, 10_000);
    assert.deepEqual(refusals, [
      { index: 0, path: 'reports[10000]', reason: 'is one too many: at most 10000 are read' },
    ]);
  });
});

describe('a body of reports', () => {
  const body = (count: number) => Array.from({ length: count }, (_, position) => [stream(NOW_MS + position)]);
  const context = { receivedAtMs: NOW_MS, identity: { sessionId: 's' } };

  it('has at most 10,000 of them', () => {
    const { records, refusals } = getstats.decode(body(10_002), context);
    assert.equal(records.length, 10_000);
    assert.deepEqual(refusals, [
      { index: 10_000, path: '', reason: 'is one too many: at most 10000 entries of a body are read' },
    ]);
  });

  it('has any number of them when it is a recording', () => {
    assert.equal(getstats.decode(body(10_002), { ...context, isRecording: true }).records.length, 10_002);
  });
});
