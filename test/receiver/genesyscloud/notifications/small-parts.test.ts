// The pure decisions beside decoding: when to try again, what comes twice, what a channel and its topics are.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { channelOf } from '../../../../receiver/genesyscloud/notifications/channel.ts';
import type { Notification } from '../../../../receiver/genesyscloud/notifications/frame.ts';
import { LostChannels } from '../../../../receiver/genesyscloud/notifications/lost-channels.ts';
import {
  type Ending,
  nextTry,
  type NextTry,
} from '../../../../receiver/genesyscloud/notifications/next-try.ts';
import { SeenNotifications } from '../../../../receiver/genesyscloud/notifications/seen-notifications.ts';
import { rejectedOf } from '../../../../receiver/genesyscloud/notifications/topics.ts';
import type { Cause } from '../../../../receiver/genesyscloud/platform/cause.ts';

const HOUR_MS = 3_600_000;

function after(endings: readonly Ending[], random = 0): NextTry {
  let failureCount = 0;
  let next: NextTry | undefined;
  for (const ending of endings) {
    next = nextTry(failureCount, ending, random);
    failureCount = next.failureCount;
  }
  return next!;
}

const times = (count: number, ending: Ending): Ending[] => Array.from({ length: count }, () => ending);
const closed = (code: number, isProven = true): Ending => ({ kind: 'closed', code, isProven });
const gone = (isProven = false): Ending => ({ kind: 'channel_gone', isProven });
const failed = (cause: Cause, retryAfterMs?: number): Ending => ({
  kind: 'failed',
  cause,
  reason: 'x',
  retryAfterMs,
});

const ROWS: [
  rule: string,
  endings: Ending[],
  expected: { waitMs: number; cause?: string; isUnhealthy?: boolean },
][] = [
  [
    'a connection that was closed: 1 s',
    [closed(1_001)],
    { waitMs: 1_000, cause: 'ended', isUnhealthy: false },
  ],
  ['one that broke: the same', [closed(1_006)], { waitMs: 1_000, cause: 'broken', isUnhealthy: false }],
  [
    'the third that served nobody: four times that, and told',
    times(3, closed(1_006, false)),
    { waitMs: 4_000, isUnhealthy: true },
  ],
  ['the tenth: half of the longest at the least', times(10, closed(1_006, false)), { waitMs: 30_000 }],
  [
    'one that served begins anew',
    [...times(9, closed(1_006, false)), closed(1_006)],
    { waitMs: 1_000, isUnhealthy: false },
  ],
  [
    'a silent one',
    [{ kind: 'silent', isProven: true }],
    { waitMs: 1_000, cause: 'silent', isUnhealthy: false },
  ],
  ['a channel that is gone: at once', [gone()], { waitMs: 0, cause: 'channel_gone', isUnhealthy: false }],
  ['after a close and the question: not at once', [closed(1_006), gone()], { waitMs: 2_000 }],
  ['the third in a row: told', times(3, gone()), { waitMs: 4_000, isUnhealthy: true }],
  ['nobody there: 5 s', [failed('unreachable')], { waitMs: 5_000, cause: 'unreachable', isUnhealthy: false }],
  ['no token by decision', [failed('token_refused')], { waitMs: 5_000, isUnhealthy: true }],
  ['a 401', [failed('unauthorized')], { waitMs: 5_000, isUnhealthy: true }],
  ['a permission that is missing: minutes', [failed('forbidden')], { waitMs: 200_000, isUnhealthy: true }],
  ['no such service: minutes', [failed('not_found')], { waitMs: 200_000, isUnhealthy: true }],
  ['a refusal: minutes', [failed('refused')], { waitMs: 200_000, isUnhealthy: true }],
  ['a 429 that asks for more', [failed('rate_limited', 90_000)], { waitMs: 90_000, isUnhealthy: false }],
  ['a 503 that asks for a day', [failed('server_error', 86_400_000)], { waitMs: HOUR_MS }],
  ['what can not be used', [failed('unreadable')], { waitMs: 5_000, isUnhealthy: true }],
];

describe('the next try after', () => {
  for (const [rule, endings, expected] of ROWS) {
    it(rule, () => {
      const { waitMs, failure } = after(endings);
      const found = { waitMs, ...failure };
      assert.deepEqual({ ...found, ...expected }, found);
    });
  }

  it('any failures is no more than a minute later, and by chance at another time', () => {
    const randoms = fc.double({ min: 0.01, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), randoms, fc.boolean(), (count, random, isProven) => {
        const endings = times(count, closed(1_001, isProven));
        const { waitMs } = after(endings, random);
        assert.ok(waitMs > after(endings).waitMs && waitMs <= 60_000);
      }),
    );
  });
});

describe('channels that are taken away', () => {
  it('are told at the third within an hour, and an hour later again', () => {
    const lost = new LostChannels();
    const minutes = [0, 30, 59, 61, 80, 118, 119, 120, 300, 330, 361];
    assert.deepEqual(
      minutes.filter((minute) => lost.note(minute * 60_000)),
      [59, 119],
    );
  });
});

describe('notifications of two lines', () => {
  const notification = (identity: string, isNumbered: boolean): Notification => ({
    kind: 'notification',
    topic: 't',
    body: {},
    identity,
    isNumbered,
  });

  it('that are numbered pass once, on whichever line', () => {
    const seen = new SeenNotifications();
    const passes = (identity: string, line: number) => !seen.isRepeated(notification(identity, true), line);
    assert.deepEqual(
      [passes('a', 1), passes('a', 2), passes('a', 1), passes('b', 2), passes('b', 1)],
      [true, false, false, true, false],
    );
  });

  it('that are not pass as often as one line has brought them while there are two, and always while there is one', () => {
    const seen = new SeenNotifications();
    const passes = (line: number) => !seen.isRepeated(notification('a', false), line);
    seen.linesChanged(1);
    assert.deepEqual([passes(1), passes(1)], [true, true]);
    seen.linesChanged(2);
    assert.deepEqual(
      [passes(1), passes(2), passes(2), passes(1), passes(1), passes(2)],
      [true, false, true, false, true, false],
    );
    seen.linesChanged(1);
    assert.deepEqual([passes(2), passes(2)], [true, true]);
    seen.linesChanged(2);
    assert.deepEqual([passes(3), passes(2)], [true, false]);
  });

  it('pass each exactly once, however the lines are interleaved and equal each other', () => {
    const scenario = fc.record({
      events: fc.array(fc.constantFrom('a', 'b'), { maxLength: 30 }),
      choices: fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
      isNumbered: fc.boolean(),
    });
    fc.assert(
      fc.property(scenario, ({ events, choices, isNumbered }) => {
        const seen = new SeenNotifications();
        seen.linesChanged(2);
        const identities = events.map((event, index) => (isNumbered ? `${event}${index}` : event));
        const read = [0, 0];
        let passed: string[] = [];
        for (const isSecond of choices) {
          const line = Number(isSecond);
          const identity = identities[read[line]!] ?? identities[read[1 - line]!];
          const from = identities[read[line]!] === undefined ? 1 - line : line;
          if (identity === undefined) break;
          read[from]! += 1;
          if (!seen.isRepeated(notification(identity, isNumbered), from)) passed = [...passed, identity];
        }
        assert.deepEqual(passed, identities);
      }),
    );
  });

  it('are remembered within a bound', () => {
    const seen = new SeenNotifications();
    for (let count = 0; count <= 4_096; count += 1) seen.isRepeated(notification(String(count), true), 1);
    assert.equal(seen.isRepeated(notification('0', true), 1), false);
    assert.equal(seen.isRepeated(notification('4096', true), 1), true);
  });
});

describe('a channel', () => {
  const NOW = Date.UTC(2026, 0, 1);
  const answer = { id: 'streaming-1-x', connectUri: 'wss://streaming.example/channels/x' };
  const expiring = (hours: number) =>
    channelOf({ ...answer, expires: new Date(NOW + hours * HOUR_MS).toISOString() }, NOW)!;

  it('lives as long as it says, and is renewed in good time', () => {
    assert.equal(expiring(24).renewAtMs, NOW + 23 * HOUR_MS);
    assert.equal(expiring(24).expiresAtMs, NOW + 24 * HOUR_MS);
    assert.equal(expiring(1).renewAtMs, NOW + (23 / 24) * HOUR_MS);
  });

  it('lives a day where it says nothing, or nothing that can be', () => {
    for (const channel of [
      channelOf(answer, NOW)!,
      expiring(-1),
      expiring(24 * 8),
      channelOf({ ...answer, expires: 'soon' }, NOW)!,
    ]) {
      assert.equal(channel.renewAtMs, NOW + 23 * HOUR_MS);
    }
  });

  it('keeps its URL to itself', () => {
    assert.doesNotMatch(JSON.stringify(expiring(24)), /streaming\.example/);
  });

  for (const [what, body] of [
    ['no id', { ...answer, id: undefined }],
    ['an id that climbs a path', { ...answer, id: '..' }],
    ['an id with a slash', { ...answer, id: 'a/b' }],
    ['an id with a question mark', { ...answer, id: 'a?b' }],
    ['no URL', { ...answer, connectUri: 7 }],
    ['a URL without an end', { ...answer, connectUri: `wss://x/${'y'.repeat(2_048)}` }],
    ['no body', undefined],
  ] as const) {
    it(`is none with ${what}`, () => assert.equal(channelOf(body, NOW), undefined));
  }
});

describe('the answer to a subscription', () => {
  const rejected = (fields: object) =>
    rejectedOf(
      {
        entities: [
          { id: 'a', state: 'Permitted' },
          { id: 'b', state: 'Rejected', ...fields },
        ],
      },
      ['a', 'b'],
    );

  it('names the topics that are rejected, with the reason', () => {
    assert.deepEqual(
      rejected({
        rejectionReason: 'missing.permissions',
        missingPermissions: ['conversation:communication:view'],
      }),
      [{ topic: 'b', reason: 'missing.permissions: conversation:communication:view' }],
    );
    assert.deepEqual(rejected({}), [{ topic: 'b', reason: 'rejected' }]);
  });

  it('is not quoted where it speaks in sentences', () => {
    const fields = {
      rejectionReason: 'You, Erika, may not',
      missingPermissions: ['<script>', 7, 'x'.repeat(65)],
    };
    assert.deepEqual(rejected(fields), [{ topic: 'b', reason: 'rejected' }]);
  });

  it('that says nothing rejects nothing', () => {
    for (const body of [
      undefined,
      {},
      { entities: 7 },
      { entities: [null] },
      { entities: [{ id: 'z', state: 'Rejected' }] },
    ]) {
      assert.deepEqual(rejectedOf(body, ['a']), []);
    }
  });
});
