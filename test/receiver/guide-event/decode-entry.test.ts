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

describe('EntryDecoder', () => {
  it('tells the first of several problems', () => {
    const outcome = decode({ session: {}, type: 'x', timestamp: 'x', metrics: { mos: 9 } });
    assert.deepEqual(outcome, { kind: 'fault', path: 'session.id', reason: 'is missing' });
  });

  it('keeps only the dimensions that it was asked for', () => {
    const decoder = new EntryDecoder({ dimensions: ['edge'] });
    const record = decoder.decode({ ...SAMPLE, edge: 'fra-3', site: 'berlin' }, NOW_MS);
    assert.deepEqual('dimensions' in record && record.dimensions, { edge: 'fra-3' });
  });

  it('hands agent ids through the pseudonym, in samples and in events', () => {
    const decoder = new EntryDecoder({ dimensions: [], pseudonymOf: (id) => `~${id}` });
    for (const entry of [SAMPLE, { ...ID, state: 'ended' }]) {
      const record = decoder.decode({ ...entry, agent: { id: 'a-1' } }, NOW_MS);
      assert.equal('agentId' in record && record.agentId, '~a-1');
    }
  });

  it('counts the timestamps that it clamped and the attributes that it dropped', () => {
    const decoder = new EntryDecoder({ dimensions: DIMENSION_KEYS });
    decoder.decode({ ...SAMPLE, timestamp: NOW_MS + 60_000, site: '10.1.2.3', codec: '::1' }, NOW_MS);
    assert.equal(decoder.clampedCount, 1);
    assert.equal(decoder.droppedAddressCount, 2);
  });

  it('takes nothing over from the entry before', () => {
    const decoder = new EntryDecoder({ dimensions: DIMENSION_KEYS });
    decoder.decode({ ...SAMPLE, agent_id: 'a', site: 's', muted: true, metrics: { rtt_ms: 1 } }, NOW_MS);
    decoder.decode({ ...ID, metrics: 7 }, NOW_MS);
    for (const entry of [SAMPLE, { session_id: 's-1', metrics: { mos: 4 } }]) {
      assert.deepEqual(decoder.decode(entry, NOW_MS), decode(SAMPLE));
    }
  });
});
