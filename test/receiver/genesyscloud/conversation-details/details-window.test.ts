import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CountedConversations } from '../../../../receiver/genesyscloud/conversation-details/counted-conversations.ts';
import {
  afterPage,
  askedInterval,
  type DetailsWindow,
  nextWindow,
  pendingCount,
} from '../../../../receiver/genesyscloud/conversation-details/details-window.ts';
import { readDetails } from '../../../../receiver/genesyscloud/conversation-details/read-details.ts';

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
const NOON_MS = Date.UTC(2026, 0, 2, 12);
const OPTIONS = { lagMs: 30 * MINUTE_MS, overlapMs: 5 * MINUTE_MS, pollIntervalMs: 15 * MINUTE_MS };

const window = (fields: Partial<DetailsWindow> = {}): DetailsWindow => ({
  fromMs: NOON_MS,
  toMs: NOON_MS + 15 * MINUTE_MS,
  page: 1,
  restartCount: 0,
  ...fields,
});

describe('the windows of the past', () => {
  it('are there when a poll interval of history is known, and not before', () => {
    assert.equal(nextWindow(NOON_MS, true, NOON_MS + 45 * MINUTE_MS - 1, OPTIONS), undefined);
    assert.deepEqual(nextWindow(NOON_MS, true, NOON_MS + 45 * MINUTE_MS, OPTIONS), window());
  });

  it('reach back into the one before, but for the first', () => {
    const next = nextWindow(NOON_MS, false, NOON_MS + 45 * MINUTE_MS, OPTIONS);
    assert.deepEqual(next, window({ fromMs: NOON_MS - 5 * MINUTE_MS }));
  });

  it('catch up in pieces that the platform takes, and always move on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 * DAY_MS }),
        fc.integer({ min: 0, max: DAY_MS }),
        (ageMs, overlapMs) => {
          const options = { ...OPTIONS, overlapMs };
          let readToMs = NOON_MS - ageMs;
          for (let count = 0; count < 40; count += 1) {
            const next = nextWindow(readToMs, false, NOON_MS, options);
            if (next === undefined) {
              assert.ok(NOON_MS - options.lagMs - readToMs < options.pollIntervalMs);
              return;
            }
            const asked = askedInterval(next);
            assert.ok(asked.toMs - asked.fromMs <= 7 * DAY_MS);
            assert.ok(next.fromMs <= readToMs && next.toMs > readToMs);
            readToMs = next.toMs;
          }
          assert.fail('it never arrives');
        },
      ),
    );
  });

  for (const [rule, fromMs, askedMs] of [
    [
      'touch the day before in the first hours of a day',
      Date.UTC(2026, 0, 2, 3, 59),
      Date.UTC(2026, 0, 2) - 1,
    ],
    ['touch it at midnight', Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 2) - 1],
    ['are asked for as they are later', Date.UTC(2026, 0, 2, 4), Date.UTC(2026, 0, 2, 4)],
  ] as const) {
    it(rule, () => assert.equal(askedInterval(window({ fromMs })).fromMs, askedMs));
  }
});

describe('a window', () => {
  const rows: [
    rule: string,
    before: Partial<DetailsWindow>,
    page: { count: number; totalHits?: number },
    after: string,
  ][] = [
    ['without conversations is done', {}, { count: 0, totalHits: 0 }, 'done 0'],
    ['of one page is done', {}, { count: 7, totalHits: 7 }, 'done 0'],
    ['of exactly one page is done', {}, { count: 100, totalHits: 100 }, 'done 0'],
    ['goes on to the second page', {}, { count: 100, totalHits: 101 }, 'more 2'],
    ['is done with the last one', { page: 2, totalHits: 101 }, { count: 1, totalHits: 101 }, 'done 0'],
    ['does not end at a short page', {}, { count: 40, totalHits: 101 }, 'more 2'],
    [
      'ends where the platform gives no more, and knows what is missing',
      { page: 3, totalHits: 900 },
      { count: 0, totalHits: 900 },
      'done 700',
    ],
    [
      'begins anew when the number changes',
      { page: 3, totalHits: 900 },
      { count: 100, totalHits: 901 },
      'restart 1',
    ],
    [
      'begins anew three times and not more',
      { page: 3, totalHits: 900, restartCount: 3 },
      { count: 100, totalHits: 901 },
      'more 4',
    ],
    ['goes on while pages are full where no number is told', {}, { count: 100 }, 'more 2'],
    ['is done with the first that is not', { page: 2 }, { count: 99 }, 'done 0'],
  ];
  for (const [rule, before, page, after] of rows) {
    it(rule, () => {
      const result = afterPage(window(before), page);
      assert.equal(
        `${result.kind} ${result.kind === 'done' ? result.ungivenCount : result.window.page}`,
        after,
      );
    });
  }

  it('knows what is still to be read', () => {
    assert.deepEqual([window(), window({ page: 3, totalHits: 250 })].map(pendingCount), [0, 50]);
  });
});

describe('the memory of what has been counted', () => {
  it('counts each conversation once', () => {
    const counted = new CountedConversations();
    assert.deepEqual(
      [counted.count('a', 1), counted.count('b', 1), counted.count('a', 1)],
      [true, true, false],
    );
  });

  it('forgets what ended a day before the last window', () => {
    const counted = new CountedConversations();
    counted.count('old', NOON_MS - DAY_MS - 1);
    counted.count('young', NOON_MS - DAY_MS);
    counted.forgetBefore(NOON_MS);
    assert.deepEqual([counted.count('old', 0), counted.count('young', 0)], [true, false]);
  });

  it('is bounded: the oldest makes room', () => {
    const counted = new CountedConversations();
    for (let index = 0; index <= 100_000; index += 1) counted.count(`${index}`, 0);
    assert.deepEqual(
      [counted.count('1', 0), counted.count('100000', 0), counted.count('0', 0)],
      [false, false, true],
    );
  });
});

describe('a page of conversations', () => {
  const conversation = (fields: Record<string, unknown> = {}) => ({
    conversationId: 'c',
    conversationEnd: '2026-01-02T11:00:00Z',
    mediaStatsMinConversationMos: 4.2,
    participants: [{ sessions: [{ mediaType: 'voice' }] }],
    ...fields,
  });
  const read = (...conversations: unknown[]) => {
    const page = readDetails({ conversations, totalHits: 9 })!;
    return [
      ...page.conversations.map(({ conversationId, endedAtMs, minMos, mediaType }) =>
        [conversationId, endedAtMs === undefined ? 'lasts' : 'ended', minMos, mediaType].join(' '),
      ),
      ...(page.faultCount > 0 ? [`${page.faultCount} faults`] : []),
    ];
  };

  it('is what is counted of each, and no more', () => {
    assert.deepEqual(readDetails({ conversations: [conversation()], totalHits: 9 }), {
      conversations: [{ conversationId: 'c', endedAtMs: NOON_MS - HOUR_MS, minMos: 4.2, mediaType: 'voice' }],
      count: 1,
      totalHits: 9,
      faultCount: 0,
    });
  });

  const session = (mediaType: unknown) => ({ sessions: [{ mediaType }] });
  const rows: [what: string, fields: Record<string, unknown>, expected: string[]][] = [
    ['one that lasts', { conversationEnd: undefined }, ['c lasts 4.2 voice']],
    ['one without a MOS', { mediaStatsMinConversationMos: undefined }, ['c ended  voice']],
    ['a MOS of 0', { mediaStatsMinConversationMos: 0 }, ['c ended  voice', '1 faults']],
    ['an end that is no time', { conversationEnd: 'soon' }, ['1 faults']],
    ['an id that is none', { conversationId: '' }, ['1 faults']],
    ['its richest medium', { participants: [session('voice'), session('video')] }, ['c ended 4.2 video']],
    ['another medium', { participants: [session('callback')] }, ['c ended 4.2 other']],
    ['no participants', { participants: undefined }, ['c ended 4.2 other']],
    [
      'participants that are none',
      { participants: [null, 7, { sessions: 'x' }, { sessions: [null] }] },
      ['c ended 4.2 other'],
    ],
  ];
  for (const [what, fields, expected] of rows) {
    it(`has ${what}`, () => assert.deepEqual(read(conversation(fields)), expected));
  }

  it('may have none, and is no page without an object', () => {
    assert.deepEqual(readDetails({}), { conversations: [], count: 0, faultCount: 0 });
    assert.deepEqual(readDetails({ totalHits: 0 })?.totalHits, 0);
    for (const body of [
      undefined,
      null,
      [],
      'x',
      { conversations: {} },
      { totalHits: -1 },
      { totalHits: 'x' },
    ]) {
      assert.equal(readDetails(body), undefined);
    }
  });

  it('is never thrown over', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        readDetails(value);
        readDetails({
          conversations: [
            value,
            conversation({ participants: value }),
            { ...conversation(), conversationEnd: value },
          ],
        });
      }),
    );
  });
});
