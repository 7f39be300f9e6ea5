// The life of the receiver: its address, its start, and a shutdown that loses nothing.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { type WebrtcVideoConfig, webrtcVideoFactory } from '../../../receiver/webrtcvideo/factory.ts';
import { WebrtcVideoReceiver } from '../../../receiver/webrtcvideo/receiver.ts';
import { testHost, testSettings } from '../../support/component-settings.ts';
import { goodEvent, runReceiver } from './running-receiver.ts';

const NEXT = { consume: () => Promise.resolve() };
const ENDLESS = new AbortController().signal;

function parse(config: Readonly<Record<string, unknown>>) {
  return webrtcVideoFactory.configSchema.safeParse(config);
}

function newReceiver(config: Readonly<Record<string, unknown>>): WebrtcVideoReceiver {
  const parsed = parse({ endpoint: '127.0.0.1:0', ...config });
  return new WebrtcVideoReceiver(testSettings(), parsed.data as WebrtcVideoConfig, NEXT);
}

describe('the configuration of webrtcvideo', () => {
  it('needs nothing', () => {
    const config = parse({}).data as WebrtcVideoConfig;
    assert.deepEqual([config.endpoint.host, config.endpoint.port], ['127.0.0.1', 4319]);
    assert.equal(config.path, '/v1/events');
    assert.equal(config.max_body_bytes, 2_097_152);
    assert.equal(config.max_sessions, 100_000);
    assert.equal(config.session_timeout.ms, 60_000);
    assert.equal(config.dimensions.length, 6);
    assert.equal(parse(undefined as never).success, true);
  });

  const WRONG: readonly (readonly [rule: string, config: Record<string, unknown>, message: RegExp])[] = [
    ['an unknown key', { endpont: 'x' }, /endpont/],
    ['an address without a port', { endpoint: 'localhost' }, /no address/],
    ['a path without a slash', { path: 'events' }, /begin with "\/"/],
    ['a path with a wildcard', { path: '/v1/*' }, /begin with "\/"/],
    ['an unknown dimension', { dimensions: ['ip'] }, /Invalid option/],
    ['no session at all', { max_sessions: 0 }, />=1/],
    ['a timeout of nothing', { session_timeout: '0s' }, /longer than zero/],
    ['an empty key', { agent_id_hmac_key: '' }, /must not be empty/],
    ['less room than one body needs', { max_pending_bytes: 2_097_152 }, /twice max_body_bytes/],
    ['an open bind without auth', { endpoint: '0.0.0.0:4319' }, /other machines/],
  ];
  for (const [rule, config, message] of WRONG) {
    it(`refuses ${rule}`, () => {
      const parsed = parse(config);
      assert.equal(parsed.success, false);
      assert.match(z.prettifyError(parsed.error), message);
    });
  }

  it('lets an open bind pass with auth, or when told so in words', () => {
    const endpoint = '0.0.0.0:4319';
    assert.ok(parse({ endpoint, auth: { authenticator: 'bearertokenauth' } }).success);
    assert.ok(parse({ endpoint, allow_unauthenticated: true }).success);
  });

  it('keeps the key secret', () => {
    const { data } = parse({ agent_id_hmac_key: 'hunter2' });
    assert.ok(!JSON.stringify(data).includes('hunter2'));
  });

  it('describes each of its keys', () => {
    const { properties } = z.toJSONSchema(webrtcVideoFactory.configSchema, { io: 'input' });
    for (const [key, property] of Object.entries(properties ?? {})) {
      assert.ok(typeof property === 'object' && property.description !== undefined, key);
    }
  });
});

describe('start', () => {
  it('rejects when its authenticator is not there', async () => {
    const receiver = newReceiver({ auth: { authenticator: 'bearertokenauth' } });
    await assert.rejects(receiver.start(testHost()), /bearertokenauth/);
    await receiver.shutdown(ENDLESS);
  });

  it('rejects when its address is taken', async () => {
    const running = await runReceiver();
    const receiver = newReceiver({ endpoint: running.receiver.boundAddress });
    await assert.rejects(receiver.start(testHost()), /EADDRINUSE/);
    await receiver.shutdown(ENDLESS);
    await running.stop();
  });
});

describe('shutdown', () => {
  it('is safe before the start, and twice', async () => {
    const receiver = newReceiver({});
    await receiver.shutdown(ENDLESS);
    await receiver.start(testHost());
    assert.notEqual(receiver.boundAddress, undefined);
    await Promise.all([receiver.shutdown(ENDLESS), receiver.shutdown(ENDLESS)]);
    await receiver.shutdown(ENDLESS);
    assert.equal(receiver.boundAddress, undefined);
  });

  it('answers what has begun, and takes nothing new', async () => {
    const running = await runReceiver();
    let finish = () => {};
    const reached = new Promise<void>((resolve) => {
      running.onConsume = () => {
        resolve();
        return new Promise((done) => (finish = done));
      };
    });
    const reply = running.post(goodEvent());
    await reached;
    let isDown = false;
    const down = running.receiver.shutdown(ENDLESS).then(() => (isDown = true));
    await assert.rejects(running.post(goodEvent('late')), /ECONNREFUSED/);
    assert.equal(isDown, false);
    finish();
    assert.equal((await reply).status, 200);
    assert.equal((await reply).headers.connection, 'close');
    await down;
  });

  it('answers 503 to a request that had only begun', async () => {
    const running = await runReceiver();
    const body = JSON.stringify(goodEvent());
    const socket = connect(Number(running.receiver.boundAddress?.split(':')[1]), '127.0.0.1');
    const reply = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    socket.write('POST /v1/events HTTP/1.1\r\nHost: localhost\r\n');
    // Once another connection has its answer, the first line of this one has been read.
    await running.post(goodEvent('other'));
    const down = running.stop();
    socket.write(`Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    const text = await reply;
    assert.match(text, /^HTTP\/1\.1 503 /);
    assert.match(text, /retry-after: 1\r\n/i);
    assert.match(text, /connection: close\r\n/i);
    await down;
    assert.equal(running.records().length, 1);
  });

  it('cuts off what is left at the deadline', async () => {
    const running = await runReceiver();
    const reached = new Promise<void>((resolve) => {
      running.onConsume = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    const reply = assert.rejects(running.post(goodEvent()), /socket hang up|ECONNRESET/);
    await reached;
    const deadline = new AbortController();
    const down = running.receiver.shutdown(deadline.signal);
    deadline.abort();
    await down;
    await reply;
  });
});

describe('sessions', () => {
  it('are forgotten by the clock when they are silent', async () => {
    const running = await runReceiver({ max_sessions: 1, session_timeout: '30s' });
    await running.post(goodEvent('a'));
    running.clock.advance(40_000);
    assert.equal((await running.post(goodEvent('b'))).status, 200);
    await running.stop();
    assert.equal(running.clock.nextDueMs(), undefined, 'no timer is left');
  });

  it('are handed on with the timeout of this source', async () => {
    const running = await runReceiver({ session_timeout: '45s' });
    await running.post(goodEvent());
    assert.equal(running.batches[0]?.sessionTimeoutMs, 45_000);
    await running.stop();
  });
});

describe('agent ids', () => {
  it('are replaced when there is a key', async () => {
    const running = await runReceiver({ agent_id_hmac_key: 'Jefe' });
    await running.post({ ...goodEvent(), agent: { id: 'what do ya want for nothing?' } });
    assert.equal(
      running.records()[0]?.agentId,
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
    await running.stop();
  });
});

describe('a sender that goes away in the middle of its body', () => {
  it('leaves nothing behind, and no line in the log', async () => {
    const running = await runReceiver();
    const port = Number(running.receiver.boundAddress?.split(':')[1]);
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"a',
    );
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.destroy();
    assert.equal((await running.post(goodEvent())).status, 200);
    await running.stop();
    assert.deepEqual(
      running.settings.lines.filter(({ level }) => level === 'error'),
      [],
    );
  });
});
