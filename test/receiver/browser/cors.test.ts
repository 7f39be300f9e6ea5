// What a browser is told about which pages may talk to the receiver, over real HTTP.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { exchange } from '../http/exchange.ts';
import { envelope } from './reports.ts';
import { bearer, runBrowser, type RunningBrowser, WITH_TOKENS } from './running-browser.ts';

const ALLOWED = 'https://app.example.com';
const CORS_HEADERS = [
  'access-control-allow-origin',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-allow-credentials',
  'access-control-allow-private-network',
  'access-control-expose-headers',
  'access-control-max-age',
];

describe('the receiver and pages of other origins', () => {
  let running: RunningBrowser;
  let authorization: { authorization: string };
  before(async () => {
    running = await runBrowser({ ...WITH_TOKENS, allowed_origins: [ALLOWED, 'https://*.example.org'] });
    authorization = bearer(await running.mint({ session_id: 's-1' }));
  });
  after(() => running.stop());

  function corsHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(
      CORS_HEADERS.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]),
    );
  }

  function preflight(headers: Readonly<Record<string, string>>) {
    const asked = { 'access-control-request-method': 'POST' };
    return running.report(undefined, { method: 'OPTIONS', headers: { ...asked, ...headers } });
  }

  for (const origin of [ALLOWED, 'https://eu.example.org']) {
    it(`answers the preflight of ${origin}`, async () => {
      const reply = await preflight({ origin });
      assert.equal(reply.status, 204);
      assert.deepEqual(corsHeaders(reply.headers), {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization, content-type, content-encoding',
        'access-control-expose-headers': 'retry-after',
        'access-control-max-age': '600',
      });
      assert.equal(reply.headers.vary, 'Origin');
    });

    it(`lets ${origin} read the answer`, async () => {
      const reply = await running.report(envelope([0]), { headers: { origin, ...authorization } });
      assert.equal(reply.status, 200, reply.text);
      assert.equal(reply.headers['access-control-allow-origin'], origin);
      assert.equal(reply.headers.vary, 'Origin');
    });
  }

  it('lets a page of the internet reach a private network when it asks for that', async () => {
    const asked = { 'access-control-request-private-network': 'true' };
    const reply = await preflight({ origin: ALLOWED, ...asked });
    assert.equal(reply.headers['access-control-allow-private-network'], 'true');
    const refused = await preflight({ origin: 'https://evil.example', ...asked });
    assert.deepEqual(corsHeaders(refused.headers), {});
  });

  for (const origin of [
    'https://evil.example',
    'http://app.example.com',
    'https://app.example.com.evil.example',
  ]) {
    it(`refuses ${origin}, and tells its browser nothing`, async () => {
      const before = running.batches.length;
      const asked = await preflight({ origin });
      assert.equal(asked.status, 403);
      assert.deepEqual(corsHeaders(asked.headers), {});
      const reply = await running.report(envelope([9]), { headers: { origin, ...authorization } });
      assert.equal(reply.status, 403);
      assert.match(reply.json().error ?? '', /allowed_origins/);
      assert.deepEqual(corsHeaders(reply.headers), {});
      assert.equal(reply.headers.vary, 'Origin');
      assert.ok(!reply.text.includes('evil'));
      assert.equal(running.batches.length, before);
    });
  }

  it('lets a page of an allowed origin read why it was refused', async () => {
    const origin = { origin: ALLOWED };
    const rows: readonly (readonly [status: number, body: unknown, headers: Record<string, string>])[] = [
      [401, envelope([0]), {}],
      [403, envelope([0], { session_id: 's-2' }), authorization],
      [400, '{', authorization],
      [413, ' '.repeat(300_000), authorization],
      [415, '{}', { ...authorization, 'content-type': 'application/xml' }],
    ];
    for (const [status, body, headers] of rows) {
      const reply = await running.report(body, { headers: { ...origin, ...headers } });
      assert.equal(reply.status, status, reply.text);
      assert.equal(reply.headers['access-control-allow-origin'], ALLOWED, String(status));
    }
  });

  it('asks nothing of requests that come from no page', async () => {
    const reply = await running.report(envelope([0]), { headers: authorization });
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(corsHeaders(reply.headers), {});
  });

  it('takes the beacon of a page that hides its origin, since its token proves whose it is', async () => {
    const reply = await running.report(envelope([0]), { headers: { origin: 'null', ...authorization } });
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(corsHeaders(reply.headers), {});
  });

  it('takes a page that came by the same name', async () => {
    const host = 'rtc.example.com';
    const headers = { origin: `https://${host}`, host, ...authorization };
    assert.equal((await running.report(envelope([0]), { headers })).status, 200);
  });

  for (const method of ['POST', 'OPTIONS', 'GET']) {
    it(`never serves tokens to a page (${method})`, async () => {
      const headers = { origin: ALLOWED, authorization: 'Bearer server' };
      const reply = await exchange(
        running.port,
        { session_id: 's-1' },
        { path: '/v1/rtc/token', method, headers },
      );
      assert.equal(reply.status, 403);
      assert.match(reply.json().error ?? '', /does not belong into a page/);
      assert.deepEqual(corsHeaders(reply.headers), {});
    });
  }

  it('serves the client to every page', async () => {
    const reply = await exchange(running.port, undefined, {
      path: '/client.js',
      method: 'GET',
      headers: { origin: 'https://anybody.example' },
    });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['access-control-allow-origin'], '*');
  });
});

describe('a receiver of this machine that asks for no token', () => {
  let running: RunningBrowser;
  before(async () => (running = await runBrowser()));
  after(() => running.stop());

  const ROWS: readonly (readonly [rule: string, headers: Record<string, string>, status: number])[] = [
    ['no page', {}, 200],
    ['a page of its own', { origin: 'http://localhost:4322', host: 'localhost:4322' }, 200],
    ['a page of another port', { origin: 'http://localhost:3000', host: 'localhost:4322' }, 403],
    ['a page of the internet', { origin: 'https://evil.example' }, 403],
    [
      'a page whose name was made to point here',
      { origin: 'http://evil.example', host: 'evil.example' },
      403,
    ],
    ['a page in a sandbox', { origin: 'null' }, 403],
  ];
  for (const [rule, headers, status] of ROWS) {
    it(`answers ${status} to ${rule}`, async () => {
      assert.equal((await running.report(envelope([0]), { headers })).status, status);
    });
  }
});
