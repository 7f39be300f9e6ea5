// Which request gets which answer, over real HTTP.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { RequestOptions } from '../http/exchange.ts';
import { goodEvent, type RunningReceiver, runReceiver } from './running-receiver.ts';

const KEEPER = {
  start: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
  authenticate: ({ authorization }: { authorization?: string }) => authorization === 'Bearer right',
};
const AUTHORIZED = { authorization: 'Bearer right' };

interface Row {
  readonly rule: string;
  readonly body?: unknown;
  readonly options?: RequestOptions;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly error?: RegExp;
}

const GZIP = { 'content-encoding': 'gzip' };
const NDJSON = { 'content-type': 'application/x-ndjson' };

const ROWS: readonly Row[] = [
  { rule: 'a good event', status: 200 },
  { rule: 'a query behind the path', options: { path: '/v1/events?source=sdk' }, status: 200 },
  {
    rule: 'a charset of utf-8',
    options: { headers: { 'content-type': 'application/json; charset=UTF-8' } },
    status: 200,
  },
  {
    rule: 'a quoted charset',
    options: { headers: { 'content-type': 'Application/JSON;charset="utf-8"' } },
    status: 200,
  },
  { rule: 'an identity encoding', options: { headers: { 'content-encoding': 'identity' } }, status: 200 },
  {
    rule: 'a body of lines',
    body: `${JSON.stringify(goodEvent())}\n`,
    options: { headers: NDJSON },
    status: 200,
  },
  { rule: 'gzip', body: gzipSync(JSON.stringify(goodEvent())), options: { headers: GZIP }, status: 200 },
  {
    rule: 'gzip of lines',
    body: gzipSync(JSON.stringify(goodEvent())),
    options: { headers: { ...GZIP, ...NDJSON } },
    status: 200,
  },
  { rule: 'a body that comes without its length', options: { chunked: true }, status: 200 },
  { rule: 'an empty list', body: [], status: 200 },
  { rule: 'a good event beside a bad one', body: [goodEvent(), {}], status: 200 },

  { rule: 'only bad entries', body: [{}, 7], status: 400 },
  { rule: 'an empty body', body: '', status: 400, error: /empty/ },
  { rule: 'an empty gzip', body: gzipSync(''), options: { headers: GZIP }, status: 400, error: /empty/ },
  { rule: 'blank lines', body: '\n\n', options: { headers: NDJSON }, status: 400, error: /empty/ },
  { rule: 'no JSON', body: '{"a":1,}', status: 400, error: /line 1, column 8/ },
  { rule: 'no gzip', body: 'plain', options: { headers: GZIP }, status: 400, error: /gzip/ },
  {
    rule: 'half a gzip',
    body: gzipSync(JSON.stringify(goodEvent())).subarray(0, 30),
    options: { headers: GZIP },
    status: 400,
    error: /gzip/,
  },

  {
    rule: 'no credential',
    options: { headers: { authorization: '' } },
    status: 401,
    headers: { 'www-authenticate': 'Bearer' },
  },
  {
    rule: 'a wrong credential',
    options: { headers: { authorization: 'Bearer wrong' } },
    status: 401,
    headers: { 'www-authenticate': 'Bearer' },
  },
  {
    rule: 'a wrong credential is told before a wrong type',
    options: { headers: { authorization: 'x', 'content-type': 'text/html' } },
    status: 401,
  },

  { rule: 'another path', options: { path: '/' }, status: 404, error: /\/v1\/events/ },
  { rule: 'a path that is no URL', options: { path: '/%zz' }, status: 404 },
  { rule: 'a path below', options: { path: '/v1/events/7' }, status: 404 },
  { rule: 'GET', body: '', options: { method: 'GET' }, status: 405, headers: { allow: 'POST' } },
  { rule: 'PUT', options: { method: 'PUT' }, status: 405, headers: { allow: 'POST' } },
  { rule: 'DELETE', body: '', options: { method: 'DELETE' }, status: 405, headers: { allow: 'POST' } },
  { rule: 'OPTIONS', body: '', options: { method: 'OPTIONS' }, status: 405, headers: { allow: 'POST' } },

  { rule: 'a body over the limit', body: ' '.repeat(5_000), status: 413, error: /4096/ },
  {
    rule: 'a body over the limit after decompression',
    body: gzipSync(' '.repeat(5_000)),
    options: { headers: GZIP },
    status: 413,
    error: /4096/,
  },
  {
    rule: 'a body over the limit without a length',
    body: ' '.repeat(5_000),
    options: { chunked: true },
    status: 413,
  },

  { rule: 'no type', options: { headers: { 'content-type': '' } }, status: 415 },
  {
    rule: 'text',
    options: { headers: { 'content-type': 'text/plain' } },
    status: 415,
    error: /application\/x-ndjson/,
  },
  {
    rule: 'a form',
    options: { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    status: 415,
  },
  {
    rule: 'another charset',
    options: { headers: { 'content-type': 'application/json; charset=utf-16' } },
    status: 415,
  },
  {
    rule: 'deflate',
    options: { headers: { 'content-encoding': 'deflate' } },
    status: 415,
    headers: { 'accept-encoding': 'gzip, identity' },
  },
  { rule: 'brotli', options: { headers: { 'content-encoding': 'br' } }, status: 415 },
  { rule: 'gzip upon gzip', options: { headers: { 'content-encoding': 'gzip, gzip' } }, status: 415 },
];

describe('the answer', () => {
  let running: RunningReceiver;
  before(async () => {
    const config = { auth: { authenticator: 'bearertokenauth' }, max_body_bytes: 4_096 };
    running = await runReceiver(config, { bearertokenauth: KEEPER });
  });
  after(() => running.stop());

  for (const { rule, body = goodEvent(), options = {}, status, headers = {}, error } of ROWS) {
    it(`is ${status} for ${rule}`, async () => {
      running.clock.advance(1);
      const reply = await running.post(body, { ...options, headers: { ...AUTHORIZED, ...options.headers } });
      assert.equal(reply.status, status, reply.text);
      for (const [name, value] of Object.entries(headers)) assert.equal(reply.headers[name], value);
      if (reply.text !== '') assert.equal(reply.headers['content-type'], 'application/json; charset=utf-8');
      assert.equal(reply.headers['x-content-type-options'], 'nosniff');
      assert.equal(reply.headers['x-powered-by'], undefined);
      assert.ok(!/ at .*\.(ts|js):/.test(reply.text), 'no stack trace');
      if (error !== undefined) assert.match(reply.json().error ?? '', error);
    });
  }
});

describe('the body of the answer', () => {
  it('tells how many were accepted, which were rejected and how many were duplicates', async () => {
    const running = await runReceiver();
    const reply = await running.post([
      goodEvent('a'),
      { ...goodEvent('b'), metrics: { mos: 9 } },
      goodEvent('a'),
    ]);
    assert.equal(
      reply.text,
      '{"accepted":1,"rejected":[{"index":1,"path":"metrics.mos","reason":"must be a number from 1 to 5"}],"duplicates":1}',
    );
    await running.stop();
  });

  it('lists a hundred rejections at most, and then tells how many there were', async () => {
    const running = await runReceiver();
    const reply = await running.post(new Array(150).fill({}));
    assert.equal(reply.status, 400);
    assert.equal(reply.json().rejected?.length, 100);
    assert.equal(reply.json().rejected_total, 150);
    await running.stop();
  });

  it('comes only after the next stage is done', async () => {
    const running = await runReceiver();
    let finish = () => {};
    const reached = new Promise<void>((resolve) => {
      running.onConsume = () => {
        resolve();
        return new Promise((done) => (finish = done));
      };
    });
    let answered = false;
    const reply = running.post(goodEvent()).finally(() => (answered = true));
    await reached;
    assert.equal(answered, false);
    finish();
    assert.equal((await reply).json().accepted, 1);
    await running.stop();
  });
});
