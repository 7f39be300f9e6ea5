import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Cause } from '../../../../receiver/genesyscloud/platform/cause.ts';
import {
  type Ending,
  FIRST_TRY,
  nextTry,
  type NextTry,
} from '../../../../receiver/genesyscloud/realtime/next-try.ts';

const OPTIONS = { pollIntervalMs: 5_000, random: 0 };
const BROKEN: Ending = { kind: 'broken', isProven: false };
const answered = (status: number, retryAfterMs?: number): Ending => ({
  kind: 'answered',
  status,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

/** What follows the last of several endings in a row. */
function after(endings: readonly Ending[], options: Partial<Parameters<typeof nextTry>[2]> = {}): NextTry {
  let next: NextTry = { state: FIRST_TRY, waitMs: 0 };
  for (const ending of endings) next = nextTry(next.state, ending, { ...OPTIONS, ...options });
  return next;
}

const times = (count: number, ending: Ending): Ending[] => Array.from({ length: count }, () => ending);

const ROWS: [
  rule: string,
  endings: Ending[],
  expected: { waitMs: number; cause?: Cause; isUnhealthy?: boolean },
][] = [
  ['an answer that was polled: the poll interval', [{ kind: 'polled' }], { waitMs: 5_000 }],
  ['a stream that broke: 5 s', [BROKEN], { waitMs: 5_000, cause: 'broken', isUnhealthy: false }],
  ['the second in a row: twice that', times(2, BROKEN), { waitMs: 10_000, isUnhealthy: false }],
  ['the third in a row: four times that, and told', times(3, BROKEN), { waitMs: 20_000, isUnhealthy: true }],
  ['the tenth in a row: half of the longest at the least', times(10, BROKEN), { waitMs: 30_000 }],
  [
    'a stream that had brought something begins anew',
    [...times(5, BROKEN), { kind: 'ended', isProven: true }],
    { waitMs: 5_000, cause: 'ended', isUnhealthy: false },
  ],
  ['a poll begins anew', [...times(5, BROKEN), { kind: 'polled' }, BROKEN], { waitMs: 5_000 }],
  ['an answer that fell silent', [{ kind: 'silent', isProven: false }], { waitMs: 5_000, cause: 'silent' }],
  [
    'a stream that fell silent, however often: soon',
    times(9, { kind: 'silent', isProven: true }),
    { waitMs: 1_000, cause: 'silent', isUnhealthy: false },
  ],
  [
    'nobody there',
    [{ kind: 'unreachable', reason: 'connect ECONNREFUSED' }],
    { waitMs: 5_000, cause: 'unreachable', isUnhealthy: false },
  ],
  [
    'a 401 whose credential was renewed: at once',
    [{ kind: 'unauthorized', isRenewed: true }],
    { waitMs: 0, cause: 'unauthorized', isUnhealthy: false },
  ],
  [
    'a 401 again with the new one: no third',
    times(2, { kind: 'unauthorized', isRenewed: true }),
    { waitMs: 5_000, isUnhealthy: true },
  ],
  [
    'a 401 without another credential',
    [{ kind: 'unauthorized', isRenewed: false }],
    { waitMs: 5_000, isUnhealthy: true },
  ],
  [
    'a 401 after something else: at once again',
    [{ kind: 'unauthorized', isRenewed: true }, BROKEN, { kind: 'unauthorized', isRenewed: true }],
    { waitMs: 0 },
  ],
  ['no token for now', [{ kind: 'no_token', reason: 'x' }], { waitMs: 5_000, isUnhealthy: false }],
  ['no token by decision', [{ kind: 'token_refused', reason: 'x' }], { waitMs: 5_000, isUnhealthy: true }],
  ['a 403', [answered(403)], { waitMs: 5_000, cause: 'forbidden', isUnhealthy: true }],
  ['a 404: minutes', [answered(404)], { waitMs: 200_000, cause: 'not_found', isUnhealthy: true }],
  ['a 404 many times: no more', times(9, answered(404)), { waitMs: 200_000 }],
  ['a 400', [answered(400)], { waitMs: 200_000, cause: 'refused', isUnhealthy: true }],
  ['a 429', [answered(429)], { waitMs: 5_000, cause: 'rate_limited', isUnhealthy: false }],
  ['a 429 again', times(2, answered(429)), { waitMs: 10_000 }],
  ['a 429 that asks for more', [answered(429, 90_000)], { waitMs: 90_000 }],
  ['a 429 that asks for less', [answered(429, 1_000)], { waitMs: 5_000 }],
  ['a 429 that asks for a day', [answered(429, 86_400_000)], { waitMs: 3_600_000 }],
  ['a 503', [answered(503)], { waitMs: 5_000, cause: 'server_error', isUnhealthy: false }],
  ['a 503 that asks for more', [answered(503, 40_000)], { waitMs: 40_000 }],
  ['a 408', [answered(408)], { waitMs: 5_000, cause: 'server_error' }],
  ['a redirect', [answered(302)], { waitMs: 5_000, cause: 'redirected', isUnhealthy: true }],
  ['an empty answer', [answered(204)], { waitMs: 5_000, cause: 'unreadable', isUnhealthy: true }],
];

describe('the next try after', () => {
  for (const [rule, endings, expected] of ROWS) {
    it(rule, () => {
      const { waitMs, failure } = after(endings);
      const { cause, isUnhealthy } = failure ?? {};
      const found = { waitMs, cause, isUnhealthy };
      assert.deepEqual({ ...found, ...expected }, found);
    });
  }

  it('a stream with a wish: what it asks for, within bounds, and not for other failures', () => {
    assert.equal(after([BROKEN], { retryMs: 2_000 }).waitMs, 2_000);
    assert.equal(after([BROKEN], { retryMs: 0 }).waitMs, 1_000);
    assert.equal(after([BROKEN], { retryMs: 86_400_000 }).waitMs, 60_000);
    assert.equal(after([answered(429)], { retryMs: 1_000 }).waitMs, 5_000);
  });

  it('any failures comes between 5 s and 60 s later, and by chance at another time', () => {
    const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), randoms, (count, random) => {
        const { waitMs } = after(times(Math.min(count, 50), BROKEN), { random });
        assert.ok(waitMs >= 5_000 && waitMs <= 60_000);
        assert.ok(random < 0.01 || waitMs > after(times(Math.min(count, 50), BROKEN)).waitMs);
      }),
    );
  });

  it('a 404 says what exists, and what to do', () => {
    const reason = after([answered(404)]).failure?.reason ?? '';
    for (const word of ['404', 'browser', 'webrtcvideo', 'notifications', 'base_url', 'realtime.enabled']) {
      assert.ok(reason.includes(word), `${word} is missing`);
    }
  });
});
