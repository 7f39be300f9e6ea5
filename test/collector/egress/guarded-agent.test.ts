import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Agent, request } from 'undici';
import type { EgressRules } from '../../../collector/egress/address-rules.ts';
import { assertAllowed, createGuardedAgent, type Resolve } from '../../../collector/egress/guarded-agent.ts';
import { ScriptedPeer } from '../../support/scripted-peer.ts';

const LOOPBACK: EgressRules = { allowHttp: true, allowPrivate: false, allowLoopback: true };
const NOTHING: EgressRules = { ...LOOPBACK, allowLoopback: false };

let peer: ScriptedPeer;
let agent: Agent | undefined;

beforeEach(async () => {
  peer = await new ScriptedPeer().start();
});

afterEach(async () => {
  await agent?.destroy();
  agent = undefined;
  await peer.stop();
});

/** DNS in which every name has these addresses. */
function resolvingTo(...addresses: readonly string[]): Resolve & { names: string[] } {
  const names: string[] = [];
  const resolve: Resolve = (hostname, _options, callback) => {
    names.push(hostname);
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return Object.assign(resolve, { names });
}

async function connect(rules: EgressRules, resolve?: Resolve): Promise<number> {
  agent = createGuardedAgent({
    rules,
    maxConnections: 1,
    connectTimeoutMs: 10_000,
    ...(resolve !== undefined && { resolve }),
  });
  const url = peer.url.replace('127.0.0.1', 'siem.example');
  const response = await request(url, { method: 'POST', body: '{}', dispatcher: agent });
  await response.body.dump();
  return response.statusCode;
}

describe('a host name', () => {
  it('is connected to when its address may be', async () => {
    const resolve = resolvingTo('127.0.0.1');
    assert.equal(await connect(LOOPBACK, resolve), 200);
    assert.deepEqual(resolve.names, ['siem.example']);
    assert.equal(peer.requests[0]!.headers.host, new URL(peer.url).host.replace('127.0.0.1', 'siem.example'));
  });

  const rows: [rule: string, rules: EgressRules, addresses: string[], message: RegExp][] = [
    ['loopback', NOTHING, ['127.0.0.1'], /^siem\.example resolves to 127\.0\.0\.1 is a loopback address/],
    ['a private address', NOTHING, ['10.0.0.1'], /resolves to 10\.0\.0\.1 is a private address/],
    ['metadata, whatever is allowed', LOOPBACK, ['169.254.169.254'], /linkLocal, which is never/],
    [
      'an allowed address and then a forbidden one',
      LOOPBACK,
      ['127.0.0.1', '10.0.0.1'],
      /10\.0\.0\.1 is a private/,
    ],
    [
      'a forbidden address and then an allowed one',
      LOOPBACK,
      ['fe80::1', '127.0.0.1'],
      /fe80::1 is linkLocal/,
    ],
    ['loopback mapped into IPv6', NOTHING, ['::ffff:127.0.0.1'], /127\.0\.0\.1 is a loopback address/],
    ['no address', LOOPBACK, [], /resolves to no address/],
  ];
  for (const [rule, rules, addresses, message] of rows) {
    it(`is not connected to when it resolves to ${rule}`, async () => {
      await assert.rejects(connect(rules, resolvingTo(...addresses)), {
        name: 'EgressRefusedError',
        message,
      });
      assert.equal(peer.connectionCount, 0);
    });
  }

  it('is judged again at each connection, so that a changed record finds nothing to slip through', async () => {
    const answers = [resolvingTo('127.0.0.1'), resolvingTo('169.254.169.254')];
    const resolve: Resolve = (...query) => answers.shift()!(...query);
    peer.answer = (response) => void response.writeHead(200, { connection: 'close' }).end();
    assert.equal(await connect(LOOPBACK, resolve), 200);
    const again = request(peer.url.replace('127.0.0.1', 'siem.example'), { dispatcher: agent! });
    await assert.rejects(again, /169\.254\.169\.254 is linkLocal/);
  });

  it('that cannot be resolved says so', async () => {
    const failing: Resolve = (hostname, _options, callback) =>
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), []);
    await assert.rejects(connect(LOOPBACK, failing), /ENOTFOUND siem\.example/);
  });
});

describe('localhost', () => {
  it('is what the system resolves it to, and refused like that', async () => {
    agent = createGuardedAgent({ rules: NOTHING, maxConnections: 1, connectTimeoutMs: 10_000 });
    const url = peer.url.replace('127.0.0.1', 'localhost');
    await assert.rejects(
      request(url, { dispatcher: agent }),
      /localhost resolves to .* is a loopback address/,
    );
    assert.equal(peer.connectionCount, 0);
  });
});

describe('an address in place of a name', () => {
  it('never comes to be resolved, so the URL is judged as well', () => {
    assert.throws(() => assertAllowed(new URL(peer.url), NOTHING), { name: 'EgressRefusedError' });
    assert.doesNotThrow(() => assertAllowed(new URL(peer.url), LOOPBACK));
  });
});
