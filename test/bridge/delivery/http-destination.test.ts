import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { answering, hanging, resetting, ScriptedPeer } from '../../support/scripted-peer.ts';
import { FakeAuth, startWebhook, type StartedWebhook } from '../../support/started-webhook.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf } from '../../support/transition.ts';

let peer: ScriptedPeer;
let stored: StoredOutbox;
let webhook: StartedWebhook;

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

beforeEach(async () => {
  peer = await new ScriptedPeer().start();
});

afterEach(async () => {
  await webhook.close();
  await peer.stop();
});

async function start(options: Parameters<typeof startWebhook>[1] = {}): Promise<void> {
  webhook = await startWebhook(`${peer.url}/hook`, { shared: stored, ...options });
}

/** Lets a minute pass, in which everything that failed becomes due, and waits for what is attempted. */
async function aMinuteLater(): Promise<void> {
  stored.clock.advance(60_000);
  await webhook.destination.flush();
}

describe('a transition', () => {
  it('goes out with the same key, headers and bytes at each attempt, whatever happened to the one before', async () => {
    peer.next.push(answering(503), answering(429, { 'retry-after': '20' }), resetting, hanging);
    await start({ auth: new FakeAuth('token'), section: { headers: { 'X-Tenant': 'seven' } } });
    await webhook.send(transitionOf());
    for (let count = 1; count <= 3; count++) {
      await webhook.destination.flush();
      assert.equal(peer.requests.length, count);
      stored.clock.advance(60_000);
    }
    await peer.received(4);
    stored.clock.advance(10_000);
    await webhook.destination.flush();
    await aMinuteLater();
    assert.equal(peer.requests.length, 5);
    const [first, ...others] = peer.requests;
    assert.equal(first!.headers['x-idempotency-key'], transitionOf().idempotencyKey);
    assert.equal(first!.headers.authorization, 'Bearer token');
    assert.equal(first!.headers['x-tenant'], 'seven');
    for (const other of others) {
      assert.deepEqual(other.headers, first!.headers);
      assert.deepEqual(other.body, first!.body);
      assert.equal(other.path, '/hook');
    }
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 5']);
  });

  it('goes out after a restart with the key and the bytes of before', async () => {
    peer.next.push(answering(503));
    await start();
    await webhook.send(transitionOf());
    await webhook.destination.flush();
    await webhook.destination.shutdown(AbortSignal.abort());
    await stored.stop();
    // Ten minutes later, in another five-minute bucket.
    stored.clock.advance(600_000);
    stored = await StoredOutbox.open(stored);
    await start();
    await peer.received(2);
    const [first, second] = peer.requests;
    assert.equal(second!.headers['x-idempotency-key'], first!.headers['x-idempotency-key']);
    assert.deepEqual(second!.body, first!.body);
  });

  it('is signed anew at each attempt, for the same id', async () => {
    peer.next.push(answering(503));
    await start({ section: { signing_secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] } });
    await webhook.send(transitionOf());
    await webhook.destination.flush();
    await aMinuteLater();
    const [first, second] = peer.requests.map(({ headers }) => headers);
    assert.equal(first!['webhook-id'], transitionOf().idempotencyKey);
    assert.equal(second!['webhook-id'], first!['webhook-id']);
    assert.equal(Number(second!['webhook-timestamp']), Number(first!['webhook-timestamp']) + 60);
    assert.notEqual(second!['webhook-signature'], first!['webhook-signature']);
  });

  it('is not delivered by a redirect', async () => {
    const elsewhere = await new ScriptedPeer().start();
    peer.answer = answering(307, { location: elsewhere.url });
    await start();
    await webhook.send(transitionOf());
    await webhook.destination.flush();
    assert.deepEqual(await stored.states(), ['s-1 opened pending 1']);
    assert.equal(elsewhere.connectionCount, 0);
    await elsewhere.stop();
  });

  it('is given up for good by a 400, and is shrunk for a 413', async () => {
    peer.next.push(answering(400), answering(413));
    await start();
    await webhook.send(...incidentStory());
    await webhook.destination.flush();
    assert.deepEqual(await stored.states(), [
      's-1 opened dead 1',
      's-1 escalated delivered 2',
      's-1 recovered delivered 1',
    ]);
    const [, whole, shrunk] = peer.requests;
    assert.ok(shrunk!.body.byteLength < whole!.body.byteLength);
    assert.equal(shrunk!.headers['x-idempotency-key'], whole!.headers['x-idempotency-key']);
  });

  it('below min_severity is not stored for it', async () => {
    await start();
    await webhook.send(transitionOf({ severity: 'warning' }));
    await webhook.destination.flush();
    assert.deepEqual(await stored.states(), []);
  });
});

describe('the idempotency key', () => {
  for (const name of ['x-idempotency-key', 'X-Idempotency-Key', 'X-IDEMPOTENCY-KEY']) {
    it(`is not overridden by a configured ${name}`, async () => {
      await start({ section: { headers: { [name]: 'mine', 'Content-Type': 'text/plain' } } });
      await webhook.send(transitionOf());
      await webhook.destination.flush();
      assert.equal(peer.requests[0]!.headers['x-idempotency-key'], transitionOf().idempotencyKey);
      assert.equal(peer.requests[0]!.headers['content-type'], 'application/json');
    });
  }
});

describe('a refused credential', () => {
  it('is renewed once, and the attempt repeated at once with the new one', async () => {
    const auth = new FakeAuth('old');
    auth.nextToken = 'new';
    peer.next.push(answering(401));
    await start({ auth });
    await webhook.send(transitionOf());
    await webhook.destination.flush();
    assert.deepEqual(
      peer.requests.map(({ headers }) => headers.authorization),
      ['Bearer old', 'Bearer new'],
    );
    assert.deepEqual(auth.refused, { authorization: 'Bearer old' });
    assert.deepEqual(peer.requests[1]!.body, peer.requests[0]!.body);
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 1']);
  });

  it('is not tried a second time when there is no other one', async () => {
    const auth = new FakeAuth('old');
    peer.answer = answering(403);
    await start({ auth });
    await webhook.send(transitionOf());
    await webhook.destination.flush();
    assert.equal(peer.requests.length, 1);
    assert.equal(auth.refreshCount, 1);
    assert.deepEqual(await stored.states(), ['s-1 opened pending 1']);
  });

  it('is renewed only once for an attempt, though the new one is refused, too', async () => {
    const auth = new FakeAuth('old');
    auth.nextToken = 'new';
    peer.answer = answering(401);
    await start({ auth });
    await webhook.send(transitionOf());
    await webhook.destination.flush();
    assert.equal(peer.requests.length, 2);
    assert.equal(auth.refreshCount, 1);
    assert.deepEqual(await stored.states(), ['s-1 opened pending 1']);
  });

  it('holds everything and discards nothing, however often it is refused', async () => {
    peer.answer = answering(401);
    await start();
    await webhook.send(...incidentStory());
    await webhook.destination.flush();
    for (let minute = 0; minute < 10; minute++) await aMinuteLater();
    const states = await stored.states();
    assert.ok(states.every((state) => state.includes('pending')));
    peer.answer = answering(200);
    await aMinuteLater();
    await aMinuteLater();
    assert.ok((await stored.states()).every((state) => state.includes('delivered')));
  });

  it('that can not even be made is a failed attempt', async () => {
    const auth = new FakeAuth('token');
    auth.fault = new Error('the token endpoint is down');
    await start({ auth });
    await webhook.send(transitionOf());
    await webhook.destination.flush();
    assert.equal(peer.requests.length, 0);
    const [row] = await stored.rows('SELECT last_reason FROM outbox');
    assert.equal(row!.last_reason, 'the token endpoint is down');
  });
});

describe('the life of a destination', () => {
  it('refuses to start without the authenticator that it names', async () => {
    await start();
    const section = { auth: { authenticator: 'siem' } };
    await assert.rejects(
      startWebhook(peer.url, { section, shared: stored }),
      /authenticator "siem" not found/,
    );
  });

  it('can be stopped twice, and takes nothing up any more', async () => {
    await start();
    const { destination } = webhook;
    await destination.shutdown(AbortSignal.abort());
    await destination.shutdown(AbortSignal.abort());
    await webhook.send(transitionOf());
    await destination.flush();
    assert.equal(peer.requests.length, 0);
    assert.deepEqual(await stored.states(), ['s-1 opened pending 0']);
  });

  it('drains what is due before it stops', async () => {
    await start();
    await webhook.send(...incidentStory());
    await webhook.destination.shutdown(new AbortController().signal);
    assert.equal(peer.requests.length, 3);
  });
});
