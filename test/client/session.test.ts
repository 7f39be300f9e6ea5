// The envelope, the session's states, and the rhythm in which connections are read.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { monitor, type MonitorOptions } from '../../client/client.ts';
import { CAMERA, FakeConnection } from './fake-connection.ts';
import { FakePage, START_MS } from './fake-page.ts';

const STAT = { id: 'i', type: 'inbound-rtp', timestamp: 1, bytesReceived: 1 };

function watch(
  context: TestContext,
  connections: FakeConnection[] = [new FakeConnection()],
  options: Partial<MonitorOptions> = {},
) {
  const page = new FakePage(context);
  for (const connection of connections) connection.answer = [STAT];
  const errors: string[] = [];
  const monitored = monitor(
    connections.map(({ asReal }) => asReal),
    {
      url: 'http://bridge/v1/rtc',
      sessionId: 's-1',
      onError: ({ message }) => errors.push(message),
      ...options,
    },
  );
  return { page, errors, ...monitored };
}

describe('the envelope', () => {
  it('names the session, and what else the page knows of it', async (context) => {
    const { page } = watch(context, undefined, {
      conversationId: 'c-1',
      agentId: 'a-1',
      dimensions: { site: 'Fra', 'network.type': 'wifi' },
    });
    await page.advance(1_000);
    const { reports: _, events: __, ...head } = page.envelopes[0]!;
    assert.deepEqual(head, {
      session_id: 's-1',
      conversation_id: 'c-1',
      agent_id: 'a-1',
      dimensions: { site: 'Fra', 'network.type': 'wifi' },
      sent_at_ms: START_MS + 200,
    });
    assert.equal(page.posts[0]!.headers['content-type'], 'application/json');
  });

  it('has no key for what the page doesn’t know', async (context) => {
    const { page } = watch(context);
    await page.advance(1_000);
    assert.deepEqual(Object.keys(page.envelopes[0]!), ['session_id', 'sent_at_ms', 'reports', 'events']);
  });

  it('has the first report at once, and the next ones at each interval', async (context) => {
    const { page } = watch(context);
    await page.advance(11_000);
    const times = page.envelopes.flatMap(({ reports }) => reports.map(({ at_ms }) => at_ms - START_MS));
    assert.deepEqual(times, [0, 5_000, 10_000]);
  });

  it('is never read more often than each second', async (context) => {
    const connection = new FakeConnection();
    const { page } = watch(context, [connection], { intervalMs: 10 });
    await page.advance(3_000);
    assert.equal(connection.callCount, 4);
  });

  it('has the reports of all connections of one moment, each under an id of its own', async (context) => {
    const { page } = watch(context, [new FakeConnection(), new FakeConnection()]);
    await page.advance(6_000);
    assert.deepEqual(
      page.envelopes.map(({ reports }) => reports.map(({ connection_id }) => connection_id)),
      [
        ['0', '1'],
        ['0', '1'],
      ],
    );
  });

  it('has the reports of a connection that was added later, once', async (context) => {
    const later = new FakeConnection();
    const { page, add } = watch(context);
    await page.advance(1_000);
    add(later.asReal);
    add(later.asReal);
    await page.advance(5_000);
    assert.deepEqual(
      page.envelopes.at(-1)!.reports.map(({ connection_id }) => connection_id),
      ['0', '1'],
    );
  });
});

describe('the states of a session', () => {
  it('are told when they change, without waiting for the interval', async (context) => {
    const connection = new FakeConnection();
    const { page } = watch(context, [connection]);
    await page.advance(1_000);
    assert.deepEqual(page.told, ['connected']);
    connection.become('disconnected');
    await page.advance(200);
    assert.deepEqual(page.envelopes.at(-1)!.events, [{ type: 'disconnected', at_ms: START_MS + 1_000 }]);
    connection.become('failed');
    connection.become('connecting');
    connection.become('connected');
    await page.advance(1_000);
    assert.deepEqual(page.told, ['connected', 'disconnected', 'connected']);
  });

  it('are those of its worst connection', async (context) => {
    const [publisher, subscriber] = [new FakeConnection(), new FakeConnection()];
    const { page } = watch(context, [publisher, subscriber]);
    await page.advance(1_000);
    publisher.become('disconnected');
    subscriber.become('disconnected');
    subscriber.become('connected');
    await page.advance(1_000);
    assert.deepEqual(page.told, ['connected', 'disconnected']);
    publisher.become('connecting');
    await page.advance(1_000);
    assert.deepEqual(page.told, ['connected', 'disconnected'], 'one of them is not there yet');
    publisher.become('connected');
    await page.advance(1_000);
    assert.deepEqual(page.told, ['connected', 'disconnected', 'connected']);
  });

  it('are disconnected for a connection that has failed', async (context) => {
    const connection = new FakeConnection();
    const { page } = watch(context, [connection]);
    connection.become('failed');
    await page.advance(1_000);
    assert.deepEqual(page.told, ['connected', 'disconnected']);
  });

  it('don’t wait for a connection that is never used', async (context) => {
    const unused = Object.assign(new FakeConnection(), { connectionState: 'new' });
    const { page } = watch(context, [unused, new FakeConnection()]);
    await page.advance(1_000);
    assert.deepEqual(page.told, ['connected']);
  });

  it('end when every connection is closed, though a page that closes one fires no event', async (context) => {
    const [first, second] = [new FakeConnection(), new FakeConnection()];
    const { page } = watch(context, [first, second]);
    await page.advance(1_000);
    first.connectionState = 'closed';
    await page.advance(5_000);
    assert.deepEqual(page.told, ['connected']);
    assert.deepEqual(
      page.envelopes.at(-1)!.reports.map(({ connection_id }) => connection_id),
      ['1'],
    );
    second.connectionState = 'closed';
    await page.advance(5_000);
    assert.deepEqual(page.told, ['connected', 'ended']);
  });

  it('are those that the page tells of a pause', async (context) => {
    const { page, setMuted } = watch(context);
    setMuted(true);
    setMuted(false);
    await page.advance(1_000);
    assert.deepEqual(page.told, ['connected', 'muted', 'unmuted']);
  });

  it('are told of every stream while the page pauses the call, or the next report would deny it', async (context) => {
    const connection = new FakeConnection();
    const streams = [
      { ...STAT, mid: '0' },
      { ...STAT, id: 'o', type: 'outbound-rtp', mid: '1' },
    ];
    const { page, setMuted } = watch(context, [connection]);
    connection.answer = streams;
    connection.transceivers = [{ mid: '0', currentDirection: 'sendrecv', sender: { track: CAMERA } }];
    setMuted(true);
    await page.advance(6_000);
    setMuted(false);
    await page.advance(5_000);
    const muted = page.envelopes.flatMap(({ reports }) => reports.map((report) => report.muted));
    assert.deepEqual(muted.slice(-2), [['in:0', 'out:1'], []]);
  });
});

describe('the reading of a connection', () => {
  it('goes on after a getStats() that rejects, and tells of it once', async (context) => {
    const connection = new FakeConnection();
    const { page, errors } = watch(context, [connection]);
    await page.advance(1_000);
    connection.answer = new Error('no stats');
    await page.advance(10_000);
    connection.answer = [STAT];
    await page.advance(5_000);
    assert.deepEqual(errors, ['no stats']);
    assert.equal(page.envelopes.flatMap(({ reports }) => reports).length, 2);
  });

  it('never overlaps with one that hangs, and leaves the other connections alone', async (context) => {
    const [hanging, other] = [new FakeConnection(), new FakeConnection()];
    const { page } = watch(context, [hanging, other]);
    hanging.answer = new Promise(() => {});
    await page.advance(20_500);
    assert.equal(hanging.callCount, 2, 'the first answered, the second never did');
    assert.equal(other.callCount, 5);
    assert.equal(page.envelopes.flatMap(({ reports }) => reports).length, 1 + 5);
  });
});
