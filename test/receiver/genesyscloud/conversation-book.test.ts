import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConversationBook } from '../../../receiver/genesyscloud/conversation-book.ts';
import type { QualitySample, SessionEvent, SessionEventType } from '../../../receiver/sample.ts';

const AT = { observedAtMs: 0, receivedAtMs: 0, dimensions: {} };

const sample = (
  conversationId: string | undefined,
  sessionId = 's',
  pollIntervalMs?: number,
): QualitySample => ({
  kind: 'sample',
  sessionId,
  ...(conversationId !== undefined && { conversationId }),
  ...(pollIntervalMs !== undefined && { pollIntervalMs }),
  media: 'camera',
  direction: 'inbound',
  ...AT,
});

const event = (type: SessionEventType, conversationId: string, sessionId = 's'): SessionEvent => ({
  kind: 'event',
  type,
  sessionId,
  conversationId,
  ...AT,
});

const newBook = () => new ConversationBook({ intervalMs: 30_000, silenceMs: 60_000 });
const due = (conversationId: string) => ({ kind: 'due', conversationId });

describe('the book of conversations', () => {
  it('knows those of samples and events, once each, and no session without one', () => {
    const book = newBook();
    book.hear([sample('a'), event('connected', 'b'), sample('a', 'other'), sample(undefined)], 0);
    assert.equal(book.count, 2);
  });

  it('knows none by what was asked for, by an end, or by an id that would lead elsewhere', () => {
    const book = newBook();
    book.hear([sample('a', 's', 30_000), event('ended', 'b')], 0);
    for (const id of ['..', '.', 'a/b', 'a%2Fb', 'a?b', 'a#b', '', 'a'.repeat(129), 'a b', 'ä']) {
      book.hear([sample(id)], 0);
    }
    assert.equal(book.count, 0);
  });

  it('has the one asked for that has waited longest, and none more often than each interval', () => {
    const book = newBook();
    book.hear([sample('a')], 0);
    book.hear([sample('b')], 1_000);
    const asked: string[] = [];
    for (let nowMs = 1_000; nowMs < 65_000; nowMs += 1_000) {
      book.hear([sample('a'), sample('b')], nowMs);
      const turn = book.next(nowMs);
      if (turn.kind === 'none') continue;
      asked.push(`${nowMs / 1_000} ${turn.conversationId}`);
      book.asked(turn.conversationId, true, nowMs);
    }
    assert.deepEqual(asked, ['1 a', '2 b', '31 a', '32 b', '61 a', '62 b']);
    assert.deepEqual(book.next(80_000), { kind: 'none', waitMs: 11_000 });
    assert.deepEqual(newBook().next(0), { kind: 'none', waitMs: Infinity });
  });

  it('lets one whose request failed wait its turn, so that it can hold up nobody', () => {
    const book = newBook();
    book.hear([sample('a'), sample('b')], 0);
    assert.deepEqual(book.next(0), due('a'));
    assert.equal(book.asked('a', false, 0), true);
    assert.deepEqual(book.next(0), due('b'));
    assert.deepEqual(book.next(30_000), due('b'));
  });

  it('knows how long the next one has been due', () => {
    const book = newBook();
    assert.equal(book.delayMs(99_000), 0);
    book.hear([sample('a')], 0);
    assert.equal(book.delayMs(7_000), 7_000);
    book.asked('a', true, 7_000);
    assert.equal(book.delayMs(8_000), 0);
  });

  it('forgets one after the last of its sessions has ended, and it was asked for once more', () => {
    const book = newBook();
    book.hear([sample('a', 'one'), sample('a', 'two')], 0);
    book.hear([event('ended', 'a', 'one')], 1);
    assert.equal(book.asked('a', true, 2), true);
    book.hear([event('ended', 'a', 'two')], 3);
    assert.deepEqual(book.next(30_002), due('a'));
    assert.equal(book.asked('a', true, 30_002), false);
    assert.equal(book.count, 0);
  });

  it('asks once more for one that has ended until there is an answer, but not for ever', () => {
    const book = newBook();
    book.hear([sample('a')], 0);
    book.hear([event('ended', 'a')], 1);
    assert.equal(book.asked('a', false, 2), true);
    assert.equal(book.asked('a', false, 60_001), false);
  });

  it('keeps one whose session comes back', () => {
    const book = newBook();
    book.hear([sample('a')], 0);
    book.hear([event('ended', 'a'), event('connected', 'a')], 1);
    assert.equal(book.asked('a', true, 2), true);
  });

  it('forgets one that is silent when an answer had no news of it either, and not before', () => {
    const book = newBook();
    book.hear([sample('a')], 0);
    assert.equal(book.asked('a', true, 59_999), true);
    // No answer is not a silence.
    assert.equal(book.asked('a', false, 90_000), true);
    // What was asked for told something.
    book.hear([sample('a', 'fetched', 30_000)], 100_000);
    assert.equal(book.asked('a', true, 120_000), true);
    assert.equal(book.asked('a', true, 160_000), false);
    assert.equal(book.count, 0);
  });

  it('is bounded, and takes another one when there is room', () => {
    const book = newBook();
    book.hear(
      Array.from({ length: 10_001 }, (_, index) => sample(`c-${index}`)),
      0,
    );
    assert.equal(book.count, 10_000);
    book.hear([event('ended', 'c-0')], 1);
    book.asked('c-0', true, 2);
    book.hear([sample('c-10000')], 3);
    assert.equal(book.count, 10_000);
    assert.deepEqual(book.asked('c-10000', true, 4), true);
  });

  it('counts sessions of one conversation up to a bound', () => {
    const book = newBook();
    for (let index = 0; index < 100; index += 1) book.hear([sample('a', `s-${index}`)], 0);
    for (let index = 0; index < 64; index += 1) book.hear([event('ended', 'a', `s-${index}`)], 1);
    assert.equal(book.asked('a', true, 2), false);
  });
});
