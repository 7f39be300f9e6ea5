// How reports get through: gathered while they can't, tried again after a while, and dropped when they never will.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { monitor, type MonitorOptions } from '../../client/client.ts';
import { FakeConnection } from './fake-connection.ts';
import { FakePage, type PageAnswer } from './fake-page.ts';

function report(
  context: TestContext,
  { options = {}, padding = '' }: { options?: Partial<MonitorOptions>; padding?: string } = {},
) {
  const page = new FakePage(context);
  const connection = new FakeConnection();
  connection.answer = [{ id: `i${padding}`, type: 'inbound-rtp', timestamp: 1 }];
  const errors: string[] = [];
  const { stop } = monitor(connection.asReal, {
    url: 'http://bridge/v1/rtc',
    sessionId: 's-1',
    onError: ({ message }) => errors.push(message),
    ...options,
  });
  return { page, errors, stop };
}

const reportCounts = (page: FakePage) => page.envelopes.map(({ reports }) => reports.length);
const sendTimes = (page: FakePage) => page.posts.map(({ atMs }) => atMs);
const busy = (retryAfter: string) =>
  new Response(null, { status: 503, headers: { 'retry-after': retryAfter } });

describe('reports that don’t get through', () => {
  it('are gathered while there is no network, and sent together when it is back', async (context) => {
    const { page } = report(context);
    page.answer = 'offline';
    await page.advance(20_000);
    page.answer = 200;
    await page.advance(40_000);
    const delivered = page.envelopes.slice(sendTimes(page).findIndex((atMs) => atMs > 20_000));
    const times = delivered.flatMap(({ reports }) => reports.map(({ at_ms }) => at_ms));
    assert.equal(times.length, 12);
    assert.deepEqual(times, [...new Set(times)].sort(), 'each once, and in order');
  });

  it('are tried again after 1 s, 2 s, 4 s and so on up to 60 s, when chance gives the most', async (context) => {
    const { page } = report(context);
    page.answer = 'offline';
    await page.advance(190_000);
    const times = sendTimes(page);
    const waits = times.slice(1).map((atMs, index) => Math.round((atMs - times[index]!) / 1_000));
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it('are tried again after any part of that, by chance', async (context) => {
    const { page } = report(context);
    page.answer = 'offline';
    page.random = 0.25;
    await page.advance(4_300);
    assert.deepEqual(sendTimes(page), [200, 450, 950, 1_950, 3_950]);
  });

  it('wait from 1 s again after one has got through', async (context) => {
    const { page } = report(context);
    page.answerNext('offline', 'offline', 'offline', 200, 'offline');
    await page.advance(16_000);
    assert.deepEqual(sendTimes(page), [200, 1_200, 3_200, 7_200, 10_200, 11_200, 15_200]);
  });

  it('are the newest sixty: older ones are dropped', async (context) => {
    const { page } = report(context);
    page.answer = 'offline';
    await page.advance(600_000);
    page.answer = 200;
    await page.advance(60_000);
    const counts = reportCounts(page).slice(sendTimes(page).findIndex((atMs) => atMs > 600_000));
    assert.equal(counts[0], 60);
    assert.ok(page.envelopes.every(({ reports, events }) => reports.length + events.length <= 60));
  });

  it('are sent in bodies of at most 60,000 characters, the oldest first', async (context) => {
    const { page } = report(context, { padding: 'x'.repeat(9_000) });
    page.answer = 'offline';
    await page.advance(50_000);
    page.answer = 200;
    const heldCount = page.posts.length;
    await page.advance(20_000);
    assert.deepEqual(reportCounts(page).slice(heldCount, heldCount + 2), [6, 6]);
    const times = page.envelopes.slice(heldCount).flatMap(({ reports }) => reports.map(({ at_ms }) => at_ms));
    assert.deepEqual(times, times.toSorted());
    for (const { text } of page.posts) assert.ok(text.length < 61_000);
  });

  it('are sent when one alone is longer than that', async (context) => {
    const { page } = report(context, { padding: 'x'.repeat(70_000) });
    await page.advance(6_000);
    assert.deepEqual(reportCounts(page), [0, 1, 1], 'the state that was told beside it goes first');
  });

  it('wait from 1 s again as soon as a part of them has got through', async (context) => {
    const { page } = report(context, { padding: 'x'.repeat(50_000) });
    page.answerNext('offline', 'offline', 'offline', 200, 'offline', 200);
    await page.advance(9_000);
    assert.deepEqual(sendTimes(page), [200, 1_200, 3_200, 7_200, 7_250, 8_250]);
  });

  it('are not held back for ever by a request that nobody answers', async (context) => {
    const { page } = report(context);
    await page.advance(1_000);
    // The fake page never fires it; that it is there is what can be seen without waiting.
    assert.ok(page.posts[0]!.signal instanceof AbortSignal);
  });

  for (const answer of [408, 425, 429, 500, 502, 503, 'offline'] satisfies PageAnswer[]) {
    it(`are tried again after ${answer}`, async (context) => {
      const { page } = report(context);
      page.answerNext(answer);
      await page.advance(4_000);
      assert.deepEqual(reportCounts(page), [1, 1]);
    });
  }

  for (const status of [400, 403, 404, 405, 413, 415]) {
    it(`are dropped after ${status}, and the page hears of it once`, async (context) => {
      const { page, errors } = report(context);
      page.answer = status;
      await page.advance(11_000);
      assert.deepEqual(reportCounts(page), [1, 1, 1]);
      assert.deepEqual(errors, [`the receiver answered ${status}`]);
    });
  }

  it('are told of again after one has got through', async (context) => {
    const { page, errors } = report(context);
    page.answerNext('offline', 'offline', 200, 400);
    await page.advance(11_000);
    assert.deepEqual(errors, ['Failed to fetch', 'the receiver answered 400']);
  });

  it('are sent on though the page’s own onError throws', async (context) => {
    const { page } = report(context, {
      options: {
        onError: () => {
          throw new Error('a mistake of the page');
        },
      },
    });
    page.answerNext('offline');
    await page.advance(2_000);
    assert.deepEqual(reportCounts(page), [1, 1]);
  });
});

describe('Retry-After', () => {
  it('is obeyed in seconds', async (context) => {
    const { page } = report(context);
    page.answerNext(busy('7'));
    await page.advance(8_000);
    assert.deepEqual(sendTimes(page), [200, 7_200]);
  });

  it('is obeyed as a date', async (context) => {
    const { page } = report(context);
    page.answerNext(busy(new Date(page.nowMs + 7_000).toUTCString()));
    await page.advance(8_000);
    assert.deepEqual(sendTimes(page), [200, 7_000]);
  });

  for (const text of ['-5', 'soon', '0']) {
    it(`that is no time to wait (${text}) leaves the usual one`, async (context) => {
      const { page } = report(context);
      page.answerNext(busy(text));
      await page.advance(3_000);
      assert.deepEqual(sendTimes(page), [200, 1_200]);
    });
  }

  it('beyond an hour is an hour', async (context) => {
    const { page } = report(context);
    page.answerNext(busy('99999999'));
    await page.advance(3_601_000);
    assert.deepEqual(sendTimes(page), [200, 3_600_200]);
  });
});

describe('the token', () => {
  const authorizations = (page: FakePage) => page.posts.map(({ headers }) => headers.authorization);

  it('is sent as a bearer token', async (context) => {
    const { page } = report(context, { options: { token: 'token-1' } });
    await page.advance(1_000);
    assert.deepEqual(authorizations(page), ['Bearer token-1']);
  });

  it('is left out when there is none', async (context) => {
    const { page } = report(context);
    await page.advance(1_000);
    assert.deepEqual(authorizations(page), [undefined]);
  });

  it('is asked for once, and again at once when it is refused', async (context) => {
    let askedCount = 0;
    const token = () => Promise.resolve(`token-${++askedCount}`);
    const { page, errors } = report(context, { options: { token } });
    await page.advance(5_500);
    assert.equal(askedCount, 1);
    page.answerNext(401);
    await page.advance(5_000);
    assert.deepEqual(authorizations(page), [
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
    ]);
    assert.deepEqual(reportCounts(page), [1, 1, 1, 1]);
    assert.deepEqual(errors, []);
  });

  it('that is refused a second time is not asked for again before the next try, and nothing is lost', async (context) => {
    let askedCount = 0;
    const token = () => `token-${++askedCount}`;
    const { page, errors } = report(context, { options: { token } });
    page.answerNext(401, 401);
    await page.advance(1_000);
    assert.equal(askedCount, 2);
    await page.advance(1_000);
    assert.deepEqual(errors, ['the receiver answered 401']);
    assert.deepEqual(reportCounts(page), [1, 1, 1]);
  });

  it('that can’t be fetched is asked for again at the next try', async (context) => {
    let askedCount = 0;
    const token = () =>
      ++askedCount === 1 ? Promise.reject(new Error('no token')) : Promise.resolve('token-2');
    const { page, errors } = report(context, { options: { token } });
    await page.advance(2_000);
    assert.deepEqual(authorizations(page), ['Bearer token-2']);
    assert.deepEqual(errors, ['no token']);
  });
});
