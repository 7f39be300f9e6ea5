// The life of channels, against the stand-in in memory and on the virtual clock.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { assertNoLeak, CANARY } from '../../../support/no-leak.ts';
import { TOPIC, tellReceiver, type ToldReceiver } from './told-receiver.ts';

const SOURCE = { source: 'notifications' };
const HOUR_MS = 3_600_000;

let running: ToldReceiver;

afterEach(() => running.stop());

async function listen(...parameters: Parameters<typeof tellReceiver>): Promise<void> {
  running = await tellReceiver(...parameters);
}

describe('a channel', () => {
  it('is made, subscribed to all topics at once, and heard', async () => {
    await listen({ topics: [TOPIC, 'v2.users.agent-1.conversations.videos'] });
    const [id] = running.platform.channelIds;
    assert.deepEqual(running.asked(), [
      'POST /api/v2/notifications/channels',
      `PUT /api/v2/notifications/channels/${id}/subscriptions?ignoreErrors=true`,
    ]);
    assert.deepEqual(running.platform.topicsOf(id!), [TOPIC, 'v2.users.agent-1.conversations.videos']);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await running.counted('webrtc.genesys.connected', SOURCE), 1);
    assert.deepEqual(running.lastStatus(), { kind: 'ok' });
  });

  it('that was closed without warning is asked for and heard again, and the gap is counted', async () => {
    await listen();
    await running.pass(60_000);
    running.platform.close();
    await running.pass(3_000);
    assert.match(running.asked()[2]!, /^HEAD .*channels\/streaming-1-/);
    assert.equal(running.asked().length, 3);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await running.reconnects('ended'), 1);
    const [line] = running.lines('heard again after a gap');
    assert.ok(Number(line?.gap_ms) >= 1_000 && Number(line?.gap_ms) <= 2_000, String(line?.gap_ms));
    assert.equal(await running.missedS(), Number(line?.gap_ms) / 1_000);
  });

  it('is renewed an hour before it expires, without a gap, and nothing is heard twice', async () => {
    await listen();
    const { agent, conversation } = await running.call('one');
    await running.pass(23 * HOUR_MS - 1_000);
    assert.equal(running.platform.channelIds.length, 1);
    await running.pass(2_000);
    assert.equal(running.platform.channelIds.length, 2);
    assert.equal(running.platform.openSocketCount, 1);
    running.platform.conversations.mute(agent, true);
    running.platform.tell(conversation);
    await running.pass(2 * HOUR_MS);
    assert.deepEqual(running.heard(), running.told());
    assert.equal(await running.missedS(), 0);
    assert.equal(running.platform.socketCount, 2);
    assert.deepEqual(
      running.settings.statuses.filter(({ kind }) => kind !== 'ok'),
      [],
    );
  });

  it('is renewed as its own expiry wants it', async () => {
    await listen(
      {},
      {
        prepare: ({ notifications }) =>
          void notifications.nextChannels.push({ expires: '2026-01-01T01:00:00Z' }),
      },
    );
    await running.pass(57 * 60_000);
    assert.equal(running.platform.channelIds.length, 1);
    await running.pass(60_000);
    assert.equal(running.platform.channelIds.length, 2);
  });

  it('is left for another one before the platform closes the connection as announced', async () => {
    await listen();
    const { agent, conversation } = await running.call('one');
    running.platform.announceClosing();
    await running.pass(0);
    assert.equal(running.platform.channelIds.length, 2);
    running.platform.conversations.leave(agent, 'peer');
    running.platform.tell(conversation);
    await running.pass(120_000);
    assert.deepEqual(running.heard(), running.told());
    assert.deepEqual([await running.missedS(), await running.reconnects('ended')], [0, 0]);
    assert.equal(running.platform.openSocketCount, 1);
  });

  it('whose successor can not be had in time is heard to its end, and the gap is counted', async () => {
    await listen();
    running.standIn.next.push(...Array.from({ length: 6 }, () => ({ status: 503 })));
    running.platform.announceClosing();
    await running.pass(20_000);
    const { agent, conversation } = await running.call('one');
    assert.deepEqual(running.heard().get('one-v'), ['connected']);
    assert.deepEqual(running.lastStatus(), { kind: 'ok' });
    await running.pass(45_000);
    assert.equal(running.platform.openSocketCount, 0);
    running.platform.conversations.leave(agent, 'transport.failure');
    await running.pass(180_000);
    assert.equal(running.platform.openSocketCount, 1);
    assert.ok((await running.missedS()) > 5);
    assert.deepEqual(running.heard().get('one-v'), ['connected', 'disconnected']);
    assert.equal(running.platform.conversations.toldOf.get('one-v')?.length, 2, conversation.id);
  });

  it('whose successor is had after some tries was heard all the time', async () => {
    await listen();
    await running.pass(10_000);
    running.standIn.next.push({ status: 503 }, { status: 503 });
    running.platform.announceClosing();
    await running.pass(20_000);
    assert.equal(await running.counted('webrtc.genesys.connected', SOURCE), 1);
    await running.pass(60_000);
    assert.deepEqual([await running.missedS(), running.platform.socketCount], [0, 2]);
    assert.deepEqual(
      running.settings.statuses.filter(({ kind }) => kind !== 'ok'),
      [],
    );
  });

  it('whose successor comes late, though at the first try, was not heard in between', async () => {
    await listen({}, { tokenDelayMs: 90_000 });
    await running.pass(100_000);
    assert.equal(running.platform.openSocketCount, 1);
    running.standIn.revokeTokens();
    running.platform.announceClosing();
    await running.pass(70_000);
    assert.equal(await running.counted('webrtc.genesys.connected', SOURCE), 0);
    await running.pass(30_000);
    assert.equal(await running.counted('webrtc.genesys.connected', SOURCE), 1);
    assert.ok((await running.missedS()) >= 30, `${await running.missedS()} s`);
  });

  it('that could not be heard until it should be renewed is not used any more', async () => {
    await listen(
      {},
      {
        prepare: ({ notifications }) => {
          notifications.nextChannels.push({ expires: '2026-01-01T01:00:00Z' });
          notifications.nextSockets.push(...Array.from({ length: 500 }, () => ({ status: 503 })));
        },
      },
    );
    await running.pass(57 * 60_000);
    assert.equal(running.platform.channelIds.length, 1);
    await running.pass(3 * 60_000);
    assert.equal(running.platform.channelIds.length, 2);
  });

  it('that is said to be gone is left, though its connection stays', async () => {
    await listen();
    running.platform.sendText('{"result":"404","message":"channel not found"}');
    await running.pass(0);
    assert.equal(await running.reconnects('channel_gone'), 1);
    assert.equal(running.platform.channelIds.length, 2);
    assert.equal(running.platform.openSocketCount, 1);
  });

  it('that vanishes is replaced, by whatever way that is learned', async () => {
    await listen();
    await running.pass(60_000);
    running.platform.evict();
    await running.pass(5_000);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await running.reconnects('channel_gone'), 1);
    await running.pass(60_000);
    running.platform.evict('{"result":"404","message":"channel not found"}');
    await running.pass(5_000);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await running.reconnects('channel_gone'), 2);
    assert.equal(running.lines('taken away again and again').length, 0);
    await running.pass(60_000);
    running.platform.close();
    running.platform.nextSockets.push({ status: 404 });
    await running.pass(5_000);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await running.reconnects('channel_gone'), 3);
    assert.equal(running.lines('more than 20 are in use with this client').length, 1);
  });

  it('gives way to those of others that share the client', async () => {
    await listen();
    running.platform.crowd();
    await running.pass(10_000);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await running.reconnects('channel_gone'), 0);
    running.platform.close();
    running.platform.crowd();
    await running.pass(10_000);
    assert.equal(await running.reconnects('channel_gone'), 1);
    assert.equal(running.platform.openSocketCount, 1);
  });

  it('of a platform that is not there is asked for ever more seldom, and told', async () => {
    await listen(
      {},
      {
        prepare: (standIn) => void standIn.next.push(...Array.from({ length: 500 }, () => ({ status: 503 }))),
      },
    );
    await running.pass(600_000);
    assert.ok(running.asked().length < 25, `${running.asked().length} requests`);
    assert.deepEqual(running.lastStatus(), {
      kind: 'unhealthy',
      reason: 'notifications: the platform fails: it answered 503',
    });
    assert.equal(running.lines('not listening').length, 1);
    running.standIn.next.length = 0;
    await running.pass(60_000);
    assert.deepEqual(running.lastStatus(), { kind: 'ok' });
    assert.ok((await running.missedS()) >= 600);
  });

  for (const [what, channel] of [
    ['no URL', { connectUri: undefined }],
    ['an id that is none', { id: '../x' }],
  ] as const) {
    it(`with ${what} is not used, nor quoted`, async () => {
      await listen({}, { prepare: ({ notifications }) => void notifications.nextChannels.push(channel) });
      assert.deepEqual(running.lastStatus(), {
        kind: 'unhealthy',
        reason: 'notifications: the answer can not be used: it names no channel',
      });
    });
  }

  it('has a URL that nobody is shown', async () => {
    await listen(
      {},
      {
        prepare: ({ notifications }) => {
          notifications.nextChannels.push({ connectUri: `wss://streaming.example/channels/${CANARY}` });
        },
      },
    );
    await running.pass(60_000);
    assert.ok((await running.reconnects('channel_gone')) > 0);
    assertNoLeak({ lines: running.settings.lines, statuses: running.settings.statuses });
  });

  it('is not asked for any more once the receiver stops, which it does twice without a sound', async () => {
    await listen();
    await running.stop();
    await running.stop();
    const { length } = running.asked();
    await running.pass(300_000);
    assert.equal(running.asked().length, length);
    assert.equal(running.platform.openSocketCount, 0);
  });
});
