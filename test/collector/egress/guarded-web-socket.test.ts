import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EgressRules } from '../../../collector/egress/address-rules.ts';
import type { Resolve } from '../../../collector/egress/guarded-agent.ts';
import {
  GuardedWebSockets,
  type GuardedWebSocketOptions,
  type OpenWebSocket,
} from '../../../collector/egress/guarded-web-socket.ts';
import { Secret } from '../../../collector/secret.ts';
import { AUTHORITY_FILE, type CertificateName, serverCertificate } from '../../support/certificates.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LOOPBACK: EgressRules = { allowHttp: true, allowPrivate: false, allowLoopback: true };
const NEVER = new AbortController().signal;

let clock: VirtualClock;
let server: Server | undefined;
let requests: IncomingMessage[];
let clients: WebSocket[];

beforeEach(() => {
  clock = new VirtualClock();
  requests = [];
  clients = [];
});

afterEach(() => {
  for (const client of clients) client.terminate();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** `answer`: raw HTTP in place of a WebSocket; empty: nothing at all. */
async function serve({ tls, answer }: { tls?: object; answer?: string } = {}): Promise<number> {
  const served = tls === undefined ? createServer() : createTlsServer(tls);
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  served.on('upgrade', (request, socket, head) => {
    requests.push(request);
    socket.on('error', () => {});
    if (answer !== undefined) socket.write(answer);
    else
      webSockets.handleUpgrade(request, socket, head, (client) => clients.push(client.on('error', () => {})));
  });
  await new Promise<void>((resolve) => served.listen(0, '127.0.0.1', resolve));
  server = served;
  return (served.address() as AddressInfo).port;
}

function open(
  url: string,
  options: Partial<GuardedWebSocketOptions> = {},
  signal = NEVER,
): Promise<OpenWebSocket> {
  const sockets = new GuardedWebSockets({ timeoutMs: 5_000, egress: LOOPBACK, clock, ...options });
  return sockets.open(new Secret(url), signal);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

const resolvingTo =
  (address: string): Resolve =>
  (_name, _options, callback) =>
    callback(null, [{ address, family: 4 }]);

describe('a guarded WebSocket', () => {
  it('carries messages both ways, and tells how it was closed', async () => {
    const socket = await open(`ws://127.0.0.1:${await serve()}/channels/one`);
    const heard: string[] = [];
    clients[0]!.on('message', (data: Buffer) => heard.push(data.toString()));
    socket.send('ping');
    await until(() => heard.length === 1);
    clients[0]!.send('first');
    clients[0]!.send('sécond');
    clients[0]!.close(1_001);
    assert.deepEqual(
      [await socket.receive(), await socket.receive(), await socket.receive(), await socket.receive()],
      [
        { kind: 'text', text: 'first' },
        { kind: 'text', text: 'sécond' },
        { kind: 'closed', code: 1_001 },
        { kind: 'closed', code: 1_001 },
      ],
    );
    assert.deepEqual(heard, ['ping']);
    socket.send('into the void');
  });

  it('asks without a credential, and for no compression', async () => {
    await open(`ws://127.0.0.1:${await serve()}/channels/one?x=y`);
    const { url, headers } = requests[0]!;
    assert.equal(url, '/channels/one?x=y');
    assert.deepEqual(Object.keys(headers).sort(), [
      'connection',
      'host',
      'sec-websocket-key',
      'sec-websocket-version',
      'upgrade',
    ]);
  });

  it('that we close still brings what was sent before the peer knew', async () => {
    const socket = await open(`ws://127.0.0.1:${await serve()}/`);
    for (let count = 0; count < 40; count += 1) clients[0]!.send(String(count));
    socket.close();
    const texts: string[] = [];
    for (;;) {
      const received = await socket.receive();
      if (received.kind === 'closed') break;
      texts.push(received.text);
    }
    assert.equal(texts.length, 40);
  });

  it('that breaks or that we give up is closed', async () => {
    const socket = await open(`ws://127.0.0.1:${await serve()}/`);
    clients[0]!.terminate();
    assert.deepEqual(await socket.receive(), { kind: 'closed', code: 1_006 });
    const other = await open(`ws://127.0.0.1:${(server!.address() as AddressInfo).port}/`);
    clients[1]!.send('waits');
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    other.terminate();
    assert.deepEqual(await other.receive(), { kind: 'closed', code: 1_006 });
  });

  it('reads no further while messages wait to be received', async () => {
    const socket = await open(`ws://127.0.0.1:${await serve()}/`);
    const message = 'x'.repeat(1_000_000);
    for (let count = 0; count < 60; count += 1) clients[0]!.send(message);
    for (let turn = 0; turn < 2_000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(clients[0]!.bufferedAmount > 10_000_000, `${clients[0]!.bufferedAmount} bytes wait`);
    for (let count = 0; count < 60; count += 1) assert.equal((await socket.receive()).kind, 'text');
  });

  it('is closed by a message of more than a mebibyte', async () => {
    const socket = await open(`ws://127.0.0.1:${await serve()}/`);
    clients[0]!.send('x'.repeat(1_048_577));
    assert.equal((await socket.receive()).kind, 'closed');
  });

  it('is refused by a status, with the time to come back', async () => {
    const answer = 'HTTP/1.1 503 No\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n';
    const port = await serve({ answer });
    const refused = { name: 'HandshakeRefusedError', status: 503, retryAfterMs: 7_000 };
    await assert.rejects(open(`ws://127.0.0.1:${port}/`), refused);
  });

  it('follows no redirect', async () => {
    const port = await serve({ answer: 'HTTP/1.1 302 Found\r\nlocation: ws://127.0.0.1:1/\r\n\r\n' });
    await assert.rejects(open(`ws://127.0.0.1:${port}/`), { name: 'HandshakeRefusedError', status: 302 });
    assert.equal(requests.length, 1);
  });

  it('is given up when nobody answers in time, and when the process stops', async () => {
    const port = await serve({ answer: '' });
    const waiting = open(`ws://127.0.0.1:${port}/`);
    await until(() => requests.length === 1);
    clock.advance(5_000);
    await assert.rejects(waiting, { message: 'no answer within 5000 ms' });
    const stopping = new AbortController();
    const other = open(`ws://127.0.0.1:${port}/`, {}, stopping.signal);
    await until(() => requests.length === 2);
    stopping.abort();
    await assert.rejects(other, { message: 'given up: the process is stopping' });
    await assert.rejects(open(`ws://127.0.0.1:${port}/`, {}, stopping.signal));
    assert.equal(requests.length, 2);
  });
});

describe('the TLS of a guarded WebSocket', () => {
  const rows: [certificate: CertificateName, code: string | undefined][] = [
    ['localhost', undefined],
    ['other-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['expired', 'CERT_HAS_EXPIRED'],
  ];
  for (const [certificate, code] of rows) {
    it(`${code === undefined ? 'takes' : 'refuses'} the certificate ${certificate}`, async () => {
      const port = await serve({ tls: serverCertificate(certificate) });
      const ca = await readFile(AUTHORITY_FILE, 'utf8');
      const opening = open(`wss://localhost:${port}/`, { ca, resolve: resolvingTo('127.0.0.1') });
      if (code === undefined) assert.ok(await opening);
      else await assert.rejects(opening, { code });
    });
  }

  it('is 1.2 at the least', async () => {
    const tls = { ...serverCertificate('localhost'), minVersion: 'TLSv1', maxVersion: 'TLSv1.1' };
    const port = await serve({ tls: { ...tls, ciphers: 'DEFAULT@SECLEVEL=0' } });
    const ca = await readFile(AUTHORITY_FILE, 'utf8');
    const opening = open(`wss://localhost:${port}/`, { ca, resolve: resolvingTo('127.0.0.1') });
    await assert.rejects(opening, /ssl|tls|EPROTO/i);
    assert.equal(requests.length, 0);
  });

  it('trusts nobody whom it was not told to', async () => {
    const port = await serve({ tls: serverCertificate('localhost') });
    await assert.rejects(open(`wss://localhost:${port}/`, { resolve: resolvingTo('127.0.0.1') }), Error);
  });
});

describe('a URL that a peer names', () => {
  const refusals: [what: string, url: string][] = [
    ['no URL', 'canary-host'],
    ['another scheme', 'https://127.0.0.1/canary'],
    ['a scheme that leads to a file', 'ws+unix:/tmp/canary'],
    ['a credential', 'wss://canary:canary@127.0.0.1/'],
  ];
  for (const [what, url] of refusals) {
    it(`is refused as ${what}, without being quoted`, async () => {
      await assert.rejects(open(url), (error: Error) => {
        assert.equal(error.name, 'EgressRefusedError');
        assert.doesNotMatch(JSON.stringify([error.message, { ...error }]), /canary/);
        return true;
      });
    });
  }

  it('needs TLS, unless egress.allow_http says otherwise', async () => {
    const egress = { ...LOOPBACK, allowHttp: false };
    await assert.rejects(open(`ws://127.0.0.1:${await serve()}/`, { egress }), {
      name: 'EgressRefusedError',
      message: /allow_http/,
    });
    assert.equal(requests.length, 0);
  });
});
