import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  decoyOf,
  formatSecretHash,
  hashSecret,
  matchesHash,
  parseSecretHash,
  type SecretHash,
} from '../../../api/access/secret-hash.ts';

const CHEAP = { ln: 14, r: 8, p: 1 };
const SALT = 'A'.repeat(22);
const HASH = 'A'.repeat(43);

function parsed(text: string): SecretHash {
  const hash = parseSecretHash(text);
  assert.ok(typeof hash !== 'string');
  return hash;
}

describe('the hash of a secret', () => {
  it('is matched by its secret and by no other', async () => {
    const hash = parsed(formatSecretHash(await hashSecret('sesame', CHEAP)));
    assert.equal(await matchesHash('sesame', hash), true);
    for (const other of ['', 'Sesame', 'sesame ', 'sesam'])
      assert.equal(await matchesHash(other, hash), false);
  });

  it('is 32 MiB of work by default, with a salt of its own each time, and has no character that the configuration expands', async () => {
    const [one, other] = await Promise.all([hashSecret('sesame'), hashSecret('sesame')]);
    assert.deepEqual([one.ln, one.r, one.p], [15, 8, 1]);
    assert.notDeepEqual(one.salt, other.salt);
    assert.match(formatSecretHash(one), /^scrypt:ln=15,r=8,p=1:[\w-]{22}:[\w-]{43}$/);
  });

  it('is what RFC 7914 says', async () => {
    // Section 12, the third vector, with the salt that it has: too short for us, so it is not parsed.
    const salt = Buffer.from('SodiumChloride');
    const hash = Buffer.from(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
      'hex',
    );
    assert.equal(await matchesHash('pleaseletmein', { ln: 14, r: 8, p: 1, salt, hash }), true);
  });

  it('survives being written and read', () => {
    const bytes = (minLength: number) =>
      fc.uint8Array({ minLength, maxLength: 64 }).map((array) => Buffer.from(array));
    const hashes = fc.record({
      ln: fc.constantFrom(14, 15, 16),
      r: fc.integer({ min: 1, max: 8 }),
      p: fc.integer({ min: 1, max: 4 }),
      salt: bytes(16),
      hash: bytes(32),
    });
    fc.assert(fc.property(hashes, (hash) => assert.deepEqual(parsed(formatSecretHash(hash)), { ...hash })));
  });

  const refused: [rule: string, text: string, problem: RegExp][] = [
    ['nothing', '', /is no hash/],
    ['a secret as it is', 'sesame', /is no hash/],
    ['the form of PHC strings', `$scrypt$ln=15,r=8,p=1$${SALT}$${HASH}`, /is no hash/],
    ['another algorithm', `bcrypt:ln=15,r=8,p=1:${SALT}:${HASH}`, /is no hash/],
    ['parameters in another order', `scrypt:r=8,ln=15,p=1:${SALT}:${HASH}`, /is no hash/],
    ['something after the end', `scrypt:ln=15,r=8,p=1:${SALT}:${HASH}\n`, /is no hash/],
    ['base64 that is not for URLs', `scrypt:ln=15,r=8,p=1:${SALT}:${'+'.repeat(43)}`, /is no hash/],
    ['too little work', `scrypt:ln=13,r=8,p=1:${SALT}:${HASH}`, /ln must be at least 14/],
    ['no blocks', `scrypt:ln=15,r=0,p=1:${SALT}:${HASH}`, /too cheap/],
    ['no parallelism', `scrypt:ln=15,r=8,p=0:${SALT}:${HASH}`, /too cheap/],
    ['256 MiB', `scrypt:ln=18,r=8,p=1:${SALT}:${HASH}`, /at most 128 MiB/],
    ['256 MiB by the block size', `scrypt:ln=17,r=16,p=1:${SALT}:${HASH}`, /at most 128 MiB/],
    ['a number that overflows', `scrypt:ln=99,r=99,p=1:${SALT}:${HASH}`, /at most 128 MiB/],
    ['much parallelism', `scrypt:ln=14,r=8,p=5:${SALT}:${HASH}`, /p at most 4/],
    ['a short salt', `scrypt:ln=15,r=8,p=1:AAAA:${HASH}`, /salt/],
    ['a long salt', `scrypt:ln=15,r=8,p=1:${'A'.repeat(88)}:${HASH}`, /salt/],
    ['a short hash', `scrypt:ln=15,r=8,p=1:${SALT}:${SALT}`, /hash that/],
    ['a long hash', `scrypt:ln=15,r=8,p=1:${SALT}:${'A'.repeat(88)}`, /hash that/],
  ];
  for (const [rule, text, problem] of refused) {
    it(`is not ${rule}`, () => {
      const result = parseSecretHash(text);
      assert.ok(typeof result === 'string');
      assert.match(result, problem);
    });
  }

  it('of the most that is taken can be computed', async () => {
    const hash = parsed(`scrypt:ln=17,r=8,p=1:${SALT}:${HASH}`);
    assert.equal(await matchesHash('sesame', hash), false);
  });

  it('has decoys of the same cost, which nothing matches', async () => {
    const decoy = decoyOf(CHEAP);
    assert.deepEqual([decoy.ln, decoy.r, decoy.p], [14, 8, 1]);
    assert.equal(await matchesHash('', decoy), false);
  });
});
