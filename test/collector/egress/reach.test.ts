// The guard as a whole: whatever way a forbidden place is written, resolved or redirected to, no socket towards it is ever
// made. Counted where Node makes sockets, not where the guard says no.
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LookupAddress } from 'node:dns';
import type { Socket } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { request } from 'undici';
import type { EgressRules } from '../../../collector/egress/address-rules.ts';
import { createGuardedAgent, type Resolve } from '../../../collector/egress/guarded-agent.ts';
import { GuardedClient, type ExchangeAnswer } from '../../../collector/egress/guarded-client.ts';
import { GuardedWebSockets } from '../../../collector/egress/guarded-web-socket.ts';
import { Secret } from '../../../collector/secret.ts';
import { answering, ScriptedPeer } from '../../support/scripted-peer.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const NOTHING: EgressRules = { allowHttp: true, allowPrivate: false, allowLoopback: false };
const EVERYTHING: EgressRules = { allowHttp: true, allowPrivate: true, allowLoopback: true };
const NEVER = new AbortController().signal;

/** One address in the ways in which a URL may have it: RFC 3986 hosts as browsers and libc read them. */
function spellings(a: number, b: number, c: number, d: number): readonly string[] {
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (part: number) => part.toString(16);
  const octal = (part: number) => `0${part.toString(8)}`;
  const pair = (high: number, low: number) => hex(high * 256 + low);
  return [
    `${a}.${b}.${c}.${d}`,
    `${a}.${b}.${c}.${d}.`,
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    String(whole),
    `0x${hex(whole)}`,
    `0${whole.toString(8)}`,
    [a, b, c, d].map((part) => `0x${hex(part)}`).join('.'),
    [a, b, c, d].map(octal).join('.'),
    `${octal(a)}.${b}.0x${hex(c)}.${d}`,
    `[::ffff:${a}.${b}.${c}.${d}]`,
    `[::ffff:${pair(a, b)}:${pair(c, d)}]`,
    `[0:0:0:0:0:ffff:${pair(a, b)}:${pair(c, d)}]`,
    `[::ffff:0:${a}.${b}.${c}.${d}]`,
    `[::${pair(a, b)}:${pair(c, d)}]`,
    `[64:ff9b::${pair(a, b)}:${pair(c, d)}]`,
    `[64:ff9b:1::${pair(a, b)}:${pair(c, d)}]`,
    `[2002:${pair(a, b)}:${pair(c, d)}::1]`,
  ];
}

const FORBIDDEN_HOSTS = [
  ...spellings(127, 0, 0, 1),
  ...spellings(10, 0, 0, 5),
  ...spellings(169, 254, 169, 254),
  ...spellings(100, 64, 0, 1),
  '0.0.0.0',
  '[::]',
  '[::1]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '168.63.129.16',
  '192.0.0.192',
  '224.0.0.1',
  '255.255.255.255',
  '198.18.0.1',
];

let sockets: Socket[];
const onSocket = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);

before(() => subscribe('net.client.socket', onSocket));
after(() => unsubscribe('net.client.socket', onSocket));
beforeEach(() => {
  sockets = [];
});

describe('a forbidden address', () => {
  const clock = new VirtualClock();
  for (const scheme of ['https', 'http']) {
    for (const host of FORBIDDEN_HOSTS) {
      it(`written as ${scheme}://${host}/ is not reached`, async () => {
        const client = new GuardedClient({ timeoutMs: 1_000, egress: NOTHING, maxConnections: 1, clock });
        const url = new URL(`${scheme}://${host}/`);
        const posted = client.exchange({ method: 'POST', url, headers: {}, body: '{}' }, NEVER, () =>
          Promise.resolve('read'),
        );
        await assert.rejects(posted, { name: 'EgressRefusedError' });
        await client.close();
        assert.equal(sockets.length, 0);
      });
    }
  }

  for (const scheme of ['wss', 'ws']) {
    for (const host of FORBIDDEN_HOSTS) {
      it(`written as ${scheme}://${host}/ is not reached`, async () => {
        const webSockets = new GuardedWebSockets({ timeoutMs: 1_000, egress: NOTHING, clock });
        const opening = webSockets.open(new Secret(`${scheme}://${host}/`), NEVER);
        await assert.rejects(opening, { name: 'EgressRefusedError' });
        assert.equal(sockets.length, 0);
      });
    }
  }

  it('counts sockets that are made for WebSockets: an allowed one is', async () => {
    const peer = await new ScriptedPeer().start();
    const webSockets = new GuardedWebSockets({ timeoutMs: 1_000, egress: EVERYTHING, clock });
    await assert.rejects(webSockets.open(new Secret(peer.url.replace('http', 'ws')), NEVER), {
      name: 'HandshakeRefusedError',
    });
    await peer.stop();
    assert.equal(sockets.length, 1);
  });

  it('counts sockets that are made: an allowed one is', async () => {
    const peer = await new ScriptedPeer().start();
    const client = new GuardedClient({ timeoutMs: 1_000, egress: EVERYTHING, maxConnections: 1, clock });
    const url = new URL(peer.url);
    await client.exchange({ method: 'POST', url, headers: {}, body: '{}' }, NEVER, byteCountOf);
    await client.close();
    await peer.stop();
    assert.equal(sockets.length, 1);
  });
});

describe('a host name', () => {
  let peer: ScriptedPeer;
  beforeEach(async () => {
    peer = await new ScriptedPeer().start();
  });
  afterEach(() => peer.stop());

  /** DNS whose answer to each question is the next of these; what is then connected to is the last one asked for. */
  function answers(...records: readonly (readonly string[])[]): Resolve & { questionCount: number } {
    const resolve: Resolve = (_hostname, _options, callback) => {
      const addresses = records[Math.min(resolving.questionCount, records.length - 1)]!;
      resolving.questionCount += 1;
      callback(null, addresses.map(addressRecord));
    };
    const resolving = Object.assign(resolve, { questionCount: 0 });
    return resolving;
  }

  async function post(rules: EgressRules, resolve: Resolve): Promise<number> {
    const agent = createGuardedAgent({ rules, maxConnections: 1, connectTimeoutMs: 1_000, resolve });
    try {
      const url = peer.url.replace('127.0.0.1', 'siem.example');
      const response = await request(url, { method: 'POST', body: '{}', dispatcher: agent });
      await response.body.dump();
      return response.statusCode;
    } finally {
      await agent.destroy();
    }
  }

  const loopbackOnly: EgressRules = { ...NOTHING, allowLoopback: true };
  const rows: [rule: string, rules: EgressRules, records: readonly (readonly string[])[]][] = [
    ['of which one of two addresses is forbidden', loopbackOnly, [['127.0.0.1', '10.0.0.1']]],
    ['of which the first of two is forbidden', loopbackOnly, [['169.254.169.254', '127.0.0.1']]],
    ['whose IPv6 address is forbidden', loopbackOnly, [['127.0.0.1', 'fd00::1']]],
    ['whose address is mapped into IPv6', NOTHING, [['::ffff:127.0.0.1']]],
    ['whose address is behind NAT64', loopbackOnly, [['64:ff9b::7f00:1']]],
    ['with an address in shared space', NOTHING, [['100.64.1.1']]],
  ];
  for (const [rule, rules, records] of rows) {
    it(`${rule} is not reached`, async () => {
      await assert.rejects(post(rules, answers(...records)), { name: 'EgressRefusedError' });
      assert.equal(peer.connectionCount, 0);
    });

    it(`${rule} is not reached by a WebSocket either`, async () => {
      const options = { timeoutMs: 1_000, egress: rules, clock: new VirtualClock() };
      const webSockets = new GuardedWebSockets({ ...options, resolve: answers(...records) });
      const url = peer.url.replace('http://127.0.0.1', 'ws://streaming.example');
      await assert.rejects(webSockets.open(new Secret(url), NEVER), { name: 'EgressRefusedError' });
      assert.equal(peer.connectionCount, 0);
    });
  }

  it('is resolved once per connection, and that very answer is connected to: nothing can be rebound in between', async () => {
    const resolve = answers(['127.0.0.1'], ['169.254.169.254']);
    assert.equal(await post(loopbackOnly, resolve), 200);
    assert.equal(resolve.questionCount, 1);
    assert.equal(sockets.length, 1);
  });

  it('that redirects to a forbidden place leads nowhere', async () => {
    peer.answer = answering(307, { location: 'http://169.254.169.254/latest/meta-data/' });
    assert.equal(await post(loopbackOnly, answers(['127.0.0.1'])), 307);
    assert.equal(sockets.length, 1);
  });
});

async function byteCountOf({ body }: ExchangeAnswer): Promise<number> {
  let byteCount = 0;
  for await (const chunk of body) byteCount += chunk.length;
  return byteCount;
}

function addressRecord(address: string): LookupAddress {
  return { address, family: address.includes(':') ? 6 : 4 };
}
