import assert from 'node:assert/strict';
import { after, before, describe, it, mock } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  clientCredentialsGrantRequest,
  processClientCredentialsResponse,
} from 'oauth4webapi';
import { assertNoLeak } from '../../support/no-leak.ts';
import { NOW_S } from '../access-tokens.ts';
import { bearer, CLIENTS, RunningApi, SECRET, SECRET_HASH, SIGNING_KEY, withApi } from '../running-api.ts';
import { SAMPLE_OPERATIONS } from '../sample-operations.ts';

const FORM = `grant_type=client_credentials&client_id=grafana&client_secret=${SECRET}`;
const CHALLENGE = 'Basic realm="webrtc-quality-bridge", charset="UTF-8"';

interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope: string;
}

interface TokenError {
  readonly error: string;
  readonly error_description: string;
}

describe('POST /oauth/token', () => {
  let running: RunningApi;
  before(async () => {
    running = await RunningApi.start(SAMPLE_OPERATIONS);
  });
  after(() => running.stop());

  it("answers the guide's request with a token that the API believes, for nobody to keep", async () => {
    const answer = await running.askToken(`${FORM}&scope=analytics:read+realtime:read`);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['content-type'], 'application/json');
    const { access_token: token, ...rest } = answer.json<TokenAnswer>();
    assert.deepEqual(rest, {
      token_type: 'bearer',
      expires_in: 3_600,
      scope: 'realtime:read analytics:read',
    });
    const asked = { method: 'POST', headers: { ...bearer(token), 'content-type': 'application/json' } };
    assert.equal((await running.ask('/api/v2/query', { ...asked, body: { select: ['count'] } })).status, 200);
    assert.equal((await running.ask('/api/v1/things/one', { headers: bearer(token) })).status, 403);
  });

  it('makes JWTs as RFC 9068 has them', async () => {
    const token = await running.token('narrow');
    assert.deepEqual(decodeProtectedHeader(token), { alg: 'HS256', typ: 'at+jwt' });
    const { jti, ...claims } = decodeJwt(token);
    assert.match(String(jti), /^[0-9a-f-]{36}$/);
    assert.deepEqual(claims, {
      iss: 'webrtc-quality-bridge',
      aud: 'webrtc-quality-bridge/api',
      sub: 'narrow',
      client_id: 'narrow',
      scope: 'realtime:read',
      iat: NOW_S,
      exp: NOW_S + 3_600,
    });
    assert.notEqual(decodeJwt(await running.token('narrow')).jti, jti);
  });

  it('gives all that the client may have when it asks for no scope, and each once', async () => {
    const scopeFor = async (scope: string) => {
      const answer = await running.askToken(`${FORM}${scope}`);
      return answer.json<TokenAnswer>().scope;
    };
    assert.equal(await scopeFor(''), 'realtime:read analytics:read sessions:read incidents:read');
    assert.equal(await scopeFor('&scope='), 'realtime:read analytics:read sessions:read incidents:read');
    assert.equal(await scopeFor('&scope=sessions:read+sessions:read'), 'sessions:read');
  });

  it('is understood by a client that was written for the RFC, with either way of authentication', async () => {
    const server = { issuer: 'http://x', token_endpoint: `http://127.0.0.1:${running.port}/oauth/token` };
    const client = { client_id: 'narrow' };
    for (const authentication of [ClientSecretBasic(SECRET), ClientSecretPost(SECRET)]) {
      const parameters = new URLSearchParams({ scope: 'realtime:read' });
      const options = { [allowInsecureRequests]: true };
      const response = await clientCredentialsGrantRequest(
        server,
        client,
        authentication,
        parameters,
        options,
      );
      const { expires_in, scope } = await processClientCredentialsResponse(server, client, response);
      assert.deepEqual([expires_in, scope], [3_600, 'realtime:read']);
    }
  });

  const GRANT = 'grant_type=client_credentials';
  const refused: [
    rule: string,
    body: string,
    headers: Record<string, string>,
    status: number,
    error: string,
  ][] = [
    ['a wrong secret', `${GRANT}&client_id=wrong-1&client_secret=${SECRET}x`, {}, 401, 'invalid_client'],
    ['an unknown client', `${GRANT}&client_id=wrong-2&client_secret=${SECRET}`, {}, 401, 'invalid_client'],
    [
      'the hash for the secret',
      `${GRANT}&client_id=grafana&client_secret=${SECRET_HASH}`,
      {},
      401,
      'invalid_client',
    ],
    ['no credentials', GRANT, {}, 401, 'invalid_client'],
    ['an unknown scope', `${FORM}&scope=architect:edit`, {}, 400, 'invalid_scope'],
    [
      'a scope that the client may not have',
      `${GRANT}&client_id=narrow&client_secret=${SECRET}&scope=realtime:read+sessions:read`,
      {},
      400,
      'invalid_scope',
    ],
    [
      'a scope, when the secret is wrong',
      `${GRANT}&client_id=x&client_secret=y&scope=no`,
      {},
      401,
      'invalid_client',
    ],
    ['another grant', 'grant_type=password', {}, 400, 'unsupported_grant_type'],
    ['JSON', '{}', { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['no type', FORM, { 'content-type': '' }, 400, 'invalid_request'],
    ['more than a form needs', `${FORM}&x=${'x'.repeat(4_096)}`, {}, 413, 'invalid_request'],
  ];
  for (const [rule, body, headers, status, error] of refused) {
    it(`refuses ${rule} with ${status}`, async () => {
      const answer = await running.askToken(body, headers);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.equal(answer.headers['www-authenticate'], status === 401 ? CHALLENGE : undefined);
      const { error: code, error_description: description, ...nothing } = answer.json<TokenError & object>();
      assert.deepEqual([code, nothing], [error, {}]);
      assert.match(description, /^[ !#-[\]-~]+$/, 'the characters of RFC 6749, 5.2');
      for (const sent of ['wrong-1', 'architect', SECRET]) assert.ok(!answer.text.includes(sent));
    });
  }

  it('says the same of a wrong secret and of an unknown client', async () => {
    const texts = [
      await running.askToken(`${GRANT}&client_id=narrow&client_secret=guess`),
      await running.askToken(`${GRANT}&client_id=nobody&client_secret=guess`),
    ].map(({ status, text }) => [status, text]);
    assert.deepEqual(texts[0], texts[1]);
  });

  it('refuses parameters in the address, and says nothing to another method', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const inAddress = await running.ask(`/oauth/token?client_secret=${SECRET}`, {
      method: 'POST',
      headers: form,
      body: FORM,
    });
    assert.deepEqual(
      [inAddress.status, inAddress.json<TokenError>()],
      [400, { error: 'invalid_request', error_description: 'parameters belong into the body' }],
    );
    for (const method of ['GET', 'PUT', 'OPTIONS']) {
      const other = await running.ask('/oauth/token', { method });
      assert.deepEqual([other.status, other.headers.allow], [405, 'POST']);
      assert.equal(other.json<TokenError>().error, 'invalid_request');
    }
  });

  it('lets no secret into the log', () => {
    for (const secret of [SECRET, SECRET_HASH, SIGNING_KEY])
      assertNoLeak({ lines: running.settings.lines }, secret);
  });
});

describe('guessing at the token endpoint', () => {
  it('is slow for one id, whether there is such a client or not, and hinders no other', async () => {
    await withApi([], {}, async (running) => {
      mock.timers.enable({ apis: ['Date'], now: running.clock.nowMs() });
      try {
        const guess = (id: string) =>
          running.askToken(`grant_type=client_credentials&client_id=${id}&client_secret=guess`);
        for (const id of ['grafana', 'nobody']) {
          for (let count = 0; count < 10; count += 1) assert.equal((await guess(id)).status, 401);
          const answer = await guess(id);
          assert.equal(answer.status, 429);
          assert.equal(answer.headers['retry-after'], '60');
          assert.equal(answer.json<TokenError>().error, 'temporarily_unavailable');
        }
        assert.equal((await running.askToken(FORM)).status, 429, 'also for who knows the secret');
        assert.equal((await running.token('narrow')) === '', false);
        running.clock.advance(60_000);
        mock.timers.setTime(running.clock.nowMs());
        assert.equal((await running.askToken(FORM)).status, 200);
      } finally {
        mock.timers.reset();
      }
    });
  });

  it('is bounded for all ids together', async () => {
    await withApi([], {}, async (running) => {
      // Refused before a hash is made, but counted.
      const statuses = new Map<number, number>();
      for (let count = 0; count < 245; count += 1) {
        const { status } = await running.askToken('grant_type=password');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      assert.deepEqual(Object.fromEntries(statuses), { 400: 240, 429: 5 });
      assert.equal((await running.askToken(FORM)).status, 429);
      running.clock.advance(60_000);
      assert.equal((await running.askToken(FORM)).status, 200);
    });
  });
});

describe('an API without clients', () => {
  it('says once that nobody gets a token, and gives none', async () => {
    await withApi(SAMPLE_OPERATIONS, { clients: [] }, async (running) => {
      const lines = running.settings.lines.filter(({ level }) => level === 'warn');
      assert.deepEqual(
        lines.map(({ msg }) => msg),
        ['no clients are configured, so nobody gets a token; make one with "api new-client ID"'],
      );
      assert.equal((await running.askToken(FORM)).status, 401);
      assert.equal((await running.ask('/openapi.json')).status, 200);
    });
  });

  it('is not what one with clients says', async () => {
    await withApi([], { clients: CLIENTS }, (running) => {
      assert.deepEqual(running.settings.lines, []);
      return Promise.resolve();
    });
  });
});
