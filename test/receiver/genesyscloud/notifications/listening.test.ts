// The health of connections, the topics, and what is told of them, against the stand-in in memory.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { RefusedError } from '../../../../collector/component.ts';
import { CANARY } from '../../../support/no-leak.ts';
import { TOPIC, tellReceiver, type ToldReceiver } from './told-receiver.ts';

const HOUR_MS = 3_600_000;

let running: ToldReceiver;

afterEach(() => running.stop());

async function listen(...parameters: Parameters<typeof tellReceiver>): Promise<void> {
  running = await tellReceiver(...parameters);
}

describe('the health of a connection', () => {
  it('is the heartbeat: no sign of life is asked for', async () => {
    await listen();
    await running.pass(HOUR_MS);
    assert.deepEqual(
      [running.platform.pingCount, running.platform.socketCount, await running.missedS()],
      [0, 1, 0],
    );
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
    assert.equal(await running.reconnects('silent'), 1);
    assert.ok(
      (await running.missedS()) >= 46 && (await running.missedS()) <= 47,
      `${await running.missedS()} s`,
    );
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
    assert.deepEqual(running.lastStatus(), { kind: 'ok' });
    await running.pass(24 * HOUR_MS);
    const told = running.lines('the platform rejects a topic');
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
    assert.deepEqual(running.lastStatus(), {
      kind: 'unhealthy',
      reason: 'notifications: a permission is missing: all topics are rejected (unknown.topic)',
    });
    await running.pass(HOUR_MS);
    assert.equal(running.platform.channelIds.length, 1);
    assert.ok(running.asked().length < 45, `${running.asked().length} requests`);
    running.platform.rejections.clear();
    await running.pass(400_000);
    assert.deepEqual(running.lastStatus(), { kind: 'ok' });
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
    assert.equal(await running.outcomes('ignored'), 1);
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
    assert.deepEqual(running.heard(), running.told());
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
    assert.equal(await running.outcomes('read'), 4);
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
    assert.equal(await running.outcomes('repeated'), 4);
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
      assert.deepEqual(running.heard(), running.told());
      assert.equal(await running.outcomes('repeated'), 4);
      assert.equal(await running.missedS(), 0);
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
    assert.deepEqual(running.heard(), running.told());
    assert.equal(running.platform.socketCount, 1);
  });
});
