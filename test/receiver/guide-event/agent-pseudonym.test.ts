import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../collector/secret.ts';
import { createAgentPseudonym } from '../../../receiver/guide-event/agent-pseudonym.ts';

describe('createAgentPseudonym', () => {
  it('is the HMAC-SHA-256 of the id', () => {
    // RFC 4231, test case 2.
    const pseudonymOf = createAgentPseudonym(new Secret('Jefe'));
    assert.equal(
      pseudonymOf('what do ya want for nothing?'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is the same for the same agent, also after many others', () => {
    const pseudonymOf = createAgentPseudonym(new Secret('key'));
    const first = pseudonymOf('agent-7');
    assert.equal(pseudonymOf('agent-7'), first);
    for (let other = 0; other < 12_000; other += 1) pseudonymOf(`other-${other}`);
    assert.equal(pseudonymOf('agent-7'), first);
  });

  it('differs from key to key', () => {
    const [one, other] = ['a', 'b'].map((key) => createAgentPseudonym(new Secret(key))('agent-7'));
    assert.notEqual(one, other);
  });
});
