// The source against the stand-in, in memory and on the virtual clock: the life of its channels, and what is told over them.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { RefusedError } from '../../../../collector/component.ts';
import { assertNoLeak, CANARY } from '../../../support/no-leak.ts';
import { TOPIC, tellReceiver, type ToldReceiver } from './told-receiver.ts';

const SOURCE = { source: 'notifications' };
const HOUR_MS = 3_600_000;

let running: ToldReceiver;

afterEach(() => running.stop());

async function listen(...parameters: Parameters<typeof tellReceiver>): Promise<void> {
  running = await tellReceiver(...parameters);
}

const lastStatus = () => running.settings.statuses.at(-1);
const reconnects = (cause: string) => running.counted('webrtc.genesys.reconnects', { ...SOURCE, cause });
const missedS = () => running.counted('webrtc.genesys.missed_time', SOURCE);
const outcomes = (outcome: string) => running.counted('webrtc.genesys.notifications', { outcome });
const backfilled = (outcome: string) =>
  running.counted('webrtc.genesys.backfilled_conversations', { outcome });
const told = () => running.platform.conversations.toldOf;
const lines = (text: string) => running.settings.lines.filter(({ msg }) => msg.includes(text));

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
    assert.deepEqual(lastStatus(), { kind: 'ok' });
  });

  it('that was closed without warning is asked for and heard again, and the gap is counted', async () => {
    await listen();
    await running.pass(60_000);
    running.platform.close();
    await running.pass(3_000);
    assert.match(running.asked()[2]!, /^HEAD .*channels\/streaming-1-/);
    assert.equal(running.asked().length, 3);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await reconnects('ended'), 1);
    const [line] = lines('heard again after a gap');
    assert.ok(Number(line?.gap_ms) >= 1_000 && Number(line?.gap_ms) <= 2_000, String(line?.gap_ms));
    assert.equal(await missedS(), Number(line?.gap_ms) / 1_000);
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
    assert.deepEqual(running.heard(), told());
    assert.equal(await missedS(), 0);
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
    assert.deepEqual(running.heard(), told());
    assert.deepEqual([await missedS(), await reconnects('ended')], [0, 0]);
    assert.equal(running.platform.openSocketCount, 1);
  });

  it('whose successor can not be had in time is heard to its end, and the gap is counted', async () => {
    await listen();
    running.standIn.next.push(...Array.from({ length: 6 }, () => ({ status: 503 })));
    running.platform.announceClosing();
    await running.pass(20_000);
    const { agent, conversation } = await running.call('one');
    assert.deepEqual(running.heard().get('one-v'), ['connected']);
    assert.deepEqual(lastStatus(), { kind: 'ok' });
    await running.pass(45_000);
    assert.equal(running.platform.openSocketCount, 0);
    running.platform.conversations.leave(agent, 'transport.failure');
    await running.pass(180_000);
    assert.equal(running.platform.openSocketCount, 1);
    assert.ok((await missedS()) > 5);
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
    assert.deepEqual([await missedS(), running.platform.socketCount], [0, 2]);
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
    assert.ok((await missedS()) >= 30, `${await missedS()} s`);
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
    assert.equal(await reconnects('channel_gone'), 1);
    assert.equal(running.platform.channelIds.length, 2);
    assert.equal(running.platform.openSocketCount, 1);
  });

  it('that vanishes is replaced, by whatever way that is learned', async () => {
    await listen();
    await running.pass(60_000);
    running.platform.evict();
    await running.pass(5_000);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await reconnects('channel_gone'), 1);
    await running.pass(60_000);
    running.platform.evict('{"result":"404","message":"channel not found"}');
    await running.pass(5_000);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await reconnects('channel_gone'), 2);
    assert.equal(lines('taken away again and again').length, 0);
    await running.pass(60_000);
    running.platform.close();
    running.platform.nextSockets.push({ status: 404 });
    await running.pass(5_000);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await reconnects('channel_gone'), 3);
    assert.equal(lines('more than 20 are in use with this client').length, 1);
  });

  it('gives way to those of others that share the client', async () => {
    await listen();
    running.platform.crowd();
    await running.pass(10_000);
    assert.equal(running.platform.openSocketCount, 1);
    assert.equal(await reconnects('channel_gone'), 0);
    running.platform.close();
    running.platform.crowd();
    await running.pass(10_000);
    assert.equal(await reconnects('channel_gone'), 1);
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
    assert.deepEqual(lastStatus(), {
      kind: 'unhealthy',
      reason: 'notifications: the platform fails: it answered 503',
    });
    assert.equal(lines('not listening').length, 1);
    running.standIn.next.length = 0;
    await running.pass(60_000);
    assert.deepEqual(lastStatus(), { kind: 'ok' });
    assert.ok((await missedS()) >= 600);
  });

  for (const [what, channel] of [
    ['no URL', { connectUri: undefined }],
    ['an id that is none', { id: '../x' }],
  ] as const) {
    it(`with ${what} is not used, nor quoted`, async () => {
      await listen({}, { prepare: ({ notifications }) => void notifications.nextChannels.push(channel) });
      assert.deepEqual(lastStatus(), {
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
    assert.ok((await reconnects('channel_gone')) > 0);
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

describe('the health of a connection', () => {
  it('is the heartbeat: no sign of life is asked for', async () => {
    await listen();
    await running.pass(HOUR_MS);
    assert.deepEqual([running.platform.pingCount, running.platform.socketCount, await missedS()], [0, 1, 0]);
  });

  it('is a sign of life where there are no heartbeats', async () => {
    await listen({ silence_timeout: '20s' });
    await running.pass(HOUR_MS);
    assert.ok(running.platform.pingCount > 100);
    assert.equal(running.platform.socketCount, 1);
  });

  it('is bad when nothing comes: asked once, given up, heard again, and the gap counted from what was last heard', async () => {
    await listen();
    await running.pass(HOUR_MS + 1_000);
    running.platform.stall();
    await running.pass(40_000);
    assert.deepEqual([running.platform.pingCount, running.platform.socketCount], [1, 1]);
    await running.pass(10_000);
    assert.equal(running.platform.socketCount, 2);
    assert.equal(await reconnects('silent'), 1);
    assert.ok((await missedS()) >= 46 && (await missedS()) <= 47, `${await missedS()} s`);
  });
});

describe('topics', () => {
  const OTHER = 'v2.users.agent-2.conversations';

  it('that are rejected are told by name and reason, once, and the others go on', async () => {
    await listen(
      { topics: [TOPIC, OTHER] },
      {
        prepare: ({ notifications }) =>
          void notifications.rejections.set(OTHER, {
            rejectionReason: 'missing.permissions',
            missingPermissions: ['conversation:communication:view'],
          }),
      },
    );
    await running.call('one');
    assert.deepEqual(running.heard().get('one-v'), ['connected']);
    assert.deepEqual(lastStatus(), { kind: 'ok' });
    await running.pass(24 * HOUR_MS);
    const told = lines('the platform rejects a topic');
    assert.deepEqual(
      told.map(({ topic, reason }) => [topic, reason]),
      [[OTHER, 'missing.permissions: conversation:communication:view']],
    );
    assert.equal(await running.counted('webrtc.genesys.rejected_topics'), 1);
  });

  it('that are all rejected are unhealthy, asked for now and then on the same channel, and taken when they are permitted', async () => {
    await listen(
      {},
      {
        prepare: ({ notifications }) =>
          void notifications.rejections.set(TOPIC, { rejectionReason: 'unknown.topic' }),
      },
    );
    assert.deepEqual(lastStatus(), {
      kind: 'unhealthy',
      reason: 'notifications: a permission is missing: all topics are rejected (unknown.topic)',
    });
    await running.pass(HOUR_MS);
    assert.equal(running.platform.channelIds.length, 1);
    assert.ok(running.asked().length < 45, `${running.asked().length} requests`);
    running.platform.rejections.clear();
    await running.pass(400_000);
    assert.deepEqual(lastStatus(), { kind: 'ok' });
    assert.equal(await running.counted('webrtc.genesys.rejected_topics'), 0);
  });

  it('that nobody understands are counted and ignored', async () => {
    await listen({ topics: [TOPIC, 'v2.users.agent-1.presence'] });
    running.platform.deliver(
      'v2.users.agent-1.presence',
      running.platform.frame('v2.users.agent-1.presence', {}),
    );
    running.platform.sendText('no JSON');
    running.platform.sendText(running.platform.frame(TOPIC, { participants: CANARY }));
    await running.pass(0);
    assert.equal(await outcomes('ignored'), 1);
    assert.equal(await running.counted('otelcol_receiver_failed_log_records', { transport: 'http' }), 2);
    assert.equal(running.records.length, 0);
    assert.equal(running.platform.socketCount, 1);
  });
});

describe('what is told', () => {
  it('becomes events of the communications, without a name, a number or an address', async () => {
    await listen();
    const { agent, conversation } = await running.call('one');
    running.platform.conversations.mute(agent, true);
    running.platform.tell(conversation);
    await running.pass(5_000);
    running.platform.conversations.leave(agent, 'transport.failure');
    running.platform.tell(conversation);
    await running.pass(0);
    running.platform.conversations.leave(conversation.participants[1]!, 'peer');
    running.platform.tell(conversation);
    await running.pass(0);
    assert.deepEqual(Object.fromEntries(running.heard()), {
      'one-v': ['connected', 'muted', 'disconnected', 'ended'],
      'one-cv': ['connected', 'ended'],
    });
    assert.deepEqual(running.heard(), told());
    assert.doesNotMatch(JSON.stringify(running.records), /Erika|example\.com|203\.0\.113|4930/);
  });

  it('by the video topics of users and queues is the same, and told once', async () => {
    await listen({
      topics: ['v2.users.agent-1.conversations.videos', 'v2.routing.queues.queue-1.conversations.videos'],
    });
    const { agent, conversation } = await running.call('one');
    running.platform.conversations.leave(agent, 'error');
    running.platform.tell(conversation);
    await running.pass(0);
    assert.deepEqual(Object.fromEntries(running.heard()), {
      'one-p': ['connected', 'disconnected'],
      'one-cp': ['connected'],
    });
    assert.equal(await outcomes('read'), 4);
  });

  it('of agents has their pseudonym, where a key is configured', async () => {
    await listen(
      { topics: [TOPIC, 'v2.users.agent-1.persistentconnection'] },
      {
        config: {
          notifications: { enabled: true, topics: [TOPIC, 'v2.users.agent-1.persistentconnection'] },
          agent_id_hmac_key: 'k',
        },
      },
    );
    await running.call('one');
    const body = {
      stationId: 'station-1',
      userId: 'agent-1',
      persistentState: 'FAILED',
      eventTime: running.clock.nowMs(),
    };
    const topic = 'v2.users.agent-1.persistentconnection';
    running.platform.deliver(topic, running.platform.frame(topic, body));
    await running.pass(0);
    assert.match(running.records[0]!.agentId!, /^[0-9a-f]{64}$/);
    assert.equal(running.records[2]!.agentId, running.records[0]!.agentId);
    assert.match(running.records[2]!.sessionId, /^[0-9a-f]{64}$/);
    assert.doesNotMatch(JSON.stringify(running.records), /agent-1|station-1/);
  });

  it('again by the platform changes nothing', async () => {
    await listen();
    const { agent, conversation } = await running.call('one');
    for (const isMuted of [true, false, true]) {
      running.platform.conversations.mute(agent, isMuted);
      running.platform.tell(conversation);
    }
    running.platform.repeat(10);
    await running.pass(0);
    assert.deepEqual(running.heard().get('one-v'), ['connected', 'muted', 'unmuted', 'muted']);
    assert.equal(await outcomes('repeated'), 4);
  });

  for (const numbers of [true, false]) {
    it(`by two channels at a time is heard once, ${numbers ? 'numbered' : 'without numbers'}`, async () => {
      await listen();
      running.platform.numbers = numbers;
      const { agent, conversation } = await running.call('one');
      // The old connection does not go when it is asked to: both bring everything for 10 s.
      running.platform.lingers = true;
      running.platform.announceClosing();
      await running.pass(0);
      assert.equal(running.platform.openSocketCount, 2);
      for (const isMuted of [true, false, true, false]) {
        running.platform.conversations.mute(agent, isMuted);
        running.platform.tell(conversation);
      }
      await running.pass(20_000);
      assert.equal(running.platform.openSocketCount, 1);
      assert.deepEqual(running.heard(), told());
      assert.equal(await outcomes('repeated'), 4);
      assert.equal(await missedS(), 0);
    });
  }

  it('waits for a next stage that is busy, in its order, and is no silence', async () => {
    await listen();
    let refusals = 20;
    running.onConsume = () =>
      (refusals -= 1) >= 0 ? Promise.reject(new RefusedError('busy', 5_000)) : Promise.resolve();
    const { agent, conversation } = await running.call('one');
    running.platform.conversations.mute(agent, true);
    running.platform.tell(conversation);
    running.platform.conversations.leave(agent, 'peer');
    running.platform.tell(conversation);
    running.platform.sendText('no JSON');
    await running.pass(10_000);
    // What comes after it waits as well, where the platform can see it.
    const unreadable = () => running.counted('otelcol_receiver_failed_log_records', { transport: 'http' });
    assert.equal(await unreadable(), 0);
    await running.pass(100_000);
    assert.equal(await unreadable(), 1);
    assert.deepEqual(running.heard(), told());
    assert.equal(running.platform.socketCount, 1);
  });
});

describe('after a gap', () => {
  /** Nobody is heard for some seconds, in which something happens. */
  async function miss(happen: () => void): Promise<void> {
    running.platform.cut();
    happen();
    await running.pass(60_000);
  }

  it('what ended or was lost in it is learned, by one request for each conversation', async () => {
    await listen();
    const one = await running.call('one');
    const other = await running.call('other');
    await running.call('third');
    await miss(() => {
      const { conversations } = running.platform;
      one.conversation.participants.forEach((participant) => conversations.leave(participant, 'client'));
      conversations.leave(other.agent, 'transport.failure');
    });
    assert.deepEqual(running.heard().get('one-v'), ['connected', 'ended']);
    assert.deepEqual(running.heard().get('other-v'), ['connected', 'disconnected']);
    assert.deepEqual(running.heard().get('third-v'), ['connected']);
    assert.deepEqual(running.heard(), told());
    assert.equal(await backfilled('read'), 3);
    assert.deepEqual(
      running.asked().filter((request) => request.startsWith('GET')),
      ['one', 'other', 'third'].map((id) => `GET /api/v2/conversations/${id}`),
    );
    const ended = running.records.find(({ sessionId, kind }) => sessionId === 'one-v' && kind === 'event');
    assert.ok(ended !== undefined && ended.observedAtMs < running.clock.nowMs() - 50_000);
  });

  it('what the video topic told of is learned, too', async () => {
    await listen({ topics: ['v2.users.agent-1.conversations.videos'] });
    const one = await running.call('one');
    await miss(() => running.platform.conversations.leave(one.agent, 'inactivity'));
    assert.deepEqual(running.heard().get('one-p'), ['connected', 'disconnected']);
    assert.deepEqual(running.heard(), told());
  });

  it('a conversation that is not there any more has ended', async () => {
    await listen();
    const one = await running.call('one');
    await miss(() => running.platform.conversations.forget(one.conversation));
    assert.deepEqual(running.heard().get('one-v'), ['connected', 'ended']);
    assert.equal(await backfilled('gone'), 1);
  });

  it('a conversation that can not be read stays as it was, and is asked for after the next gap', async () => {
    await listen();
    const one = await running.call('one');
    running.standIn.onGet = () => ({ status: 500 });
    await miss(() => running.platform.conversations.leave(one.agent, 'peer'));
    assert.deepEqual(running.heard().get('one-v'), ['connected']);
    assert.equal(await backfilled('failed'), 1);
    assert.equal(running.asked().filter((request) => request.startsWith('GET')).length, 3);
    running.standIn.onGet = undefined;
    await miss(() => {});
    assert.deepEqual(running.heard().get('one-v'), ['connected', 'ended']);
  });

  it('answers that are no conversation, or another one, change nothing', async () => {
    await listen();
    await running.call('one');
    const body = { id: 'other', participants: [{ videos: [{ id: 'one-v', state: 'disconnected' }] }] };
    running.standIn.onGet = () => ({ status: 200, text: JSON.stringify(body) });
    await miss(() => {});
    assert.deepEqual(running.heard().get('one-v'), ['connected']);
    assert.equal(await backfilled('failed'), 1);
  });

  it('a missing permission is told once, and the source goes on', async () => {
    await listen();
    await running.call('one');
    await running.call('other');
    running.standIn.onGet = () => ({ status: 403 });
    await miss(() => {});
    await miss(() => {});
    assert.equal(lines('lacks conversation:communication:view').length, 1);
    assert.equal(running.asked().filter((request) => request.startsWith('GET')).length, 2);
    assert.equal(await backfilled('failed'), 4);
    assert.deepEqual(lastStatus(), { kind: 'ok' });
  });

  it('no more conversations are asked for than configured, and how many were left out is told', async () => {
    await listen({ max_backfill: 2 });
    for (const id of ['one', 'two', 'three']) await running.call(id);
    await miss(() => {});
    assert.deepEqual([await backfilled('read'), await backfilled('left_out')], [2, 1]);
    assert.equal(lines('notifications.max_backfill').length, 1);
  });

  it('an answer that is older than what was told meanwhile says nothing', async () => {
    await listen();
    const one = await running.call('one');
    const { conversations } = running.platform;
    running.standIn.onGet = () => {
      const old = JSON.stringify(conversations.generalBody(one.conversation));
      conversations.leave(one.agent, 'peer');
      conversations.mute(one.conversation.participants[1]!, true);
      running.platform.tell(one.conversation);
      return new Promise(
        (resolve) => void running.clock.after(1_000, () => resolve({ status: 200, text: old })),
      );
    };
    await miss(() => {});
    assert.deepEqual(running.heard().get('one-v'), ['connected', 'ended']);
    assert.deepEqual(running.heard().get('one-cv'), ['connected', 'muted']);
  });

  it('a conversation that is told of meanwhile is not asked for', async () => {
    await listen();
    await running.call('one');
    const other = await running.call('other');
    running.standIn.onGet = () => {
      running.platform.tell(other.conversation);
      return new Promise((resolve) => void running.clock.after(1_000, () => resolve({ status: 500 })));
    };
    await miss(() => {});
    assert.deepEqual(
      new Set(running.asked().filter((request) => request.startsWith('GET'))),
      new Set(['GET /api/v2/conversations/one']),
    );
  });

  for (const id of ['..', 'a/b', 'a?b', '%2e%2e']) {
    it(`a conversation whose id is ${id} is not asked for: it would lead elsewhere`, async () => {
      await listen();
      await running.call(id);
      const { length } = running.asked();
      await miss(() => {});
      assert.deepEqual(
        running
          .asked()
          .slice(length)
          .filter((request) => !request.startsWith('HEAD')),
        [],
      );
      assert.equal(await backfilled('failed'), 1);
    });
  }

  it('a second gap begins the asking anew', async () => {
    await listen();
    const calls = [await running.call('one'), await running.call('other')];
    running.standIn.onGet = () =>
      new Promise((resolve) => void running.clock.after(9_000, () => resolve({ status: 500 })));
    running.platform.cut();
    await running.pass(4_000);
    running.standIn.onGet = undefined;
    calls.forEach(({ agent }) => running.platform.conversations.leave(agent, 'peer'));
    running.platform.cut();
    await running.pass(12_000);
    assert.deepEqual(
      [running.heard().get('one-v'), running.heard().get('other-v')],
      [
        ['connected', 'ended'],
        ['connected', 'ended'],
      ],
    );
    assert.deepEqual(running.heard(), told());
  });
});
