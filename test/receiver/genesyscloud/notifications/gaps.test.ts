// What was missed in a gap, and what of it is learned afterwards, against the stand-in in memory.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { tellReceiver, type ToldReceiver } from './told-receiver.ts';

let running: ToldReceiver;

afterEach(() => running.stop());

async function listen(...parameters: Parameters<typeof tellReceiver>): Promise<void> {
  running = await tellReceiver(...parameters);
}

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
    assert.deepEqual(running.heard(), running.told());
    assert.equal(await running.backfilled('read'), 3);
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
    assert.deepEqual(running.heard(), running.told());
  });

  it('a conversation that is not there any more has ended', async () => {
    await listen();
    const one = await running.call('one');
    await miss(() => running.platform.conversations.forget(one.conversation));
    assert.deepEqual(running.heard().get('one-v'), ['connected', 'ended']);
    assert.equal(await running.backfilled('gone'), 1);
  });

  it('a conversation that can not be read stays as it was, and is asked for after the next gap', async () => {
    await listen();
    const one = await running.call('one');
    running.standIn.onGet = () => ({ status: 500 });
    await miss(() => running.platform.conversations.leave(one.agent, 'peer'));
    assert.deepEqual(running.heard().get('one-v'), ['connected']);
    assert.equal(await running.backfilled('failed'), 1);
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
    assert.equal(await running.backfilled('failed'), 1);
  });

  it('a missing permission is told once, and the source goes on', async () => {
    await listen();
    await running.call('one');
    await running.call('other');
    running.standIn.onGet = () => ({ status: 403 });
    await miss(() => {});
    await miss(() => {});
    assert.equal(running.lines('lacks conversation:communication:view').length, 1);
    assert.equal(running.asked().filter((request) => request.startsWith('GET')).length, 2);
    assert.equal(await running.backfilled('failed'), 4);
    assert.deepEqual(running.lastStatus(), { kind: 'ok' });
  });

  it('no more conversations are asked for than configured, and how many were left out is told', async () => {
    await listen({ max_backfill: 2 });
    for (const id of ['one', 'two', 'three']) await running.call(id);
    await miss(() => {});
    assert.deepEqual([await running.backfilled('read'), await running.backfilled('left_out')], [2, 1]);
    assert.equal(running.lines('notifications.max_backfill').length, 1);
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
      assert.equal(await running.backfilled('failed'), 1);
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
    assert.deepEqual(running.heard(), running.told());
  });
});
