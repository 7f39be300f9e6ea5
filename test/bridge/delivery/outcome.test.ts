import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outcomeOfFault, outcomeOfStatus, type Outcome } from '../../../bridge/delivery/outcome.ts';

const SPECIAL: readonly [status: number, kind: Outcome['kind'], why: string][] = [
  [401, 'credential', 'our credential is not known'],
  [403, 'credential', 'our credential is not enough'],
  [407, 'credential', 'a proxy wants one'],
  [408, 'retry', 'the request took too long'],
  [409, 'conflict', 'the key is taken'],
  [410, 'disabled', 'the destination is gone'],
  [413, 'too_large', 'the body is too large'],
  [425, 'retry', 'too early'],
  [429, 'retry', 'too many requests'],
];
const CLASSES: readonly [from: number, to: number, kind: Outcome['kind'], why: string][] = [
  [100, 199, 'retry', 'an interim answer is no answer'],
  [200, 299, 'delivered', 'the destination has it'],
  [300, 399, 'retry', 'a redirect is not followed, and not taken for a delivery'],
  [400, 499, 'dead', 'it will never be taken as it is'],
  [500, 599, 'retry', 'the destination is at fault'],
];

describe('what a status means', () => {
  const specials = new Set(SPECIAL.map(([status]) => status));

  for (const [status, kind, why] of SPECIAL) {
    it(`${status} means ${kind}: ${why}`, () => assert.equal(outcomeOfStatus(status, undefined).kind, kind));
  }

  for (const [from, to, kind, why] of CLASSES) {
    it(`every other ${from / 100}xx means ${kind}: ${why}`, () => {
      for (let status = from; status <= to; status++) {
        if (specials.has(status)) continue;
        assert.deepEqual(outcomeOfStatus(status, undefined), { kind, reason: `status ${status}` });
      }
    });
  }

  it('carries the wish to wait with a retry, and with nothing else', () => {
    for (let status = 100; status <= 599; status++) {
      const outcome = outcomeOfStatus(status, 7_000);
      assert.equal('retryAfterMs' in outcome, outcome.kind === 'retry', `status ${status}`);
      if (outcome.kind === 'retry') assert.equal(outcome.retryAfterMs, 7_000);
    }
  });

  it('carries a wish of zero too', () => {
    assert.deepEqual(outcomeOfStatus(503, 0), { kind: 'retry', reason: 'status 503', retryAfterMs: 0 });
  });
});

describe('what silence means', () => {
  it('is a retry: it may have been processed, and the key stays the same', () => {
    assert.deepEqual(outcomeOfFault('no answer'), { kind: 'retry', reason: 'no answer' });
  });
});
