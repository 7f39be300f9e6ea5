import assert from 'node:assert/strict';
import { createHmac, createSecretKey } from 'node:crypto';
import { describe, it } from 'node:test';
import { createIdPseudonym } from '../../../api/events/id-pseudonym.ts';

const key = createSecretKey(Buffer.from('key'));

describe('the pseudonym of an id', () => {
  it('is half an HMAC-SHA-256 under the key', () => {
    const hex = createHmac('sha256', 'key').update('session:s-1').digest('hex').slice(0, 32);
    assert.equal(createIdPseudonym(key)('session', 's-1'), `anon-${hex}`);
  });

  it('stays the same under a key, however many others come in between', () => {
    const pseudonymOf = createIdPseudonym(key);
    const first = pseudonymOf('session', 's-1');
    const seen = new Set<string>();
    for (let index = 0; index < 25_000; index++) seen.add(pseudonymOf('session', `other-${index}`));
    assert.equal(seen.size, 25_000);
    assert.equal(pseudonymOf('session', 's-1'), first);
  });

  it('is another one under another key, of another id, and of a conversation', () => {
    const pseudonymOf = createIdPseudonym(key);
    const others = [
      createIdPseudonym(createSecretKey(Buffer.from('other')))('session', 's-1'),
      pseudonymOf('session', 's-2'),
      pseudonymOf('conversation', 's-1'),
    ];
    assert.ok(!others.includes(pseudonymOf('session', 's-1')));
  });
});
