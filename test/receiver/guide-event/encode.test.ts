import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GuideDecoder } from '../../../receiver/guide-event/decode-body.ts';
import { encodeGuideEvent } from '../../../receiver/guide-event/encode.ts';
import {
  DIMENSION_KEYS,
  type ExperienceCause,
  type MosCause,
  type QualitySample,
  type SessionEvent,
} from '../../../receiver/sample.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const START_2000_MS = Date.UTC(2000, 0, 1);

const id = fc.stringMatching(/^[\w/#=-]{1,64}$/);
const dimensions = fc.record(
  Object.fromEntries(DIMENSION_KEYS.map((key) => [key, fc.stringMatching(/^[a-z]{1,8}(-\d)?$/)])),
  { requiredKeys: [] },
);
const bounded = (max: number, min = 0) => fc.double({ min, max, noNaN: true }).map((value) => value + 0);
const identity = { sessionId: id, dimensions, observedAtMs: fc.integer({ min: START_2000_MS, max: NOW_MS }) };
const optionalIdentity = { conversationId: id, agentId: id };

const sample = fc
  .record(
    {
      ...identity,
      ...optionalIdentity,
      mos: bounded(5, 1),
      packetLossPercent: bounded(100),
      jitterMs: bounded(1e6),
      rttMs: bounded(1e6),
      bitrateKbps: bounded(1e7),
      usualBitrateKbps: bounded(1e7),
      framesPerSecond: bounded(1_000),
      freezeRatio: bounded(1),
      experience: bounded(5, 1),
      framesDroppedPercent: bounded(100),
      outage: fc.boolean(),
      codec: fc.constantFrom('video/VP8', 'video/H264'),
      media: fc.constantFrom('camera', 'screen', 'audio'),
      direction: fc.constantFrom('inbound', 'outbound'),
      muted: fc.boolean(),
      boundary: fc.constantFrom(
        'counter_reset',
        'ssrc_change',
        'codec_change',
        'decoder_change',
        'sampling_gap',
        'mute',
        'ice_restart',
      ),
      source: fc.constantFrom('reported', 'estimated'),
      mosCauses: fc.subarray<MosCause>(['delay', 'packet_loss']),
      experienceCauses: fc.subarray<ExperienceCause>([
        'outage',
        'freeze',
        'frames_dropped',
        'frame_rate',
        'resolution',
        'decode_overload',
        'cpu_limited',
        'bandwidth_limited',
        'concealment',
      ]),
    },
    {
      requiredKeys: [
        'sessionId',
        'dimensions',
        'observedAtMs',
        'media',
        'direction',
        'bitrateKbps',
        'source',
      ],
    },
  )
  .map(
    ({ source, mosCauses, experienceCauses, ...fields }) =>
      ({
        kind: 'sample',
        ...fields,
        ...(fields.mos !== undefined && { mosSource: source, ...(mosCauses && { mosCauses }) }),
        ...(fields.experience !== undefined && experienceCauses && { experienceCauses }),
        receivedAtMs: NOW_MS,
      }) as QualitySample,
  );

const sessionEvent = fc
  .record(
    {
      ...identity,
      ...optionalIdentity,
      type: fc.constantFrom('connected', 'disconnected', 'network_change', 'muted', 'unmuted', 'ended'),
    },
    { requiredKeys: ['sessionId', 'dimensions', 'observedAtMs', 'type'] },
  )
  .map((fields) => ({ kind: 'event', ...fields, receivedAtMs: NOW_MS }) as SessionEvent);

describe('encodeGuideEvent', () => {
  it('writes what the decoder reads back', () => {
    const decoder = new GuideDecoder({ dimensions: DIMENSION_KEYS });
    fc.assert(
      fc.property(fc.array(fc.oneof(sample, sessionEvent), { minLength: 1 }), (records) => {
        const body = Buffer.from(JSON.stringify(records.map(encodeGuideEvent)));
        const decoded = decoder.decode(body, 'json', NOW_MS);
        assert.deepEqual(decoded.rejected, []);
        assert.deepEqual(plain(decoded.records), plain(records));
      }),
    );
  });

  it('nests as the guide nests', () => {
    const event = encodeGuideEvent({
      kind: 'sample',
      sessionId: 's-1',
      agentId: 'agent-7',
      observedAtMs: NOW_MS,
      receivedAtMs: NOW_MS,
      mos: 3.4,
      mosSource: 'reported',
      jitterMs: 42,
      media: 'camera',
      direction: 'inbound',
      dimensions: { site: 'berlin', 'network.type': 'wifi' },
    });
    assert.deepEqual(event, {
      type: 'webrtc-video',
      timestamp: '2026-01-01T00:00:00.000Z',
      session: { id: 's-1' },
      agent: { id: 'agent-7' },
      metrics: { mos: 3.4, jitter: { ms: 42 } },
      media: 'camera',
      direction: 'inbound',
      site: 'berlin',
      network: { type: 'wifi' },
    });
  });

  it('writes a session event as a webrtc state', () => {
    const event: SessionEvent = {
      kind: 'event',
      type: 'disconnected',
      sessionId: 's-1',
      observedAtMs: NOW_MS,
      receivedAtMs: NOW_MS,
      dimensions: {},
    };
    assert.deepEqual(encodeGuideEvent(event), {
      type: 'webrtc',
      state: 'disconnected',
      timestamp: '2026-01-01T00:00:00.000Z',
      session: { id: 's-1' },
    });
  });
});

/** Records of fast-check have no prototype; JSON's have. */
function plain(records: readonly object[]): unknown {
  return JSON.parse(JSON.stringify(records));
}
