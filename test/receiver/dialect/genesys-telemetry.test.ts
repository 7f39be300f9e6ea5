// What the telemetry of the Genesys client does to the events of the gatherer: it flattens them, and sends other things too.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { genesysTelemetry } from '../../../receiver/dialect/genesys-telemetry.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);

type Fields = Readonly<Record<string, unknown>>;

function decode(...details: readonly Fields[]) {
  const actions = details.map((each) => ({
    actionName: 'WebrtcStats',
    details: { sessionId: 's', ...each },
  }));
  return genesysTelemetry.decode({ appName: 'streamingclient', actions }, { receivedAtMs: NOW_MS });
}

function track(position: number, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries({ timestamp: NOW_MS, bytes: 1, packetsReceived: 1, ...fields }).map(([key, value]) => [
      `remoteTrack_[${position}]_${key}`,
      value,
    ]),
  );
}

describe('a flattened event', () => {
  it('has its tracks in the order of their numbers, however its keys are ordered', () => {
    const flat = { ...track(1, { kind: 'video', bytes: 22 }), ...track(0, { kind: 'video', bytes: 11 }) };
    const [record] = decode({ _eventType: 'getStats', ...flat }).records;
    assert.deepEqual(record?.kind === 'reading' && record.streams.map(({ id, counters }) => [id, counters]), [
      ['inbound-video-0', { bytesReceived: 11, packetsReceived: 1 }],
      ['inbound-video-1', { bytesReceived: 22, packetsReceived: 1 }],
    ]);
  });

  it('has flags as text', () => {
    const flat = { ...track(0, { kind: 'video' }), localCandidateChanged: 'true' };
    const typesOf = (fields: Fields) =>
      decode({ _eventType: 'getStats', ...fields }).records.map((record) =>
        record.kind === 'event' ? record.type : 'reading',
      );
    assert.deepEqual(typesOf(flat), ['network_change', 'reading']);
    assert.deepEqual(typesOf({ ...flat, localCandidateChanged: 'false' }), ['reading']);
  });

  it('has the time at which the client wrote it down, where it has none of its own', () => {
    const [record] = decode({ _eventType: 'failure', _eventTimestamp: NOW_MS - 800 }).records;
    assert.deepEqual(
      [record?.kind === 'event' && record.type, record?.observedAtMs],
      ['disconnected', NOW_MS - 800],
    );
  });

  it('is found among actions and events of other kinds, which are passed over in silence', () => {
    const body = {
      actions: [
        { actionName: 'PageAction', details: {} },
        { actionName: 'WebrtcStats', details: { _eventType: 'mediaRequested', sessionId: 's' } },
        {
          actionName: 'WebrtcStats',
          details: { _eventType: 'connect', _eventTimestamp: NOW_MS, sessionId: 's' },
        },
      ],
    };
    const { records, refusals } = genesysTelemetry.decode(body, { receivedAtMs: NOW_MS });
    assert.equal(records.length, 1);
    assert.deepEqual(refusals, []);
  });

  it('may be sent as a bare action', () => {
    const action = { actionName: 'WebrtcStats', details: { _eventType: 'connect', sessionId: 's' } };
    assert.equal(genesysTelemetry.recognises([action]), true);
    assert.equal(genesysTelemetry.decode([action], { receivedAtMs: NOW_MS }).records.length, 1);
  });
});
