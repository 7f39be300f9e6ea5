import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AnswerCache } from '../../../../receiver/genesyscloud/platform/answer-cache.ts';
import { HistoricalClient } from '../../../../receiver/genesyscloud/platform/historical-client.ts';
import type {
  PlatformAnswer,
  PlatformRequest,
} from '../../../../receiver/genesyscloud/platform/platform-client.ts';
import type { RequestQuota } from '../../../../receiver/genesyscloud/platform/request-quota.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const LIFE = new AbortController().signal;
const FAULT: PlatformAnswer = { kind: 'failed', cause: 'server_error', reason: 'it answered 503' };

const question = (name: string): PlatformRequest => ({ method: 'POST', path: '/query', body: { name } });

/** Answers are given by hand, in the order in which they were asked for. */
class World {
  readonly clock = new VirtualClock();
  readonly asked: PlatformRequest[] = [];
  readonly #answers: ((answer: PlatformAnswer) => void)[] = [];
  readonly #cache = new AnswerCache(this.clock);

  ask(request: PlatformRequest, signal = LIFE): Promise<PlatformAnswer> {
    return this.#cache.answer(request, signal, (request) => {
      this.asked.push(request);
      return new Promise((resolve) => this.#answers.push(resolve));
    });
  }

  answer(answer: PlatformAnswer = { kind: 'answered', status: 200, body: this.asked.length }): void {
    this.#answers.shift()!(answer);
  }

  /** Asked and answered. */
  async whole(request: PlatformRequest): Promise<void> {
    const asking = this.ask(request);
    if (this.#answers.length > 0) this.answer();
    await asking;
  }
}

const bodyOf = (answer: PlatformAnswer) => (answer.kind === 'answered' ? answer.body : answer.cause);

describe('the answers of a minute', () => {
  it('serve equal questions until they are 60 s old', async () => {
    const world = new World();
    await world.whole(question('a'));
    world.clock.advance(59_999);
    assert.equal(bodyOf(await world.ask(question('a'))), 1);
    world.clock.advance(1);
    await world.whole(question('a'));
    assert.equal(world.asked.length, 2);
  });

  it('serve no other question: another method, path or body', async () => {
    const world = new World();
    await world.whole(question('a'));
    for (const other of [
      question('b'),
      { ...question('a'), method: 'PUT' as const },
      { ...question('a'), path: '/else' },
      { method: 'POST' as const, path: '/query' },
    ]) {
      await world.whole(other);
    }
    assert.equal(world.asked.length, 5);
  });

  it('are asked for once by all who ask at the same time, and then kept', async () => {
    const world = new World();
    const asks = [world.ask(question('a')), world.ask(question('a')), world.ask(question('a'))];
    world.answer();
    assert.deepEqual((await Promise.all(asks)).map(bodyOf), [1, 1, 1]);
    assert.equal(bodyOf(await world.ask(question('a'))), 1);
    assert.equal(world.asked.length, 1);
  });

  it('do not include failures: they are told to those who waited, and asked for anew', async () => {
    const world = new World();
    const asks = [world.ask(question('a')), world.ask(question('a'))];
    world.answer(FAULT);
    assert.deepEqual(await Promise.all(asks), [FAULT, FAULT]);
    await world.whole(question('a'));
    assert.equal(world.asked.length, 2);
  });

  it('are not lost with the one who asked first', async () => {
    const world = new World();
    const first = new AbortController();
    const asks = [world.ask(question('a'), first.signal), world.ask(question('a'))];
    first.abort();
    world.answer(FAULT);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(world.asked.length, 2);
    world.answer();
    assert.equal(bodyOf((await Promise.all(asks))[1]!), 2);
  });

  it('keep nobody who stops', async () => {
    const world = new World();
    const second = new AbortController();
    void world.ask(question('a'));
    const asking = world.ask(question('a'), second.signal);
    second.abort();
    assert.equal((await asking).kind, 'failed');
    assert.equal(world.asked.length, 1);
  });

  it('are few: the oldest go', async () => {
    const world = new World();
    for (let index = 0; index < 18; index += 1) await world.whole(question(`${index}`));
    await world.whole(question('17'));
    assert.equal(world.asked.length, 18);
    await world.whole(question('0'));
    assert.equal(world.asked.length, 19);
  });
});

describe('questions about the past', () => {
  it('need room in a quota of their own, of 100 a minute and never more', async () => {
    const clock = new VirtualClock();
    const sentAtMs: number[] = [];
    const platform = {
      ask(_: PlatformRequest, __: AbortSignal, further?: RequestQuota): Promise<PlatformAnswer> {
        while (further!.take(clock.nowMs()) > 0) clock.advance(10);
        sentAtMs.push(clock.nowMs());
        return Promise.resolve({ kind: 'answered', status: 200, body: {} });
      },
    };
    const client = new HistoricalClient({ clock, platform, requestsPerMinute: 100 });
    for (let index = 0; index < 300; index += 1) await client.ask(question(`${index}`), LIFE);
    for (const [first, atMs] of sentAtMs.entries()) {
      const beyond = sentAtMs[first + 100];
      assert.ok(beyond === undefined || beyond - atMs >= 60_000 - 1, `${first}`);
    }
    assert.ok(sentAtMs.at(-1)! - sentAtMs[0]! < 4 * 60_000);
  });
});
