import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { containsIpAddress } from '../../../receiver/guide-event/ip-address.ts';

const SEEN = [
  '203.0.113.9',
  '10.1.2.3:443',
  'office 10.1.2.3, second floor',
  '10.1.2.3.',
  '010.001.002.003',
  'v10.1.2.3',
  '::1',
  '::ffff:10.1.2.3',
  '2001:db8::1',
  '2001:0DB8:0000:0000:0000:ff00:0042:8329',
  '[fe80::1]:4319',
  'fe80::1%eth0',
  'from fe80::1: unreachable',
  'edge_2001:db8::1',
];

const NOT_SEEN = [
  '',
  'berlin',
  '14.2.0',
  '120.0.6099.109',
  '1.2.3.4.5',
  '10.1.2.300',
  '12:30:45',
  '00:1a:2b:3c:4d:5e',
  'tenant::1234',
  'edge::fra',
  'std::vector',
  '0b2b7a52-5a1c-4f6e-9d53-000000000001',
  'urn:uuid:0b2b7a52-5a1c-4f6e-9d53-000000000001',
];

describe('containsIpAddress', () => {
  for (const text of SEEN) it(`sees the address in "${text}"`, () => assert.ok(containsIpAddress(text)));

  for (const text of NOT_SEEN) it(`sees none in "${text}"`, () => assert.ok(!containsIpAddress(text)));

  it('sees any address between any blanks or brackets', () => {
    const frames = fc.constantFrom(['', ''], ['[', ']'], ['at ', ' now'], ['(', '),'], ['ip=', ';']);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), frames, (address, [before, after]) => {
        assert.ok(containsIpAddress(`${before}${address}${after}`));
      }),
    );
  });

  it('takes no long on text made to be slow', () => {
    assert.ok(!containsIpAddress('1.'.repeat(128)));
    assert.ok(!containsIpAddress('a:'.repeat(128) + 'g'));
  });
});
