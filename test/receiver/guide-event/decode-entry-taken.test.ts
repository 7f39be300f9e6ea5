// The entries that are taken, each with what makes it special.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EntryDecoder } from '../../../receiver/guide-event/decode-entry.ts';
import { DIMENSION_KEYS } from '../../../receiver/sample.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const ID = { session: { id: 's-1' } };
const SAMPLE = { ...ID, metrics: { mos: 4 } };

function decode(entry: unknown) {
  return new EntryDecoder({ dimensions: DIMENSION_KEYS }).decode(entry, NOW_MS);
}

/** What of the record differs from the barest sample or event. */
function read(entry: unknown): Record<string, unknown> {
  const record = decode(entry);
  assert.notEqual(record.kind, 'fault', JSON.stringify(record));
  return { ...record };
}

const TAKEN: readonly (readonly [rule: string, entry: object, expected: Record<string, unknown>])[] = [
  ['a type of webrtc-video is a sample', { ...SAMPLE, type: 'webrtc-video' }, { kind: 'sample' }],
  [
    'a sample keeps being one with a state in it',
    { ...SAMPLE, type: 'webrtc-video', state: 'connected' },
    { kind: 'sample' },
  ],
  ['webrtc with metrics and no state is a sample', { ...SAMPLE, type: 'webrtc' }, { kind: 'sample' }],
  [
    'webrtc with a state is an event, metrics or not',
    { ...SAMPLE, type: 'webrtc', state: 'ended' },
    { kind: 'event', type: 'ended' },
  ],
  ['no type and a metric is a sample', SAMPLE, { kind: 'sample' }],
  ['no type, a metric and a state is a sample', { ...SAMPLE, state: 'connected' }, { kind: 'sample' }],
  ['no type and a state is an event', { ...ID, state: 'muted' }, { kind: 'event', type: 'muted' }],
  [
    'an unreadable metric does not hide a state',
    { ...ID, type: 'webrtc', state: 'disconnected', metrics: 5 },
    { kind: 'event', type: 'disconnected' },
  ],
  [
    'event.state of a wrapped event',
    { event: { ...ID, type: 'webrtc', state: 'disconnected' } },
    { type: 'disconnected' },
  ],
  ['failed is disconnected', { ...ID, state: 'failed' }, { type: 'disconnected' }],
  ['states in capitals', { ...ID, state: 'DISCONNECTED' }, { type: 'disconnected' }],
  ['states with a dash', { ...ID, state: 'network-change' }, { type: 'network_change' }],
  ['states in camel case', { ...ID, state: 'networkChange' }, { type: 'network_change' }],
  ['closed is ended', { ...ID, state: 'closed' }, { type: 'ended' }],
  ['terminated is ended', { ...ID, state: 'terminated' }, { type: 'ended' }],
  ['held is muted', { ...ID, state: 'held' }, { type: 'muted' }],
  ['resumed is unmuted', { ...ID, state: 'resumed' }, { type: 'unmuted' }],

  ['a missing timestamp is the arrival', SAMPLE, { observedAtMs: NOW_MS }],
  ['a null timestamp is a missing one', { ...SAMPLE, timestamp: null }, { observedAtMs: NOW_MS }],
  ['30 s ahead is believed', { ...SAMPLE, timestamp: NOW_MS + 30_000 }, { observedAtMs: NOW_MS + 30_000 }],
  [
    'more than 30 s ahead becomes the arrival',
    { ...SAMPLE, timestamp: NOW_MS + 30_001 },
    { observedAtMs: NOW_MS },
  ],
  [
    'the first instant of 2000',
    { ...SAMPLE, timestamp: '2000-01-01T00:00:00Z' },
    { observedAtMs: 946_684_800_000 },
  ],

  ['MOS 1', { ...ID, metrics: { mos: 1 } }, { mos: 1, mosSource: 'reported' }],
  ['MOS 5', { ...ID, metrics: { mos: 5 } }, { mos: 5 }],
  [
    'a MOS that says it is estimated',
    { ...ID, metrics: { mos: 4, mosSource: 'estimated' } },
    { mosSource: 'estimated' },
  ],
  [
    'a null metric is a missing one',
    { ...ID, metrics: { mos: null, rtt: { ms: 3 } } },
    { mos: undefined, mosSource: undefined, rttMs: 3 },
  ],
  ['a zero is a zero', { ...ID, metrics: { bitrate: { kbps: 0 } } }, { bitrateKbps: 0 }],
  ['a minus zero is a zero', { ...ID, metrics: { bitrate: { kbps: -0 } } }, { bitrateKbps: 0 }],
  ['a quoted number is a number', { ...ID, metrics: { mos: '3.25' } }, { mos: 3.25 }],
  ['frameRate is framesPerSecond', { ...ID, metrics: { frameRate: 24 } }, { framesPerSecond: 24 }],
  [
    'a score of the picture, and why',
    { ...ID, metrics: { experience: 2.4, experienceCauses: ['freeze', 'frame-rate', 'freeze'] } },
    { experience: 2.4, experienceCauses: ['freeze', 'frame_rate'], mos: undefined },
  ],
  ['a score without reasons', { ...ID, metrics: { experience: 5 } }, { experienceCauses: undefined }],
  [
    'no reason is one too',
    { ...ID, metrics: { experience: 5, experience_causes: [] } },
    { experienceCauses: [] },
  ],
  [
    'why the MOS is what it is',
    { ...ID, metrics: { mos: 3, mosCauses: ['delay', 'packet_loss'] } },
    { mosCauses: ['delay', 'packet_loss'] },
  ],
  [
    'reasons for a score that is missing are nothing',
    { ...ID, metrics: { experienceCauses: ['freeze'], mosCauses: ['delay'], rtt: { ms: 3 } } },
    { experienceCauses: undefined, mosCauses: undefined },
  ],
  [
    'dropped frames, nested or flat',
    { ...ID, frames_dropped_percent: 7 },
    { framesDroppedPercent: 7, framesPerSecond: undefined },
  ],
  ['an outage is a measurement', { ...ID, metrics: { outage: true } }, { kind: 'sample', outage: true }],
  ['no outage is one too', { ...ID, outage: 'false' }, { kind: 'sample', outage: false }],
  [
    'webrtc with an outage and no state is a sample',
    { ...ID, type: 'webrtc', metrics: { outage: true } },
    { kind: 'sample' },
  ],
  ['a freeze ratio', { ...ID, metrics: { freezeRatio: 0.3 } }, { freezeRatio: 0.3 }],
  [
    "the guide's own name wins over another one",
    { ...SAMPLE, session_id: 's-2', 'session.id': 's-1' },
    { sessionId: 's-1' },
  ],
  [
    'outside the event wins over inside',
    { ...SAMPLE, event: { session: { id: 's-2' } } },
    { sessionId: 's-1' },
  ],

  [
    'camera, inbound and reported go without saying',
    SAMPLE,
    { media: 'camera', direction: 'inbound', muted: undefined },
  ],
  ['video is the camera', { ...SAMPLE, mediaType: 'video' }, { media: 'camera' }],
  ['screenshare is a screen', { ...SAMPLE, mediaType: 'screenshare' }, { media: 'screen' }],
  ['voice is audio', { ...SAMPLE, media: 'voice' }, { media: 'audio' }],
  ['outbound', { ...SAMPLE, direction: 'outbound' }, { direction: 'outbound' }],
  ['held is muted, whatever muted says', { ...SAMPLE, muted: false, held: true }, { muted: true }],
  ['not paused is not muted', { ...SAMPLE, paused: false }, { muted: false }],
  ['a quoted true is true', { ...SAMPLE, muted: 'true' }, { muted: true }],
  ['a change of the decoder', { ...SAMPLE, boundary: 'decoder-change' }, { boundary: 'decoder_change' }],
  ['a boundary', { ...SAMPLE, boundary: 'codec_change' }, { boundary: 'codec_change' }],
  ['a codec with blanks', { ...SAMPLE, codec: '96 video/VP8 90000' }, { codec: '96 video/VP8 90000' }],
  ['an empty agent id is a missing one', { ...SAMPLE, agent: { id: '' } }, { agentId: undefined }],
  ['a conversation id', { ...SAMPLE, conversationId: 'c-1' }, { conversationId: 'c-1' }],
  [
    'ids in any script',
    { ...SAMPLE, session: { id: 'sessão-Ünï-会议-🙂' } },
    { sessionId: 'sessão-Ünï-会议-🙂' },
  ],
  ['ids with punctuation', { ...SAMPLE, session: { id: 'room/7#cam=1' } }, { sessionId: 'room/7#cam=1' }],
  [
    'an id of 256 characters',
    { ...SAMPLE, session: { id: 'x'.repeat(256) } },
    { sessionId: 'x'.repeat(256) },
  ],

  [
    'dimensions, flat and nested',
    { ...SAMPLE, site: 'berlin', network: { type: 'wifi' }, 'client.version': '14.2.0' },
    { dimensions: { site: 'berlin', 'network.type': 'wifi', 'client.version': '14.2.0' } },
  ],
  [
    'dimensions under their own heading',
    { ...SAMPLE, dimensions: { edge: 'fra-3', network_type: '4g' } },
    { dimensions: { edge: 'fra-3', 'network.type': '4g' } },
  ],
  ['an empty dimension is a missing one', { ...SAMPLE, site: '', region: '  ' }, { dimensions: {} }],
  [
    'a long dimension is cut',
    { ...SAMPLE, site: 'x'.repeat(129) },
    { dimensions: { site: 'x'.repeat(128) } },
  ],
  [
    'no character is cut in two',
    { ...SAMPLE, site: `${'x'.repeat(127)}🙂` },
    { dimensions: { site: 'x'.repeat(127) } },
  ],
  [
    'a dimension that shows an IP address is dropped',
    { ...SAMPLE, site: 'office 10.1.2.3', edge: '2001:db8::1', isp: 'acme' },
    { dimensions: { isp: 'acme' } },
  ],
  [
    'an address across the cut is dropped',
    { ...SAMPLE, site: `${'x'.repeat(120)} 10.1.2.3` },
    { dimensions: {} },
  ],
  [
    'an address that only the cut would make is dropped',
    { ...SAMPLE, site: `${'x'.repeat(119)} 10.1.2.3456` },
    { dimensions: {} },
  ],
  ['a codec that shows an IP address is dropped', { ...SAMPLE, codec: '10.1.2.3' }, { codec: undefined }],
  [
    'what is not asked for is not kept',
    { ...SAMPLE, customer: { endpoint: { ip: '203.0.113.9' }, name: 'Ada' }, ip: '::1' },
    { customer: undefined, ip: undefined },
  ],
  [
    'prototype keys are nothing',
    JSON.parse(
      '{"session":{"id":"s-1","__proto__":{"id":"s-2"}},"metrics":{"mos":4},"__proto__":{"metrics":{"mos":1}},"constructor":{"prototype":{"muted":true}}}',
    ) as object,
    { sessionId: 's-1', mos: 4, muted: undefined },
  ],
];

describe('an entry is taken', () => {
  for (const [rule, entry, expected] of TAKEN) {
    it(`${rule}`, () => {
      const record = read(entry);
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(record[key], value, key);
    });
  }
});
