// Session tokens over HTTP: who gets one, and what it is good for.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { exchange, type RequestOptions } from '../http/exchange.ts';
import { envelope } from './reports.ts';
import { bearer, runBrowser, type RunningBrowser, WITH_TOKENS } from './running-browser.ts';

const HOUR_MS = 3_600_000;

describe('POST /v1/rtc/token', () => {
  let running: RunningBrowser;
  before(async () => (running = await runBrowser(WITH_TOKENS)));
  after(() => running.stop());

  const SERVER = { authorization: 'Bearer server' };
  const ask = (body: unknown, options: RequestOptions = {}) =>
    exchange(running.port, body, {
      path: '/v1/rtc/token',
      ...options,
      headers: { ...SERVER, ...options.headers },
    });

  it('mints a token that says when it ends, for nobody to keep', async () => {
    const reply = await ask({ session_id: 's-1' });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['cache-control'], 'no-store');
    const { token, expires_at_ms } = JSON.parse(reply.text) as { token: string; expires_at_ms: number };
    assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.equal(expires_at_ms, running.clock.nowMs() + HOUR_MS);
  });

  const REFUSED: readonly (readonly [
    rule: string,
    status: number,
    body: unknown,
    error: RegExp,
    options?: RequestOptions,
  ])[] = [
    ['no credential', 401, {}, /no valid credential/, { headers: { authorization: '' } }],
    [
      'a session token for a credential',
      401,
      {},
      /no valid/,
      { headers: { authorization: 'Bearer ey.ey.x' } },
    ],
    ['GET', 405, undefined, /only POST/, { method: 'GET' }],
    ['text', 415, '{}', /application\/json$/, { headers: { 'content-type': 'text/plain' } }],
    ['no JSON', 400, '{', /breaks at the end/],
    ['nothing', 400, '', /empty/],
    ['a list', 400, [], /must be an object/],
    ['no session', 400, {}, /session_id is missing/],
    ['a session that is a number', 400, { session_id: 7 }, /session_id must be text/],
    ['a session that is an address', 400, { session_id: '192.0.2.7' }, /session_id must not contain an IP/],
    ['a mistyped key', 400, { session_id: 's', sessionId: 's' }, /may have session_id, conversation_id/],
    ['an empty agent', 400, { session_id: 's', agent_id: '' }, /agent_id must not be empty/],
    ['dimensions that are text', 400, { session_id: 's', dimensions: 'x' }, /dimensions must be an object/],
    ['an unknown dimension', 400, { session_id: 's', dimensions: { mail: 'x' } }, /may have site, region/],
    [
      'a dimension with an address',
      400,
      { session_id: 's', dimensions: { site: '192.0.2.7' } },
      /dimensions\.site must not contain an IP/,
    ],
    ['more than a token needs', 413, { session_id: 'x'.repeat(9_000) }, /8192 bytes/],
  ];
  for (const [rule, status, body, error, options] of REFUSED) {
    it(`answers ${status} to ${rule}`, async () => {
      const reply = await ask(body, options);
      assert.equal(reply.status, status, reply.text);
      assert.match(reply.json().error ?? '', error);
    });
  }

  it('is not there when no tokens are in use, or when nobody may ask for them', async () => {
    for (const config of [{}, { session_tokens: WITH_TOKENS.session_tokens }]) {
      const other = await runBrowser(config);
      const reply = await exchange(
        other.port,
        { session_id: 's' },
        { path: '/v1/rtc/token', headers: SERVER },
      );
      assert.equal(reply.status, 404);
      await other.stop();
    }
  });
});

describe('a session token', () => {
  let running: RunningBrowser;
  afterEach(() => running.stop());

  it('is believed in the header and in the query', async () => {
    running = await runBrowser(WITH_TOKENS);
    const token = await running.mint({ session_id: 's-1' });
    assert.equal((await running.report(envelope([0]), { headers: bearer(token) })).status, 200);
    const path = `/v1/rtc?access_token=${token}`;
    assert.equal((await running.report(envelope([1]), { path })).json().accepted, 1);
  });

  it('says whom the samples are of, whatever the body says', async () => {
    running = await runBrowser(WITH_TOKENS);
    const token = await running.mint({
      session_id: 's-1',
      conversation_id: 'c-1',
      agent_id: 'anna',
      dimensions: { site: 'berlin' },
    });
    const body = envelope([0, 5], {
      conversation_id: 'c-2',
      agent_id: 'mallory',
      dimensions: { site: 'x', region: 'eu' },
      events: [{ type: 'connected', at_ms: running.clock.nowMs() }],
    });
    running.clock.advance(5_000);
    assert.equal((await running.report(body, { headers: bearer(token) })).json().accepted, 3);
    const { kind, sessionId, conversationId, agentId, dimensions } = running.taken()[0]!;
    assert.deepEqual([kind, sessionId, conversationId, agentId], ['event', 's-1', 'c-1', 'anna']);
    assert.deepEqual(dimensions, { site: 'berlin', region: 'eu' });
  });

  it('lets a body without a session report, for the session of the token', async () => {
    running = await runBrowser(WITH_TOKENS);
    const token = await running.mint({ session_id: 's-9' });
    const event = { events: [{ type: 'ended', at_ms: running.clock.nowMs() }] };
    assert.equal((await running.report(event, { headers: bearer(token) })).status, 200);
    assert.equal(running.taken()[0]?.sessionId, 's-9');
  });

  it('is refused with 403 when the body or the query names another session', async () => {
    running = await runBrowser(WITH_TOKENS);
    const headers = bearer(await running.mint({ session_id: 's-1' }));
    const foreign = envelope([0], { session_id: 's-2' });
    const event = { type: 'ended', at_ms: running.clock.nowMs() };
    const rows: readonly (readonly [unknown, string?])[] = [
      [foreign],
      [[envelope([0]), foreign]],
      [{ session_id: 's-2', events: [event] }],
      [{ events: [foreign] }],
      [envelope([0]), '/v1/rtc?session_id=s-2'],
    ];
    for (const [body, path = '/v1/rtc'] of rows) {
      const reply = await running.report(body, { headers, path });
      assert.equal(reply.status, 403, JSON.stringify(body));
      assert.equal(reply.json().code, 'other_session');
    }
    assert.equal(running.batches.length, 0);
    const counted = { receiver: 'browser', cause: 'other_session' };
    assert.equal(await running.settings.recorded('webrtc.receiver.refused_tokens', counted), rows.length);
  });

  it('is refused with 401 and a word that a program can act upon', async () => {
    running = await runBrowser(WITH_TOKENS);
    const token = await running.mint({ session_id: 's-1' });
    running.clock.advance(HOUR_MS + 30_000);
    const rows = [
      ['missing_token', {}, 'Bearer'],
      ['missing_token', { authorization: 'Basic YTpi' }, 'Bearer'],
      ['malformed_token', bearer('x'), 'Bearer error="invalid_token"'],
      ['expired_token', bearer(token), 'Bearer error="invalid_token"'],
      ['wrong_key', bearer(`${token}A`), 'Bearer error="invalid_token"'],
    ] as const;
    for (const [code, headers, challenge] of rows) {
      const reply = await running.report(envelope([0]), { headers });
      assert.equal(reply.status, 401);
      assert.equal(reply.json().code, code);
      assert.match(reply.json().error ?? '', /token/);
      assert.equal(reply.headers['www-authenticate'], challenge);
    }
    const counted = { receiver: 'browser', cause: 'missing_token' };
    assert.equal(await running.settings.recorded('webrtc.receiver.refused_tokens', counted), 2);
    assert.equal(running.batches.length, 0);
  });

  it('is refused before the body is read', async () => {
    running = await runBrowser(WITH_TOKENS);
    const reply = await running.report('no JSON', { headers: { 'content-type': 'text/html' } });
    assert.equal(reply.status, 401);
  });

  it('may be left out where tokens are not required, and is checked where it is shown', async () => {
    const session_tokens = { ...WITH_TOKENS.session_tokens, required: false };
    running = await runBrowser({ ...WITH_TOKENS, session_tokens });
    assert.equal((await running.report(envelope([0]))).status, 200);
    assert.equal((await running.report(envelope([1]), { headers: bearer('x') })).status, 401);
    const headers = bearer(await running.mint({ session_id: 's-1' }));
    assert.equal((await running.report(envelope([0], { session_id: 's-2' }), { headers })).status, 403);
  });

  it('serves after a restart, and after the key was rotated', async () => {
    running = await runBrowser(WITH_TOKENS);
    const headers = bearer(await running.mint({ session_id: 's-1' }));
    await running.stop();
    const { signing_key } = WITH_TOKENS.session_tokens;
    const signing_keys = ['another key, also with 32 bytes…', signing_key];
    running = await runBrowser({ ...WITH_TOKENS, session_tokens: { signing_keys } });
    assert.equal((await running.report(envelope([0]), { headers })).status, 200);
  });
});

describe('?session_id=', () => {
  it('names the session where no token is needed', async () => {
    const running = await runBrowser();
    const event = { events: [{ type: 'ended', at_ms: running.clock.nowMs() }] };
    assert.equal((await running.report(event, { path: '/v1/rtc?session_id=from%20query' })).status, 200);
    assert.equal(running.taken()[0]?.sessionId, 'from query');
    // It proves nothing, so that nothing is refused for it: it is what the sender says last.
    assert.equal((await running.report(envelope([0, 5]), { path: '/v1/rtc?session_id=s-2' })).status, 200);
    assert.equal(running.taken()[1]?.sessionId, 's-2');
    const bad = await running.report(event, { path: '/v1/rtc?session_id=192.0.2.7' });
    assert.equal(bad.status, 400);
    assert.match(bad.json().error ?? '', /session_id must not contain an IP address/);
    await running.stop();
  });
});
