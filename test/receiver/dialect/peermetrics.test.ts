// What @peermetrics/webrtc-stats says of connections, and what it leaves out of objects.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { peermetrics } from '../../../receiver/dialect/peermetrics.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);

function decode(event: string, data: unknown) {
  const body = { event, tag: 'connection', peerId: 'p', connectionId: 'c', data };
  return peermetrics.decode(body, { receivedAtMs: NOW_MS });
}

describe('a state of a connection', () => {
  const cases: readonly (readonly [state: unknown, types: readonly string[]])[] = [
    ['new', []],
    ['checking', []],
    ['connecting', []],
    ['connected', ['connected']],
    ['completed', ['connected']],
    ['disconnected', ['disconnected']],
    ['failed', ['disconnected']],
    ['closed', ['ended']],
    [{ sdp: 'v=0' }, []],
  ];
  for (const event of ['onconnectionstatechange', 'oniceconnectionstatechange']) {
    for (const [state, types] of cases) {
      it(`${event} ${JSON.stringify(state)} means ${types.join() || 'nothing'}`, () => {
        const { records, refusals } = decode(event, state);
        assert.deepEqual(
          records.map((record) => record.kind === 'event' && record.type),
          types,
        );
        assert.deepEqual(refusals, []);
      });
    }
  }

  it('is none in an event of another kind', () => {
    assert.deepEqual(decode('onsignalingstatechange', 'closed').records, []);
  });
});

describe('an object of Safari, which has no kind', () => {
  it('has that of its place', () => {
    const object = { id: 'I', type: 'inbound-rtp', timestamp: NOW_MS, bytesReceived: 1 };
    const data = {
      audio: { inbound: [], outbound: [] },
      video: { inbound: [object], outbound: [] },
      connection: {},
    };
    const [record] = decode('stats', data).records;
    assert.equal(record?.kind === 'reading' && record.streams[0]?.media, 'camera');
  });
});
