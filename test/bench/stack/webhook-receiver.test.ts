// The receiver refuses connections while it is down, has the same port again afterwards, and keeps its paths apart.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOurs } from '../../../bench/stack/notices.ts';
import { WebhookReceiver } from '../../../bench/stack/webhook-receiver.ts';

const post = async (url: string, body: string) => (await fetch(url, { method: 'POST', body })).status;
const opened = (id: string) => JSON.stringify({ session_id: id, transition: 'opened' });

describe('the webhook receiver', () => {
  it('refuses while it is down, and takes again', async () => {
    const receiver = new WebhookReceiver(readOurs);
    await receiver.open();
    const url = receiver.url('a');
    assert.equal(await post(url, opened('s-1')), 200);
    await receiver.down();
    await assert.rejects(post(url, opened('s-2')), ({ cause }: Error) => {
      assert.equal((cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
      return true;
    });
    await receiver.up();
    assert.equal(await post(url, opened('s-3')), 200);
    await receiver.down();
    assert.deepEqual(
      receiver.notices('a').map(({ sessionId }) => sessionId),
      ['s-1', 's-3'],
    );
  });

  it('keeps its paths apart, and counts what it cannot read', async () => {
    const receiver = new WebhookReceiver(readOurs);
    await receiver.open();
    assert.equal(await post(receiver.url('a'), opened('s-1')), 200);
    assert.equal(await post(receiver.url('b'), opened('s-2')), 200);
    assert.equal(await post(receiver.url('b'), 'no notice'), 500);
    await receiver.down();
    assert.deepEqual(
      ['a', 'b', 'c'].map((path) => receiver.notices(path).map(({ sessionId }) => sessionId)),
      [['s-1'], ['s-2'], []],
    );
    assert.equal(receiver.failedCount, 1);
  });

  it('has a port that no other receiver has, not even while it is down', async () => {
    const [first, second] = [new WebhookReceiver(readOurs), new WebhookReceiver(readOurs)];
    await first.open();
    await first.down();
    await second.open();
    assert.notEqual(first.url('a'), second.url('a'));
    await second.down();
  });
});
