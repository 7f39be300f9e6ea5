import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { HttpSender } from '../../../bridge/delivery/http-sender.ts';
import {
  answering,
  breakingOff,
  dripping,
  hanging,
  type PeerAnswer,
  resetting,
  ScriptedPeer,
  talkingNonsense,
} from '../../support/scripted-peer.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const TIMEOUT_MS = 10_000;
const NEVER = new AbortController().signal;

let peer: ScriptedPeer;
let clock: VirtualClock;
let sender: HttpSender;

beforeEach(async () => {
  peer = await new ScriptedPeer().start();
  clock = new VirtualClock();
  sender = senderTo(`${peer.url}/hook?tenant=7`);
});

afterEach(async () => {
  await sender.close();
  await peer.stop();
});

function senderTo(url: string, { allowLoopback = true, maxConnections = 2 } = {}): HttpSender {
  const egress = { allowHttp: true, allowPrivate: false, allowLoopback };
  return new HttpSender({ url: new URL(url), timeoutMs: TIMEOUT_MS, egress, maxConnections, clock });
}

/** Resolves when the client has seen the head of an answer. */
function headSeen(): Promise<void> {
  return new Promise((resolve) => {
    const onHead = () => {
      unsubscribe('undici:request:headers', onHead);
      resolve();
    };
    subscribe('undici:request:headers', onHead);
  });
}

describe('one POST', () => {
  it('carries headers and body to the URL, byte for byte', async () => {
    const body = '{"session_id":"é中😀"}';
    const headers = { 'content-type': 'application/json', 'x-idempotency-key': 'key' };
    await sender.post(headers, body, NEVER);
    const [request] = peer.requests;
    assert.equal(request!.method, 'POST');
    assert.equal(request!.path, '/hook?tenant=7');
    assert.deepEqual(request!.body, Buffer.from(body, 'utf8'));
    assert.equal(request!.headers['x-idempotency-key'], 'key');
    assert.equal(request!.headers['content-type'], 'application/json');
    assert.equal(request!.headers['content-length'], String(Buffer.byteLength(body)));
  });

  it('gives back the status, the start of the body, and no wait when none was asked for', async () => {
    peer.answer = answering(422, {}, 'unknown field');
    assert.deepEqual(await sender.post({}, '{}', NEVER), { status: 422, excerpt: 'unknown field' });
  });

  it('gives back a Retry-After in seconds', async () => {
    peer.answer = answering(429, { 'retry-after': '20' });
    assert.equal((await sender.post({}, '{}', NEVER)).retryAfterMs, 20_000);
  });

  it('gives back a Retry-After that is a date, by our clock', async () => {
    peer.answer = answering(503, { 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT' });
    assert.equal((await sender.post({}, '{}', NEVER)).retryAfterMs, 120_000);
  });

  it('takes no interim answer for the answer', async () => {
    peer.answer = (response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(201).end();
    };
    assert.equal((await sender.post({}, '{}', NEVER)).status, 201);
  });

  it('leaves no timer behind', async () => {
    await sender.post({}, '{}', NEVER);
    assert.equal(clock.nextDueMs(), undefined);
  });

  it('uses a connection again, and has no more of them than allowed', async () => {
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => sender.post({}, '{}', NEVER)));
    assert.equal(peer.requests.length, 6);
    assert.equal(peer.connectionCount, 2);
  });
});

describe('a redirect', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    it(`with ${status} is not followed`, async () => {
      const elsewhere = await new ScriptedPeer().start();
      peer.answer = answering(status, { location: `${elsewhere.url}/` });
      assert.equal((await sender.post({ authorization: 'Bearer x' }, '{}', NEVER)).status, status);
      assert.equal(elsewhere.connectionCount, 0);
      await elsewhere.stop();
    });
  }
});

describe('no answer', () => {
  it('ends at the timeout of the clock', async () => {
    peer.answer = hanging;
    const posted = sender.post({}, '{}', NEVER);
    const rejected = assert.rejects(posted, /^Error: no answer within 10000 ms$/);
    await peer.received(1);
    clock.advance(TIMEOUT_MS - 1);
    assert.equal(clock.nextDueMs(), clock.nowMs() + 1, 'still waiting');
    clock.advance(1);
    await rejected;
  });

  const rows: [rule: string, answer: PeerAnswer, message: RegExp][] = [
    ['a connection that is cut', resetting, /other side closed|ECONNRESET/],
    ['an answer that is not HTTP', talkingNonsense('SSH-2.0-OpenSSH_9.6\r\n'), /HTTP|Parse|Invalid|Expected/],
    [
      'an answer that ends within its head',
      talkingNonsense('HTTP/1.1 200 OK\r\nX-'),
      /other side closed|closed/,
    ],
  ];
  for (const [rule, answer, message] of rows) {
    it(`rejects at ${rule}, and the next attempt gets through`, async () => {
      peer.next.push(answer);
      await assert.rejects(sender.post({}, '{}', NEVER), message);
      assert.equal((await sender.post({}, '{}', NEVER)).status, 200);
      assert.equal(peer.requests.length, 2, 'the client does not try again by itself');
    });
  }

  it('rejects when nobody listens', async () => {
    const { url } = peer;
    await peer.stop();
    const lonely = senderTo(url);
    await assert.rejects(lonely.post({}, '{}', NEVER), /ECONNREFUSED/);
    await lonely.close();
  });

  it('rejects when the process will not wait longer', async () => {
    peer.answer = hanging;
    const stop = new AbortController();
    const rejected = assert.rejects(sender.post({}, '{}', stop.signal), /the process is stopping/);
    await peer.received(1);
    stop.abort();
    await rejected;
    assert.equal(clock.nextDueMs(), undefined);
  });

  it('sends nothing when the process has given up already', async () => {
    await assert.rejects(sender.post({}, '{}', AbortSignal.abort()), /the process is stopping/);
    assert.equal(peer.requests.length, 0);
  });
});

describe('a status whose body does not end', () => {
  it('counts when the body drips until the timeout', async () => {
    peer.answer = dripping(200, 'slow…');
    const seen = headSeen();
    const posted = sender.post({}, '{}', NEVER);
    await seen;
    clock.advance(TIMEOUT_MS);
    assert.equal((await posted).status, 200);
  });

  it('counts when the body breaks off', async () => {
    peer.answer = breakingOff(202, 'half of');
    const { status, excerpt } = await sender.post({}, '{}', NEVER);
    assert.equal(status, 202);
    assert.ok('half of'.startsWith(excerpt));
  });

  it('is not read to its end', async () => {
    peer.answer = dripping(500, 'x'.repeat(100_000));
    const { status, excerpt } = await sender.post({}, '{}', NEVER);
    assert.equal(status, 500);
    assert.equal(excerpt, 'x'.repeat(512));
  });
});

describe('a forbidden address', () => {
  it('is not even connected to', async () => {
    const guarded = senderTo(peer.url, { allowLoopback: false });
    await assert.rejects(guarded.post({}, '{}', NEVER), /127\.0\.0\.1 is a loopback address/);
    assert.equal(peer.connectionCount, 0);
    await guarded.close();
  });

  it('is not connected to under a name, either', async () => {
    const guarded = senderTo(peer.url.replace('127.0.0.1', 'localhost'), { allowLoopback: false });
    await assert.rejects(guarded.post({}, '{}', NEVER), /localhost resolves to .* is a loopback address/);
    assert.equal(peer.connectionCount, 0);
    await guarded.close();
  });
});
