// The receiver's own filter: what it holds back is neither handed on nor refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RefusedError } from '../../../collector/component.ts';
import { goodEvent, runReceiver, type RunningReceiver } from './running-receiver.ts';

/** The guide's. */
const FILTER =
  "event.type == 'webrtc-video' && (event.metrics.mos < 3.5 || event.metrics.packetLossPercent > 2.0)";

function event(sessionId: string, metrics: Readonly<Record<string, number>>): Record<string, unknown> {
  return { ...goodEvent(sessionId), metrics };
}

const filtered = (running: RunningReceiver) =>
  running.settings.recorded('webrtc.receiver.filtered_records', { receiver: 'webrtcvideo' });

describe('a filter', () => {
  it('lets the bad pass, and tells how many it held back', async () => {
    const running = await runReceiver({ filter: FILTER });
    const body = [
      event('well', { mos: 4.2 }),
      event('low', { mos: 3.4 }),
      event('lossy', { mos: 4.2, packetLossPercent: 2.1 }),
      { type: 'webrtc', session: { id: 'low' }, state: 'disconnected' },
      {},
    ];
    const reply = await running.post(body);
    assert.equal(reply.status, 200);
    const { accepted, duplicates, filtered: heldBack, rejected } = reply.json();
    assert.deepEqual([accepted, duplicates, heldBack], [2, 0, 2]);
    assert.deepEqual(
      rejected?.map(({ index }) => index),
      [4],
    );
    assert.deepEqual(
      running.records().map(({ sessionId }) => sessionId),
      ['low', 'lossy'],
    );
    assert.equal(await filtered(running), 2);
    await running.stop();
  });

  it('answers 200 to a body that it holds back as a whole, and hands on nothing', async () => {
    const running = await runReceiver({ filter: FILTER });
    const reply = await running.post([event('well', { mos: 4.2 }), event('other', { packetLossPercent: 2 })]);
    assert.equal(reply.status, 200);
    assert.equal(reply.text, '{"accepted":0,"rejected":[],"duplicates":0,"filtered":2}');
    assert.equal(running.batches.length, 0);
    await running.stop();
  });

  it('names the entries without room by their places, which it does not shift', async () => {
    const running = await runReceiver({ filter: FILTER, max_sessions: 1 });
    const reply = await running.post([
      event('well', { mos: 4.2 }),
      event('low', { mos: 3 }),
      event('too many', { mos: 3 }),
    ]);
    assert.deepEqual(
      reply.json().rejected?.map(({ index }) => index),
      [2],
    );
    await running.stop();
  });

  it('counts once what comes again because the next stage refused it', async () => {
    const running = await runReceiver({ filter: FILTER });
    const body = [event('well', { mos: 4.2 }), event('low', { mos: 3 })];
    running.onConsume = () => Promise.reject(new RefusedError('disk is full', 1_000));
    assert.equal((await running.post(body)).status, 503);
    running.onConsume = () => Promise.resolve();
    assert.equal((await running.post(body)).text, '{"accepted":1,"rejected":[],"duplicates":0,"filtered":1}');
    assert.equal(await filtered(running), 1);
    await running.stop();
  });

  it('sees agents as they are kept: by their pseudonyms', async () => {
    const running = await runReceiver({ filter: "agent.id == 'a-1'", agent_id_hmac_key: 'key' });
    const reply = await running.post({ ...goodEvent(), agent: { id: 'a-1' } });
    assert.equal(reply.json().filtered, 1);
    await running.stop();
  });
});

describe('without a filter', () => {
  it('an answer does not speak of one', async () => {
    const running = await runReceiver();
    assert.equal((await running.post(goodEvent())).text, '{"accepted":1,"rejected":[],"duplicates":0}');
    await running.stop();
  });
});
