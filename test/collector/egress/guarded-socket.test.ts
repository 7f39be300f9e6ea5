import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { EgressRules } from '../../../collector/egress/address-rules.ts';
import type { Resolve } from '../../../collector/egress/guarded-agent.ts';
import { connectGuarded } from '../../../collector/egress/guarded-socket.ts';

const CLOSED: EgressRules = { allowHttp: false, allowPrivate: false, allowLoopback: false };
const LOOPBACK: EgressRules = { ...CLOSED, allowLoopback: true };
const never = new AbortController().signal;

let server: Server;
let port: number;
let connectionCount = 0;

before(async () => {
  server = createServer((socket) => {
    connectionCount += 1;
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

after(() => server.close());

function resolvingTo(...addresses: string[]): Resolve {
  return (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
}

describe('a guarded socket', () => {
  it('connects to an address and to a name that are allowed', async () => {
    for (const host of ['127.0.0.1', 'mail.example']) {
      const socket = await connectGuarded(
        { host, port, rules: LOOPBACK, resolve: resolvingTo('127.0.0.1') },
        never,
      );
      assert.equal(socket.remoteAddress, '127.0.0.1');
      socket.destroy();
    }
  });

  const refused: [rule: string, host: string, resolve: Resolve][] = [
    ['a forbidden address', '127.0.0.1', resolvingTo()],
    ['a forbidden address in another notation', '0177.0.0.1', resolvingTo('127.0.0.1')],
    ['a forbidden address inside an IPv6 one', '::ffff:127.0.0.1', resolvingTo()],
    ['a link-local address with a zone', 'fe80::1%eth0.7', resolvingTo('127.0.0.1')],
    ['a name of a forbidden address', 'mail.example', resolvingTo('127.0.0.1')],
    ['a name of which one address is forbidden', 'mail.example', resolvingTo('192.0.2.1', '127.0.0.1')],
    ['a name of nothing', 'mail.example', resolvingTo()],
  ];
  for (const [rule, host, resolve] of refused) {
    it(`refuses ${rule} before it connects`, async () => {
      const countBefore = connectionCount;
      await assert.rejects(connectGuarded({ host, port, rules: CLOSED, resolve }, never), {
        name: 'EgressRefusedError',
      });
      assert.equal(connectionCount, countBefore);
    });
  }

  it('gives up with the reason of its signal', async () => {
    const abort = new AbortController();
    const resolve: Resolve = () => abort.abort(new Error('enough'));
    await assert.rejects(
      connectGuarded({ host: 'mail.example', port, rules: LOOPBACK, resolve }, abort.signal),
      {
        message: 'enough',
      },
    );
    await assert.rejects(connectGuarded({ host: '127.0.0.1', port, rules: LOOPBACK }, abort.signal), {
      message: 'enough',
    });
  });
});
