// The reader of small JSON bodies over real HTTP: what it refuses, how, and that the connection lives on where it may.
import assert from 'node:assert/strict';
import { Agent, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { HttpListener } from '../../collector/http-listener.ts';
import { BodyRefusedError, readJsonBody } from '../../collector/json-body.ts';
import { exchange, type RequestOptions } from '../receiver/http/exchange.ts';
import { assertNoLeak, CANARY } from '../support/no-leak.ts';

const MAX_BYTES = 100;

let listener: HttpListener;
let requests: IncomingMessage[];
/** What the reader has made of each request: the value, or why there is none. */
let outcomes: Promise<unknown>[];

beforeEach(async () => {
  requests = [];
  outcomes = [];
  // Nothing here touches the stream: what happens to the rest of a body is the server's and the reader's.
  listener = new HttpListener('127.0.0.1', 0, (request, response) => {
    const outcome = readJsonBody(request, MAX_BYTES).catch((error: unknown) => error);
    requests.push(request);
    outcomes.push(outcome);
    void outcome.then((value) => {
      const isRefused = value instanceof BodyRefusedError;
      const body = JSON.stringify(isRefused ? { error: value.message } : { value });
      const headers = { 'content-length': Buffer.byteLength(body), ...(isRefused && value.headers) };
      response.writeHead(isRefused ? value.status : 200, headers).end(body);
    });
  });
  await listener.start();
});

afterEach(() => listener.close());

const send = (body: unknown, options: RequestOptions = {}) => exchange(listener.port, body, options);

describe('a body', () => {
  const rows: [what: string, body: string | Buffer, options: RequestOptions, value: unknown][] = [
    ['with its length', '{"a":[1,"ü"]}', {}, { a: [1, 'ü'] }],
    ['that comes in chunks', '{"a":[1,"ü"]}', { chunked: true }, { a: [1, 'ü'] }],
    ['that is a bare value', ' null ', {}, null],
    ['with a charset', '7', { headers: { 'content-type': 'Application/JSON ; charset=utf-8' } }, 7],
    ['with an encoding that is none', '7', { headers: { 'content-encoding': 'identity' } }, 7],
    ['of just the bytes that are allowed', JSON.stringify('x'.repeat(MAX_BYTES - 2)), {}, 'x'.repeat(98)],
  ];
  for (const [what, body, options, value] of rows) {
    it(`is read: one ${what}`, async () => {
      const { status, text } = await send(body, options);
      assert.deepEqual([status, JSON.parse(text)], [200, { value }]);
    });
  }

  it('is read whole when a character lies across two pieces', async () => {
    const socket = await opened();
    const bytes = Buffer.from('"ü"');
    socket.write(head({ 'content-length': String(bytes.length) }));
    socket.write(bytes.subarray(0, 2));
    await received(socket);
    socket.write(bytes.subarray(2));
    assert.match(await textOf(socket), /\{"value":"ü"\}$/);
    socket.destroy();
  });
});

describe('a body that is refused', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };
  const NO_JSON = 'the body is no JSON in UTF-8';
  const rows: [what: string, body: unknown, options: RequestOptions, status: number, error: string][] = [
    ['no JSON', `{"a": ${CANARY}`, {}, 400, NO_JSON],
    ['nothing', '', {}, 400, NO_JSON],
    ['two values', '{} {}', {}, 400, NO_JSON],
    ['no UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), {}, 400, NO_JSON],
    ['half a character', Buffer.from([0x22, 0xe2, 0x82]), {}, 400, NO_JSON],
    ['UTF-16', Buffer.from('"a"', 'utf16le'), {}, 400, NO_JSON],
    ['no type', undefined, {}, 415, 'Content-Type must be application/json'],
    [
      'a form',
      'a=1',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'Content-Type must be application/json',
    ],
    [
      'text that a page of another origin may send',
      '{}',
      { headers: { 'content-type': 'text/plain' } },
      415,
      'Content-Type must be application/json',
    ],
    [
      'a type that only begins so',
      '{}',
      { headers: { 'content-type': 'application/json+x' } },
      415,
      'Content-Type must be application/json',
    ],
    [
      'gzip',
      'x',
      { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
      415,
      'Content-Encoding must be identity',
    ],
    [
      'two encodings',
      'x',
      { headers: { ...JSON_TYPE, 'content-encoding': 'identity, gzip' } },
      415,
      'Content-Encoding must be identity',
    ],
    ['a byte too many', ' '.repeat(MAX_BYTES + 1), {}, 413, 'the body may have at most 100 bytes'],
    [
      'a byte too many, in chunks',
      ' '.repeat(MAX_BYTES + 1),
      { chunked: true },
      413,
      'the body may have at most 100 bytes',
    ],
  ];
  for (const [what, body, options, status, error] of rows) {
    it(`has its status and a reason that quotes nothing: ${what}`, async () => {
      const reply = await send(body, options);
      assert.deepEqual([reply.status, JSON.parse(reply.text)], [status, { error }]);
      assertNoLeak({ reply: reply.text, outcome: await outcomes[0] });
    });
  }

  it('is not waited for when its length tells that it is too large', async () => {
    const socket = await opened();
    socket.write(head({ 'content-length': String(MAX_BYTES + 1) }));
    const answer = await textOf(socket);
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.match(answer, /\r\nconnection: close\r\n/i);
    socket.destroy();
  });

  it('is answered while it still comes, and has no end', async () => {
    const socket = await opened();
    socket.write(head({ 'transfer-encoding': 'chunked' }));
    socket.write(`65\r\n${' '.repeat(MAX_BYTES + 1)}\r\n`);
    const answer = await textOf(socket);
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.match(answer, /at most 100 bytes/);
    socket.destroy();
  });
});

describe('a body that breaks off', () => {
  for (const [what, headers, piece] of [
    ['before its length', { 'content-length': '50' }, '{"a":'],
    ['before its last chunk', { 'transfer-encoding': 'chunked' }, '5\r\n{"a":\r\n'],
  ] as const) {
    it(`is refused without a thought of what has come: one ${what}`, async () => {
      const socket = await opened();
      socket.write(head(headers) + piece);
      await received(socket);
      socket.destroy();
      const refused = await outcomes[0];
      assert.ok(refused instanceof BodyRefusedError);
      assert.deepEqual([refused.status, refused.message], [400, 'the body broke off']);
    });
  }
});

describe('the connection', () => {
  it('takes the next request after a refusal that had nothing to do with size', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const refused = [
      await send('{', { agent }),
      await send(' '.repeat(90), { agent, headers: { 'content-type': 'text/plain' } }),
      await send('x', { agent, headers: { 'content-encoding': 'br' } }),
    ];
    assert.deepEqual(
      refused.map(({ status }) => status),
      [400, 415, 415],
    );
    const next = await send({ fine: true }, { agent });
    assert.deepEqual([next.status, next.text], [200, '{"value":{"fine":true}}']);
    assert.ok(next.isOnSameConnection);
    agent.destroy();
  });

  it('ends after a body that was too large, since the rest of it would have to be read', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const refused = await send(' '.repeat(MAX_BYTES + 1), { agent });
    assert.deepEqual([refused.status, refused.headers.connection], [413, 'close']);
    const next = await send({ fine: true }, { agent });
    assert.deepEqual([next.status, next.isOnSameConnection], [200, false]);
    agent.destroy();
  });
});

function head(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: 'x', 'content-type': 'application/json', ...headers });
  return `POST / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

async function opened(): Promise<Socket> {
  const socket = connect(listener.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** The server has all that was written so far. */
async function received(socket: Socket): Promise<void> {
  while ((requests[0]?.socket.bytesRead ?? 0) < socket.bytesWritten) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What comes until the body of the answer has come, too. */
function textOf(socket: Socket): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('end', () => resolve(text));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text)?.[1];
      const body = text.split('\r\n\r\n')[1];
      if (length !== undefined && body !== undefined && Buffer.byteLength(body) >= Number(length))
        resolve(text);
    });
  });
}
