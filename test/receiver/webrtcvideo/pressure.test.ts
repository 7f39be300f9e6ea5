// What the receiver does when it, or the stage behind it, has too much.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { RefusedError } from '../../../collector/component.ts';
import { goodEvent, runReceiver } from './running-receiver.ts';

const COUNTED = { receiver: 'webrtcvideo', transport: 'http' };

function eventAt(second: number, sessionId = 's-1') {
  return { ...goodEvent(sessionId), timestamp: Date.UTC(2026, 0, 1) + second * 1_000 };
}

describe('when the next stage refuses', () => {
  it('answers 503 with its time to wait, and offers it the same again on the second try', async () => {
    const running = await runReceiver();
    running.onConsume = () => Promise.reject(new RefusedError('disk is full', 2_500));
    const refused = await running.post([eventAt(0)]);
    assert.equal(refused.status, 503);
    assert.equal(refused.headers['retry-after'], '3');
    assert.deepEqual(Object.keys(refused.json()), ['error']);

    running.onConsume = () => Promise.resolve();
    const second = await running.post([eventAt(0), eventAt(5)]);
    assert.equal(second.text, '{"accepted":2,"rejected":[],"duplicates":0}');
    const third = await running.post([eventAt(0), eventAt(5)]);
    assert.equal(third.text, '{"accepted":0,"rejected":[],"duplicates":2}');
    // The empty batch of the third lets the next stage put away what it still holds before the answer.
    assert.deepEqual(
      running.batches.map(({ records }) => records.length),
      [1, 2, 0],
    );
    assert.equal(await running.settings.recorded('otelcol_receiver_refused_log_records', COUNTED), 1);
    assert.equal(await running.settings.recorded('otelcol_receiver_accepted_log_records', COUNTED), 2);
    await running.stop();
  });

  it('goes on answering 503 while it refuses the repetition', async () => {
    const running = await runReceiver();
    running.onConsume = () => Promise.reject(new RefusedError('disk is full', 1));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const reply = await running.post(eventAt(0));
      assert.equal(reply.status, 503);
      assert.equal(reply.headers['retry-after'], '1');
    }
    await running.stop();
  });
});

describe('when the next stage fails', () => {
  it('answers 503, logs the fault, and takes the same sample on the second try', async () => {
    const running = await runReceiver();
    running.onConsume = () => Promise.reject(new TypeError('a bug'));
    const failed = await running.post(eventAt(0));
    assert.equal(failed.status, 503);
    assert.ok(!failed.text.includes('bug'));
    assert.ok(running.settings.lines.some(({ level, msg }) => level === 'error' && /process/.test(msg)));

    running.onConsume = () => Promise.resolve();
    assert.equal((await running.post(eventAt(0))).json().accepted, 1);
    await running.stop();
  });
});

describe('when there are too many sessions', () => {
  it('takes the known ones and rejects the new ones', async () => {
    const running = await runReceiver({ max_sessions: 2 });
    await running.post([eventAt(0, 'a'), eventAt(0, 'b')]);
    const reply = await running.post([eventAt(0, 'c'), {}, eventAt(5, 'a')]);
    assert.equal(reply.status, 200);
    assert.equal(reply.json().accepted, 1);
    assert.deepEqual(
      reply.json().rejected?.map(({ index, path }) => [index, path]),
      [
        [0, 'session.id'],
        [1, 'session.id'],
      ],
    );
    assert.match(reply.json().rejected?.[0]?.reason ?? '', /max_sessions is 2/);
    await running.stop();
  });

  it('answers 429 when nothing of a body could be taken, with the time until a session may end', async () => {
    const running = await runReceiver({ max_sessions: 1, session_timeout: '60s' });
    await running.post(eventAt(0, 'a'));
    running.clock.advance(20_000);
    const reply = await running.post(eventAt(20, 'b'));
    assert.equal(reply.status, 429);
    assert.equal(reply.headers['retry-after'], '40');
    assert.equal(reply.json().rejected?.length, 1);
    running.clock.advance(40_000);
    assert.equal((await running.post(eventAt(60, 'b'))).status, 200);
    await running.stop();
  });
});

describe('when too much is pending', () => {
  /** A receiver with room for two bodies, which both wait in the next stage. */
  async function runFull() {
    const running = await runReceiver({ max_body_bytes: 1_024, max_pending_bytes: 2_048 });
    const finishes: (() => void)[] = [];
    const bothWait = new Promise<void>((resolve) => {
      running.onConsume = () => {
        const done = new Promise<void>((finish) => finishes.push(finish));
        if (finishes.length === 2) resolve();
        return done;
      };
    });
    const replies = ['a', 'b'].map((sessionId) => running.post(padded(sessionId)));
    await bothWait;
    return {
      running,
      async empty() {
        running.onConsume = () => Promise.resolve();
        for (const finish of finishes) finish();
        for (const reply of replies) assert.equal((await reply).status, 200);
      },
    };
  }

  function padded(sessionId: string): string {
    return `${JSON.stringify(goodEvent(sessionId))}${' '.repeat(700)}`;
  }

  it('answers 429 to a body that has no room, and takes it when there is', async () => {
    const { running, empty } = await runFull();
    const refused = await running.post(padded('c'), { chunked: true });
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) >= 1);
    await empty();
    assert.equal((await running.post(padded('c'))).status, 200);
    await running.stop();
  });

  it('answers before the body comes when its length is told', async () => {
    const { running, empty } = await runFull();
    assert.match(
      await firstAnswer(running.receiver.boundAddress, 'Content-Length: 1000'),
      /^HTTP\/1\.1 429 /,
    );
    assert.match(
      await firstAnswer(running.receiver.boundAddress, 'Content-Length: 1025'),
      /^HTTP\/1\.1 413 /,
    );
    await empty();
    await running.stop();
  });
});

describe('a body that is refused half-way', () => {
  it('leaves the connection open for the next request', async () => {
    const running = await runReceiver({ max_body_bytes: 4_096 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const tooLarge = await running.post(' '.repeat(50_000), { chunked: true, agent });
    assert.equal(tooLarge.status, 413);
    const good = await running.post(goodEvent(), { agent });
    assert.equal(good.status, 200);
    assert.equal(good.isOnSameConnection, true);
    agent.destroy();
    await running.stop();
  });
});

/** What is answered to the head of a request whose body never comes. */
async function firstAnswer(address: string | undefined, header: string): Promise<string> {
  const socket = connect(Number(address?.split(':')[1]), '127.0.0.1');
  socket.write(`POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${header}\r\n\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return chunk.toString();
}

describe('what the receiver counts', () => {
  it('tells malformed, repeated, late, clamped and cleaned records apart', async () => {
    const running = await runReceiver();
    await running.post([
      eventAt(5),
      eventAt(5),
      eventAt(0),
      { ...eventAt(300, 'ahead'), site: '10.1.2.3' },
      {},
    ]);
    const { recorded } = running.settings;
    const receiver = 'webrtcvideo';
    assert.equal(await recorded('otelcol_receiver_accepted_log_records', COUNTED), 2);
    assert.equal(await recorded('otelcol_receiver_failed_log_records', COUNTED), 1);
    assert.equal(await recorded('webrtc.receiver.dropped_records', { receiver, cause: 'duplicate' }), 1);
    assert.equal(await recorded('webrtc.receiver.dropped_records', { receiver, cause: 'late' }), 1);
    assert.equal(await recorded('webrtc.receiver.clamped_timestamps', { receiver }), 1);
    assert.equal(await recorded('webrtc.receiver.dropped_addresses', { receiver }), 1);
    await running.stop();
  });
});
