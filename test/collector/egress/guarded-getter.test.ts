import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { EgressRules } from '../../../collector/egress/address-rules.ts';
import { type GetAnswer, GuardedGetter } from '../../../collector/egress/guarded-getter.ts';
import {
  answering,
  breakingOff,
  dripping,
  hanging,
  type PeerAnswer,
  ScriptedPeer,
} from '../../support/scripted-peer.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LOOPBACK: EgressRules = { allowHttp: true, allowPrivate: false, allowLoopback: true };
const NEVER = new AbortController().signal;
const TIMEOUT_MS = 10_000;
const SILENCE_MS = 15_000;

let peer: ScriptedPeer;
let clock: VirtualClock;
let getter: GuardedGetter;

beforeEach(async () => {
  peer = await new ScriptedPeer().start();
  clock = new VirtualClock();
  getter = getterWith(LOOPBACK);
});

afterEach(async () => {
  await getter.close();
  await peer.stop();
});

function getterWith(egress: EgressRules): GuardedGetter {
  return new GuardedGetter({ timeoutMs: TIMEOUT_MS, egress, maxConnections: 1, clock });
}

function get<Read>(read: (answer: GetAnswer) => Promise<Read>, signal = NEVER): Promise<Read> {
  return getter.get(
    { url: new URL('/stream?a=b', peer.url), headers: { accept: 'text/plain' }, silenceMs: SILENCE_MS },
    signal,
    read,
  );
}

/** Calls `heard` at each piece. */
async function textOf({ body }: GetAnswer, heard: (text: string) => void = () => {}): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString();
    heard(text);
  }
  return text;
}

describe('a guarded GET', () => {
  it('asks once, and gives out status, headers and body', async () => {
    peer.answer = answering(429, { 'retry-after': '7', 'x-thing': 'one' }, 'slow down');
    const read = await get(async (answer) => [answer.status, answer.header('x-thing'), await textOf(answer)]);
    assert.deepEqual(read, [429, 'one', 'slow down']);
    const [request] = peer.requests;
    assert.deepEqual(
      [request?.method, request?.path, request?.headers.accept],
      ['GET', '/stream?a=b', 'text/plain'],
    );
  });

  it('follows no redirect', async () => {
    peer.answer = answering(302, { location: `${peer.url}/elsewhere` });
    assert.equal(await get(({ status }) => Promise.resolve(status)), 302);
    assert.equal(peer.requests.length, 1);
  });

  it('gives up when no head comes in time', async () => {
    peer.answer = hanging;
    const got = get(textOf);
    await peer.received(1);
    clock.advance(TIMEOUT_MS);
    await assert.rejects(got, { message: `no answer within ${TIMEOUT_MS} ms` });
  });

  it('lets a body go on for longer than that, and gives it up when it is silent for too long', async () => {
    const write: ((text: string) => void)[] = [];
    peer.answer = (response) => {
      response.writeHead(200);
      write.push((text) => response.write(text));
      response.write('0');
    };
    const got = get((answer) =>
      textOf(answer, ({ length }) => {
        // Each piece comes just in time; after the fifth there is none.
        clock.advance(length < 5 ? SILENCE_MS - 1 : SILENCE_MS * 10);
        if (length < 5) write[0]!(String(length));
        else setImmediate(() => clock.advance(SILENCE_MS));
      }),
    );
    await assert.rejects(got, { name: 'SilentPeerError', message: `no byte for ${SILENCE_MS} ms` });
    assert.equal(clock.nowMs() - new VirtualClock().nowMs(), (SILENCE_MS - 1) * 4 + SILENCE_MS * 11);
  });

  const faults: [rule: string, answer: PeerAnswer][] = [['that breaks off', breakingOff(200, 'some')]];
  for (const [rule, answer] of faults) {
    it(`has a body ${rule} throw after what came`, async () => {
      peer.answer = answer;
      let heard = '';
      await assert.rejects(get((each) => textOf(each, (text) => (heard = text))));
      assert.equal(heard, 'some');
    });
  }

  it('throws away what was not read, with its connection', async () => {
    let isClosed = false;
    peer.answer = (response) => {
      response.on('close', () => (isClosed = true));
      dripping(200, 'endless')(response);
    };
    assert.equal(await get(({ status }) => Promise.resolve(status)), 200);
    while (!isClosed) await new Promise((resolve) => setImmediate(resolve));
  });

  it('ends when the process stops: before the head, and in the middle of the body', async () => {
    peer.answer = hanging;
    const before = new AbortController();
    const unanswered = get(textOf, before.signal);
    await peer.received(1);
    before.abort();
    await assert.rejects(unanswered, { message: 'given up: the process is stopping' });
    peer.answer = dripping(200, 'endless');
    const amid = new AbortController();
    await assert.rejects(
      get((answer) => textOf(answer, () => amid.abort()), amid.signal),
      { message: 'given up: the process is stopping' },
    );
  });

  it('does not reach a forbidden address', async () => {
    const strict = getterWith({ ...LOOPBACK, allowLoopback: false });
    const got = strict.get({ url: new URL(peer.url), headers: {}, silenceMs: 1 }, NEVER, textOf);
    await assert.rejects(got, { name: 'EgressRefusedError' });
    await strict.close();
    assert.equal(peer.connectionCount, 0);
  });
});
