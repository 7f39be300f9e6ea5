// The entries that are refused, each with the field that is at fault.
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

const REFUSED: readonly (readonly [rule: string, entry: unknown, path: string, reason: RegExp])[] = [
  ['null', null, '', /object/],
  ['a list', [], '', /object/],
  ['text', 'webrtc-video', '', /object/],
  ['an empty object', {}, 'session.id', /missing/],
  [
    'only a prototype with an id',
    JSON.parse('{"__proto__":{"session":{"id":"s"}},"metrics":{"mos":4}}'),
    'session.id',
    /missing/,
  ],
  ['a number for a session id', { ...SAMPLE, session: { id: 7 } }, 'session.id', /text/],
  ['an object for a session id', { ...SAMPLE, session: { id: {} } }, 'session.id', /text/],
  ['an empty session id', { ...SAMPLE, session: { id: '' } }, 'session.id', /empty/],
  ['a blank session id', { ...SAMPLE, session: { id: ' \t' } }, 'session.id', /empty/],
  ['a session id of 257 characters', { ...SAMPLE, session: { id: 'x'.repeat(257) } }, 'session.id', /256/],
  ['a control character', { ...SAMPLE, session: { id: 'a\nb' } }, 'session.id', /control/],
  ['half of a surrogate pair', { ...SAMPLE, session: { id: 'a\ud83d' } }, 'session.id', /Unicode/],
  [
    'an IP address as session id',
    { ...SAMPLE, session: { id: 'call@10.1.2.3' } },
    'session.id',
    /IP address/,
  ],
  ['an IP address as agent id', { ...SAMPLE, agent: { id: '::1' } }, 'agent.id', /IP address/],
  ['a number for an agent id', { ...SAMPLE, agent: { id: 7 } }, 'agent.id', /text/],
  ['an unknown type', { ...SAMPLE, type: 'webrtc-audio' }, 'type', /webrtc-video/],
  ['a number for a type', { ...SAMPLE, type: 1 }, 'type', /webrtc-video/],
  ['an unknown state', { ...ID, type: 'webrtc', state: 'connecting' }, 'state', /connected, disconnected/],
  ['a boolean for a state', { ...ID, type: 'webrtc', state: true }, 'state', /one of/],
  ['a webrtc event without a state', { ...ID, type: 'webrtc' }, 'state', /missing/],
  ['no metric', { ...ID, type: 'webrtc-video' }, 'metrics', /no metric/],
  ['only null metrics', { ...ID, metrics: { mos: null } }, 'metrics', /no metric/],
  ['only muted', { ...ID, muted: true }, 'metrics', /no metric/],
  ['metrics that are no object', { ...ID, metrics: 5 }, 'metrics', /object/],
  ['a list of metrics', { ...ID, metrics: [{ mos: 3 }] }, 'metrics', /object/],
  ['jitter without a unit', { ...ID, metrics: { mos: 4, jitter: 20 } }, 'metrics.jitter', /unit/],
  ['rtt without a unit', { event: { ...ID, metrics: { rtt: '0.2' } } }, 'metrics.rtt', /unit/],
  [
    'an unknown reason for a score',
    { ...ID, metrics: { experience: 3, experienceCauses: ['freeze', 'gremlins'] } },
    'metrics.experienceCauses',
    /list of known words/,
  ],
  [
    'a reason for another score',
    { ...ID, metrics: { mos: 3, mosCauses: ['freeze'] } },
    'metrics.mosCauses',
    /list of known words/,
  ],
  [
    'a reason that is no list',
    { ...ID, metrics: { mos: 3, mosCauses: 'delay' } },
    'metrics.mosCauses',
    /list of known words/,
  ],
  ['an outage that is a number', { ...ID, metrics: { outage: 1 } }, 'metrics.outage', /true or false/],
  ['MOS 0.9', { ...ID, metrics: { mos: 0.9 } }, 'metrics.mos', /from 1 to 5/],
  ['MOS 9', { ...ID, metrics: { mos: 9 } }, 'metrics.mos', /from 1 to 5/],
  ['MOS 9 under another name', { ...ID, 'event.metrics.mos': 9 }, 'metrics.mos', /from 1 to 5/],
  [
    'one bad metric among good ones',
    { ...ID, metrics: { mos: 4, rtt: { ms: -1 } } },
    'metrics.rtt.ms',
    /from 0/,
  ],
  [
    'negative loss',
    { ...ID, metrics: { packetLossPercent: -0.1 } },
    'metrics.packetLossPercent',
    /from 0 to 100/,
  ],
  [
    'more loss than packets',
    { ...ID, metrics: { packetLossPercent: 100.1 } },
    'metrics.packetLossPercent',
    /from 0 to 100/,
  ],
  ['jitter of twenty minutes', { ...ID, metrics: { jitter: { ms: 1.2e6 } } }, 'metrics.jitter.ms', /1000000/],
  [
    'a bitrate in bit/s',
    { ...ID, metrics: { bitrate: { kbps: 2.5e7 } } },
    'metrics.bitrate.kbps',
    /10000000/,
  ],
  [
    'a thousand and one frames',
    { ...ID, metrics: { framesPerSecond: 1_001 } },
    'metrics.framesPerSecond',
    /1000/,
  ],
  [
    'a freeze ratio in percent',
    { ...ID, metrics: { freezeRatio: 30 } },
    'metrics.freezeRatio',
    /from 0 to 1/,
  ],
  [
    'infinity, as 1e999 is read',
    { ...ID, metrics: JSON.parse('{"mos":1e999}') as unknown },
    'metrics.mos',
    /from 1 to 5/,
  ],
  ['a quoted NaN', { ...ID, metrics: { mos: 'NaN' } }, 'metrics.mos', /number/],
  ['a quoted infinity', { ...ID, metrics: { rtt: { ms: 'Infinity' } } }, 'metrics.rtt.ms', /number/],
  ['an empty number', { ...ID, metrics: { mos: '' } }, 'metrics.mos', /number/],
  ['a quoted exponent', { ...ID, metrics: { mos: '1e999' } }, 'metrics.mos', /number/],
  ['blanks around a number', { ...ID, metrics: { mos: ' 3 ' } }, 'metrics.mos', /number/],
  ['a decimal comma', { ...ID, metrics: { mos: '3,4' } }, 'metrics.mos', /number/],
  ['a unit inside the value', { ...ID, metrics: { rtt: { ms: '20ms' } } }, 'metrics.rtt.ms', /number/],
  ['an unrendered template', { ...ID, metrics: { mos: '{{event.metrics.mos}}' } }, 'metrics.mos', /number/],
  ['a boolean for a number', { ...ID, metrics: { mos: true } }, 'metrics.mos', /number/],
  ['a list for a number', { ...ID, metrics: { mos: [4] } }, 'metrics.mos', /number/],
  ['a timestamp in words', { ...SAMPLE, timestamp: 'yesterday' }, 'timestamp', /ISO 8601/],
  ['a timestamp before 2000', { ...SAMPLE, timestamp: 0 }, 'timestamp', /2000/],
  ['a negative timestamp', { ...SAMPLE, timestamp: -5 }, 'timestamp', /epoch/],
  ['an unknown medium', { ...SAMPLE, media: 'hologram' }, 'media', /known/],
  ['an unknown direction', { ...SAMPLE, direction: 'sideways' }, 'direction', /known/],
  ['an unknown boundary', { ...SAMPLE, boundary: 'lunch' }, 'boundary', /known/],
  [
    'an unknown source of the MOS',
    { ...ID, metrics: { mos: 4, mosSource: 'guess' } },
    'metrics.mosSource',
    /known/,
  ],
  ['a number for muted', { ...SAMPLE, muted: 1 }, 'muted', /true or false/],
  ['a number for a codec', { ...SAMPLE, codec: 96 }, 'codec', /text/],
  ['a list for a dimension', { ...SAMPLE, site: ['a'] }, 'site', /text/],
  ['a control character in a dimension', { ...SAMPLE, edge: 'a\u0000b' }, 'edge', /control/],
  [
    'half of a surrogate pair in a dimension',
    { ...SAMPLE, 'network.type': '\udc00' },
    'network.type',
    /Unicode/,
  ],
];

describe('an entry is refused', () => {
  for (const [rule, entry, path, reason] of REFUSED) {
    it(`${rule}`, () => {
      const outcome = decode(entry);
      assert.equal(outcome.kind, 'fault', JSON.stringify(outcome));
      if (outcome.kind !== 'fault') return;
      assert.equal(outcome.path, path);
      assert.match(outcome.reason, reason);
    });
  }
});
