// Whatever comes in, what comes out holds no IP address, no unknown key, and no number that is not what it says.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ALIASES, FIELD_NAMES } from '../../../receiver/guide-event/alias-table.ts';
import { EntryDecoder } from '../../../receiver/guide-event/decode-entry.ts';
import { containsIpAddress } from '../../../receiver/guide-event/ip-address.ts';
import { METRICS } from '../../../receiver/guide-event/metric-bounds.ts';
import { experienceCauseOf, mosCauseOf } from '../../../receiver/guide-event/vocabulary.ts';
import { DIMENSION_KEYS } from '../../../receiver/sample.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const KNOWN_KEYS = new Set([
  ...['kind', 'type', 'sessionId', 'conversationId', 'agentId', 'observedAtMs', 'receivedAtMs'],
  ...['mosSource', 'codec', 'media', 'muted', 'direction', 'dimensions', 'boundary'],
  ...['mosCauses', 'experienceCauses', 'outage'],
  ...Object.keys(METRICS),
]);

const address = fc.oneof(fc.ipV4(), fc.ipV6());
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  address,
  fc.tuple(fc.string(), address, fc.string()).map((parts) => parts.join(' ')),
  fc.constantFrom('webrtc', 'webrtc-video', 'disconnected', 'screen', 'true', 's-1', '3.4', 'NaN', '1e999'),
  fc.constantFrom('freeze', 'delay'),
  fc.string({ minLength: 100, maxLength: 400 }),
);
const leaf = fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(text));
const names = fc.constantFrom(
  ...FIELD_NAMES.flatMap((name) => [...ALIASES[name]]).flatMap((alias) => [alias, `event.${alias}`]),
);
/** Arbitrary values under names that are read, in flat and nested form, among names that are not. */
const entry = fc
  .tuple(
    fc.dictionary(names, leaf),
    fc.dictionary(fc.constantFrom('ip', 'customer.endpoint.ip', 'address', '__proto__', 'name'), leaf),
    fc.boolean(),
  )
  .map(([known, unknown, isNested]) => {
    const good = { 'session.id': 's-1', 'metrics.rtt.ms': 20 };
    const flat = { ...good, ...known, ...unknown };
    return isNested ? nest(flat) : flat;
  });

function check(value: unknown): 'fault' | 'record' {
  const outcome = new EntryDecoder({ dimensions: DIMENSION_KEYS }).decode(value, NOW_MS);
  assert.ok(!JSON.stringify(outcome).includes('__proto__'));
  if (outcome.kind === 'fault') return 'fault';
  for (const [key, field] of Object.entries(outcome)) {
    assert.ok(KNOWN_KEYS.has(key), `${key} has slipped in`);
    assert.ok(field !== undefined && field !== null, `${key} is ${field}`);
    if (typeof field === 'number') assert.ok(Number.isFinite(field), `${key} is ${field}`);
    if (typeof field === 'string') checkText(field, 256);
    if (Array.isArray(field)) for (const word of field) assert.ok(isCause(word), `${word} has slipped in`);
  }
  for (const [key, dimension] of Object.entries(outcome.dimensions)) {
    assert.ok((DIMENSION_KEYS as readonly string[]).includes(key));
    checkText(dimension, 128);
  }
  assert.ok(Number.isSafeInteger(outcome.observedAtMs) && outcome.observedAtMs <= NOW_MS + 30_000);
  if (outcome.kind === 'event') return 'record';
  for (const { field, minimum, maximum } of Object.values(METRICS)) {
    const measured = outcome[field as keyof typeof METRICS];
    if (measured !== undefined) assert.ok(measured >= minimum && measured <= maximum, `${field} ${measured}`);
  }
  return 'record';
}

function isCause(word: unknown): boolean {
  return mosCauseOf(word) === word || experienceCauseOf(word) === word;
}

function checkText(value: string, maxLength: number): void {
  assert.ok(value.length >= 1 && value.length <= maxLength);
  assert.ok(value.isWellFormed());
  assert.ok(!containsIpAddress(value), value);
}

describe('personal data', () => {
  it('does not pass, and no number lies, for arbitrary values under the names that are read', () => {
    let recordCount = 0;
    fc.assert(
      fc.property(entry, (value) => {
        if (check(value) === 'record') recordCount += 1;
      }),
      { numRuns: 5_000 },
    );
    assert.ok(recordCount > 200, `only ${recordCount} entries became records`);
  });

  it('does not pass in arbitrary JSON, and nothing throws', () => {
    fc.assert(
      fc.property(fc.json(), (json) => void check(JSON.parse(json))),
      { numRuns: 1_000 },
    );
  });

  it('of a customer never passes, wherever the address stands', () => {
    fc.assert(
      fc.property(address, fc.constantFrom(...DIMENSION_KEYS, 'codec', 'ip', 'name'), (ip, key) => {
        const value = {
          'session.id': 's-1',
          metrics: { mos: 4, ip },
          customer: { endpoint: { ip } },
          'customer.endpoint.ip': ip,
          [key]: ip,
        };
        const outcome = new EntryDecoder({ dimensions: DIMENSION_KEYS }).decode(value, NOW_MS);
        assert.equal(outcome.kind, 'sample');
        assert.ok(!JSON.stringify(outcome).includes(ip));
      }),
    );
  });
});

function nest(flat: Readonly<Record<string, unknown>>): object {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(flat)) {
    let node = root;
    const segments = path.split('.');
    for (const segment of segments.slice(0, -1)) {
      const child = node[segment];
      const isObject = typeof child === 'object' && child !== null && Object.hasOwn(node, segment);
      node = (isObject ? child : (node[segment] = {})) as Record<string, unknown>;
    }
    node[segments.at(-1)!] = value;
  }
  return root;
}
