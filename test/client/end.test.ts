// The end of a session: the call is over, or the page is closed, or goes to sleep and comes back.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { monitor, type MonitorOptions } from '../../client/client.ts';
import { FakeConnection, type FakeStat } from './fake-connection.ts';
import { type Envelope, FakePage } from './fake-page.ts';

function watch(context: TestContext, options: Partial<MonitorOptions> = {}, padding = '') {
  const page = new FakePage(context);
  const connection = new FakeConnection();
  connection.answer = [{ id: `i${padding}`, type: 'inbound-rtp', timestamp: 1 }];
  const url = 'http://bridge/v1/rtc';
  return { page, connection, ...monitor(connection.asReal, { url, sessionId: 's-1', ...options }) };
}

const lastBeacon = (page: FakePage) => JSON.parse(page.beacons.at(-1)!.text) as Envelope;

describe('a page that is closed', () => {
  it('leaves what is left and the end of the session to a beacon', async (context) => {
    const { page } = watch(context);
    page.answer = 'offline';
    await page.advance(11_000);
    page.hide();
    const { reports, events } = lastBeacon(page);
    assert.equal(reports.length, 3);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['connected', 'ended'],
    );
    assert.equal(page.beacons.length, 1);
  });

  it('repeats what is under way, for that may be cut off', async (context) => {
    const { page } = watch(context);
    page.answer = new Promise(() => {});
    await page.advance(1_000);
    page.hide();
    assert.equal(lastBeacon(page).reports.length, 1);
  });

  it('brings its token along in the address', async (context) => {
    const { page } = watch(context, { token: 'a+b/c', url: 'http://bridge/v1/rtc?dialect=getstats' });
    await page.advance(1_000);
    page.hide();
    assert.equal(page.beacons[0]!.url, 'http://bridge/v1/rtc?dialect=getstats&access_token=a%2Bb%2Fc');
  });

  it('leaves behind as many of the newest reports as a beacon holds', async (context) => {
    const { page } = watch(context, {}, 'x'.repeat(9_000));
    page.answer = 'offline';
    await page.advance(60_000);
    page.hide();
    const { reports, events } = lastBeacon(page);
    assert.equal(reports.length, 6);
    assert.equal(reports.at(-1)!.at_ms, page.nowMs);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['ended'],
    );
    assert.ok(page.beacons[0]!.text.length < 65_536);
  });

  it('leaves at least the end behind when the browser refuses the beacon', async (context) => {
    const { page } = watch(context, {}, 'x'.repeat(9_000));
    page.takesBeacon = (length) => length < 1_000;
    await page.advance(5_100);
    page.hide();
    const { reports, events } = lastBeacon(page);
    assert.deepEqual(reports, []);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['ended'],
    );
  });

  it('has not ended when it may come back, and goes on when it does', async (context) => {
    const { page, connection } = watch(context);
    await page.advance(1_000);
    connection.become('disconnected');
    page.hide({ persisted: true });
    assert.deepEqual(
      lastBeacon(page).events.map(({ type }) => type),
      ['disconnected'],
    );
    const [postCount, readCount] = [page.posts.length, connection.callCount];
    await page.advance(1_000);
    assert.equal(page.posts.length, postCount, 'what the beacon has is not sent again');
    page.show();
    assert.equal(connection.callCount, readCount + 1, 'it is read at once');
    await page.advance(1_000);
    assert.equal(page.envelopes.at(-1)!.reports.length, 1);
  });
});

describe('stop', () => {
  it('tells the end, and leaves nothing behind that could still happen', async (context) => {
    const { page, connection, stop, setMuted, add } = watch(context);
    await page.advance(1_000);
    stop();
    assert.deepEqual(page.told, ['connected', 'ended']);
    const [postCount, readCount] = [page.posts.length, connection.callCount];
    stop();
    setMuted(true);
    const late = new FakeConnection();
    add(late.asReal);
    connection.become('failed');
    page.hide();
    page.show();
    await page.advance(60_000);
    assert.deepEqual(page.told, ['connected', 'ended']);
    assert.equal(page.posts.length, postCount);
    assert.equal(connection.callCount, readCount);
    assert.equal(page.listenerCount, 0);
    assert.equal(connection.listenerCount, 0);
    assert.equal(late.callCount + late.listenerCount, 0);
  });

  it('ends the tries of what did not get through', async (context) => {
    const { page, stop } = watch(context);
    page.answer = 'offline';
    await page.advance(1_000);
    stop();
    const postCount = page.posts.length;
    await page.advance(60_000);
    assert.equal(page.posts.length, postCount);
    assert.equal(lastBeacon(page).reports.length, 1);
  });

  it('sends and tells nothing any more when what was under way is over', async (context) => {
    const errors: Error[] = [];
    const { page, connection, stop, setMuted } = watch(context, { onError: (error) => errors.push(error) });
    const answer = Promise.withResolvers<Response>();
    page.answer = answer.promise;
    await page.advance(4_000);
    const stats = Promise.withResolvers<FakeStat[]>();
    connection.answer = stats.promise;
    await page.advance(1_000);
    stop();
    setMuted(true);
    answer.resolve(new Response());
    stats.reject(new Error('the connection is gone'));
    await page.advance(60_000);
    assert.equal(page.posts.length, 1);
    assert.deepEqual(errors, []);
  });

  it('sends nothing of a getStats() that answers after it', async (context) => {
    const { page, connection, stop } = watch(context);
    await page.advance(1_000);
    const { promise, resolve } = Promise.withResolvers<FakeStat[]>();
    connection.answer = promise;
    await page.advance(5_000);
    assert.equal(connection.callCount, 2);
    stop();
    resolve([{ id: 'late', type: 'inbound-rtp', timestamp: 1 }]);
    await page.advance(1_000);
    assert.equal(page.posts.length, 1);
    assert.doesNotMatch(page.beacons[0]!.text, /late/);
  });
});
