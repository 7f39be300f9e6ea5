// Every form in which the guide, and senders that follow it loosely, write the same sample.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { GuideDecoder } from '../../../receiver/guide-event/decode-body.ts';
import { DIMENSION_KEYS } from '../../../receiver/sample.ts';

const FOLDER = new URL('../../fixtures/events/', import.meta.url);
const RECEIVED_AT_MS = Date.UTC(2026, 0, 1, 0, 0, 6);

const SAME_SAMPLE = {
  kind: 'sample',
  sessionId: 's-1',
  agentId: 'agent-7',
  observedAtMs: Date.UTC(2026, 0, 1, 0, 0, 5),
  receivedAtMs: RECEIVED_AT_MS,
  mos: 3.4,
  mosSource: 'reported',
  packetLossPercent: 2.1,
  jitterMs: 42.5,
  rttMs: 180,
  bitrateKbps: 740,
  media: 'camera',
  direction: 'inbound',
  dimensions: {},
};

describe('one sample in all its forms', () => {
  const names = readdirSync(FOLDER);
  assert.ok(names.length >= 10, 'the fixtures are there');
  for (const name of names) {
    it(`is read from ${name}`, () => {
      const decoder = new GuideDecoder({ dimensions: DIMENSION_KEYS });
      const format = name.endsWith('.ndjson') ? 'ndjson' : 'json';
      const decoded = decoder.decode(readFileSync(new URL(name, FOLDER)), format, RECEIVED_AT_MS);
      assert.deepEqual(decoded, {
        records: [SAME_SAMPLE],
        indexes: [0],
        rejected: [],
        clampedCount: 0,
        droppedAddressCount: 0,
      });
    });
  }
});
