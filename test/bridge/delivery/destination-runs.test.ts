// Every destination through the real engine: outbox, deliverer, adapter, sender, against a peer that answers as the vendor
// does.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { assertNoLeak, CANARY } from '../../support/no-leak.ts';
import { answering, type PeerAnswer, ScriptedPeer } from '../../support/scripted-peer.ts';
import { startDestination, type StartedDestination } from '../../support/started-destination.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory } from '../../support/transition.ts';
import { plainPath, VENDORS, type Vendor } from '../../support/vendors.ts';

let peer: ScriptedPeer;
let stored: StoredOutbox;
let started: StartedDestination;

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

beforeEach(async () => {
  peer = await new ScriptedPeer().start();
});

afterEach(async () => {
  await started.close();
  await peer.stop();
});

async function start(vendor: Vendor, more: object = {}): Promise<void> {
  started = await startDestination(vendor, stored, peer.url, more);
}

/** Lets time pass in steps of a second, so that back-offs come due, and waits for what is then attempted. */
async function settle(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    stored.clock.advance(1_000);
    await flush();
  }
}

/** Waits for what is attempted; where requests are a millisecond apart, that millisecond passes. */
async function flush(): Promise<void> {
  let isDone = false;
  const flushed = started.destination.flush().finally(() => (isDone = true));
  while (!isDone) {
    await stored.rows('SELECT 1');
    const dueMs = stored.clock.nextDueMs() ?? Infinity;
    if (dueMs - stored.clock.nowMs() <= 1) stored.clock.advance(1);
  }
  await flushed;
}

const DELIVERED = ['opened', 'escalated', 'recovered'];

async function deliveredKinds(): Promise<readonly string[]> {
  return (await stored.states()).map((state) => state.split(' ').slice(1, 3).join(' '));
}

for (const [name, vendor] of Object.entries(VENDORS)) {
  describe(`an incident on its way to ${name}`, () => {
    it('arrives whole and in order, each request where the vendor wants it', async () => {
      peer.answer = vendor.yes;
      await start(vendor);
      await started.send(...incidentStory());
      await settle(8);
      assert.deepEqual(
        await deliveredKinds(),
        DELIVERED.map((kind) => `${kind} delivered`),
      );
      assert.deepEqual(
        peer.requests.map(({ path }) => plainPath(path)),
        vendor.paths,
      );
      assert.ok(peer.requests.every(({ method }) => method === 'POST'));
    });

    it('waits when the vendor is too busy, and goes out again with the same bytes', async () => {
      peer.answer = vendor.yes;
      peer.next.push(vendor.busy);
      await start(vendor);
      await started.send(incidentStory()[0]!);
      await flush();
      assert.deepEqual(await deliveredKinds(), ['opened pending']);
      await settle(70);
      assert.deepEqual(await deliveredKinds(), ['opened delivered']);
      const [first, second] = peer.requests;
      assert.equal(peer.requests.length, 2);
      assert.deepEqual(second!.body, first!.body);
    });

    it('shows no credential in a row, a log line or a status, though the peer repeats all it was sent', async () => {
      const echo: PeerAnswer = (response) => {
        const { headers, url } = response.req;
        const body = peer.requests.at(-1)!.body.toString();
        const last = url?.split(/[/=]/).at(-1);
        response.writeHead(503).end(JSON.stringify({ last, url, headers }).slice(0, 400) + body);
      };
      peer.answer = answering(403);
      peer.next.push(echo, echo);
      await start(vendor);
      await started.send(incidentStory()[0]!);
      await settle(20);
      const sent = peer.requests.map(
        ({ path, headers, body }) => path + JSON.stringify(headers) + body.toString(),
      );
      assert.ok(sent.length >= 3);
      const credentials = [CANARY, Buffer.from(`webrtc:${CANARY}`).toString('base64'), 'webhook-signature'];
      assert.ok(sent.every((text) => credentials.some((credential) => text.includes(credential))));
      const { lines, statuses } = started.settings;
      assertNoLeak({
        lines,
        statuses,
        outbox: await stored.rows('SELECT * FROM outbox'),
        attempts: await stored.rows('SELECT * FROM attempts'),
      });
    });
  });
}

describe('a transition that takes several requests', () => {
  const pagerduty = VENDORS.pagerduty!;

  it('goes on, after a failure, with the request that failed: what was delivered is not sent again', async () => {
    const [, , recovered] = incidentStory();
    peer.answer = pagerduty.yes;
    peer.next.push(pagerduty.yes, answering(503));
    await start(pagerduty);
    await started.send(recovered!);
    await flush();
    const [row] = await stored.rows('SELECT body, state FROM outbox');
    assert.equal(String(row!.body).split('\n').length, 2, 'the first of three is done and forgotten');
    await settle(5);
    const keys = peer.requests.map(
      ({ body }) => (JSON.parse(body.toString()) as { dedup_key: string }).dedup_key,
    );
    const id = recovered!.incidentId;
    assert.deepEqual(keys, [id, `${id}-high`, `${id}-high`, `${id}-critical`]);
    assert.deepEqual(await deliveredKinds(), ['recovered delivered']);
  });

  it('goes on there after a restart, too', async () => {
    const [, , recovered] = incidentStory();
    peer.answer = pagerduty.yes;
    peer.next.push(pagerduty.yes, answering(503));
    await start(pagerduty);
    await started.send(recovered!);
    await flush();
    await started.destination.shutdown(AbortSignal.abort());
    await start(pagerduty);
    await settle(5);
    assert.equal(peer.requests.length, 4);
    assert.deepEqual(await deliveredKinds(), ['recovered delivered']);
  });

  it('is one row with one attempt when all goes well', async () => {
    peer.answer = pagerduty.yes;
    await start(pagerduty);
    await started.send(incidentStory()[2]!);
    await flush();
    assert.deepEqual(await stored.states(), ['s-1 recovered delivered 1']);
  });
});

describe('a destination with a rate', () => {
  it('is asked no faster, and the wait is no part of the attempt', async () => {
    const slack = VENDORS['slack, webhook']!;
    peer.answer = slack.yes;
    await start(slack, { rate: { requests_per_second: 0.5 } });
    const [first, second] = ['s-1', 's-2'].map((subject) => incidentStory({ subject })[0]!);
    await started.send(first!, second!);
    await peer.received(1);
    while ((await deliveredKinds()).every((kind) => kind === 'opened pending')) await stored.rows('SELECT 1');
    stored.clock.advance(1_999);
    await stored.rows('SELECT 1');
    assert.equal(peer.requests.length, 1);
    stored.clock.advance(1);
    await peer.received(2);
    await started.destination.flush();
    assert.deepEqual(await stored.rows('SELECT duration_ms FROM attempts'), [
      { duration_ms: 0 },
      { duration_ms: 0 },
    ]);
  });
});

describe("Splunk's acknowledgement", () => {
  const splunk = VENDORS.splunk_hec!;
  const ack = (isIndexed: boolean): PeerAnswer =>
    answering(200, {}, JSON.stringify({ acks: { '7': isIndexed } }));
  const accepted = answering(200, {}, JSON.stringify({ text: 'Success', code: 0, ackId: 7 }));
  const paths = () => peer.requests.map(({ path }) => path.split('/').at(-1));

  it('is asked for until it is there, and only then is the transition delivered', async () => {
    peer.next.push(accepted, ack(false), ack(false), ack(true));
    await start(splunk, { acknowledge: true, timeout: '60s' });
    await started.send(incidentStory()[0]!);
    await peer.received(1);
    for (let polls = 1; polls <= 3; polls++) {
      assert.deepEqual(await deliveredKinds(), ['opened pending']);
      await timerPending(10_000);
      stored.clock.advance(10_000);
      await peer.received(1 + polls);
    }
    await flush();
    assert.deepEqual(await deliveredKinds(), ['opened delivered']);
    assert.deepEqual(paths(), ['event', 'ack', 'ack', 'ack']);
  });

  it('that does not come in time has the event sent again, under the same key and in the same channel', async () => {
    peer.answer = ack(false);
    peer.next.push(accepted);
    await start(splunk, { acknowledge: true, ack_timeout: '20s', timeout: '60s' });
    await started.send(incidentStory()[0]!);
    await peer.received(1);
    for (let polls = 1; polls <= 2; polls++) {
      await timerPending(10_000);
      stored.clock.advance(10_000);
      await peer.received(1 + polls);
    }
    await flush();
    const [row] = await stored.rows('SELECT state, last_reason FROM outbox');
    assert.deepEqual([row!.state, row!.last_reason], ['pending', 'not confirmed within 20000 ms']);
    peer.next.push(accepted, ack(true));
    stored.clock.advance(5_000);
    await peer.received(4);
    await timerPending(10_000);
    stored.clock.advance(10_000);
    await flush();
    assert.deepEqual(await deliveredKinds(), ['opened delivered']);
    const [first, , , again] = peer.requests;
    assert.deepEqual(again!.body, first!.body);
    assert.equal(again!.headers['x-splunk-request-channel'], first!.headers['x-splunk-request-channel']);
  });

  it('is not waited for when the process stops: the event goes out again after it', async () => {
    peer.next.push(accepted);
    await start(splunk, { acknowledge: true, timeout: '60s' });
    await started.send(incidentStory()[0]!);
    await peer.received(1);
    await timerPending(10_000);
    await started.destination.shutdown(AbortSignal.abort());
    assert.deepEqual(await deliveredKinds(), ['opened pending']);
  });

  /** Resolves when something waits for `delayMs` from now on the clock: the answer before it has been read. */
  async function timerPending(delayMs: number): Promise<void> {
    while (stored.clock.nextDueMs() === undefined || !stored.clock.isDueAt(stored.clock.nowMs() + delayMs)) {
      await stored.rows('SELECT 1');
    }
  }
});
