// Every token that is not believed, with the exact answer to it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { encoded, NOW_S, otherKey, tokenOf, tokenOfRsa, unsignedToken } from '../access-tokens.ts';
import { bearer, CLIENTS, RunningApi, withApi } from '../running-api.ts';
import { SAMPLE_OPERATIONS } from '../sample-operations.ts';
import { assertNoLeak } from '../../support/no-leak.ts';

const REALM = 'realm="webrtc-quality-bridge"';
const PATH = '/api/v1/things/one';

const good = await tokenOf();
const [header, payload, signature] = good.split('.') as [string, string, string];

/** The description, and the cause that it is counted as. */
type Fault = readonly [description: string, cause: string];
const MALFORMED: Fault = ['the token is malformed', 'malformed_token'];
const CLAIMS: Fault = ['the token lacks claims, or has malformed ones', 'wrong_claims'];
const FORGED: Fault = ['the signature of the token is not ours', 'wrong_signature'];
const ALGORITHM: Fault = ['the token is signed by another algorithm than HS256', 'wrong_algorithm'];
const EXPIRED: Fault = ['the token is expired', 'expired_token'];
const FUTURE: Fault = ['the token is issued in the future', 'issued_in_the_future'];
const GONE: Fault = ['the client of the token is not configured any more', 'unknown_client'];
const ISSUER: Fault = ['the token is of another issuer', 'wrong_issuer'];
const AUDIENCE: Fault = ['the token is for another audience', 'wrong_audience'];
const TYPE: Fault = ['the token is no access token', 'wrong_type'];

const NOT_BELIEVED: readonly (readonly [rule: string, token: string, fault: Fault])[] = [
  ['expired', await tokenOf({ iat: NOW_S - 3_610, exp: NOW_S - 5 }), EXPIRED],
  [
    'that would serve longer than any of ours',
    await tokenOf({ iat: NOW_S - 3_606, exp: NOW_S + 3_600 }),
    EXPIRED,
  ],
  ['of the future', await tokenOf({ iat: NOW_S + 6 }), FUTURE],
  ['not valid yet', await tokenOf({ nbf: NOW_S + 60 }), CLAIMS],
  ['signed by another key', await tokenOf({}, { key: otherKey() }), FORGED],
  ['whose claims were changed', `${header}.${encoded({ sub: 'grafana' })}.${signature}`, FORGED],
  ['without a signature', `${header}.${payload}.`, FORGED],
  ['with a signature that lacks its end', good.slice(0, -3), FORGED],
  ['that says alg: none', await unsignedToken(), ALGORITHM],
  [
    'that says alg: none, signed',
    `${encoded({ alg: 'none', typ: 'at+jwt' })}.${payload}.${signature}`,
    ALGORITHM,
  ],
  ['of RS256', await tokenOfRsa(), ALGORITHM],
  ['of HS512 by our key', await tokenOf({}, { alg: 'HS512', key: Buffer.alloc(64, 'k') }), ALGORITHM],
  ['for another audience', await tokenOf({ aud: 'webrtc-quality-bridge/browser' }), AUDIENCE],
  ['for no audience', await tokenOf({ aud: undefined }), AUDIENCE],
  ['of another issuer', await tokenOf({ iss: 'https://login.mypurecloud.com' }), ISSUER],
  ['of no issuer', await tokenOf({ iss: undefined }), ISSUER],
  ['of another type', await tokenOf({}, { typ: 'JWT' }), TYPE],
  ['without an end', await tokenOf({ exp: undefined }), CLAIMS],
  ['without a beginning', await tokenOf({ iat: undefined }), CLAIMS],
  ['with a beginning that is text', await tokenOf({ iat: 'now' }), CLAIMS],
  ['without an id', await tokenOf({ jti: undefined }), CLAIMS],
  ['without a client', await tokenOf({ sub: undefined }), CLAIMS],
  ['of two clients', await tokenOf({ client_id: 'narrow' }), CLAIMS],
  ['without scopes', await tokenOf({ scope: undefined }), CLAIMS],
  ['with scopes that are a list', await tokenOf({ scope: ['sessions:read'] }), CLAIMS],
  ['of a client that was removed', await tokenOf({ sub: 'prometheus', client_id: 'prometheus' }), GONE],
  ['cut off', `${header}.${payload}`, MALFORMED],
  ['that is two dots', '..', MALFORMED],
  ['that is no JWT', 'sesame', MALFORMED],
  ['that is several words', `${good} ${good}`, MALFORMED],
  ['whose header is no JSON', `x.${payload}.${signature}`, MALFORMED],
  ['that is encrypted', `${encoded({ alg: 'dir', enc: 'A256GCM' })}....`, MALFORMED],
  ['of more than 4 KiB', `${good}${'A'.repeat(4_096)}`, MALFORMED],
];

const NOT_ENOUGH: readonly (readonly [rule: string, token: string])[] = [
  ['does not carry the scope', await tokenOf({ scope: 'realtime:read analytics:read' })],
  ['carries no scope', await tokenOf({ scope: '' })],
  ['carries what only looks like it', await tokenOf({ scope: 'sessions:read2 xsessions:read' })],
  ['is of a client that may not have it any more', await tokenOf({ sub: 'narrow', client_id: 'narrow' })],
];

describe('a token that is not believed', () => {
  let running: RunningApi;
  before(async () => {
    running = await RunningApi.start(SAMPLE_OPERATIONS);
  });
  after(() => running.stop());

  for (const [rule, token, [description, cause]] of NOT_BELIEVED) {
    it(`is one ${rule}`, async () => {
      const counted = async () =>
        (await running.settings.recorded('webrtc.api.refused_tokens', { extension: 'api', cause })) ?? 0;
      const countBefore = await counted();
      const answer = await running.ask(PATH, { headers: bearer(token) });
      assert.equal(answer.status, 401);
      assert.equal(
        answer.headers['www-authenticate'],
        `Bearer ${REALM}, error="invalid_token", error_description="${description}"`,
      );
      assert.deepEqual(answer.json(), { message: description, code: 'bad.credentials', status: 401 });
      assert.equal(await counted(), countBefore + 1);
    });
  }

  it('is in no line of the log', () => {
    assert.ok(running.settings.lines.every(({ level }) => level !== 'error'));
    for (const [, token] of NOT_BELIEVED)
      if (token.length > 20) assertNoLeak({ lines: running.settings.lines }, token);
  });
});

describe('a token', () => {
  let running: RunningApi;
  before(async () => {
    running = await RunningApi.start(SAMPLE_OPERATIONS);
  });
  after(() => running.stop());

  const missing: [rule: string, path: string, headers: Record<string, string>][] = [
    ['no header at all', PATH, {}],
    ['another scheme', PATH, { authorization: 'Basic Z3JhZmFuYTpzZXNhbWU=' }],
    ['the scheme alone', PATH, { authorization: 'Bearer' }],
    ['a token without its scheme', PATH, { authorization: good }],
    ['a token in the address', `${PATH}?access_token=${good}`, {}],
  ];
  for (const [rule, path, headers] of missing) {
    it(`is missing with ${rule}, which is told without an error`, async () => {
      const answer = await running.ask(path, { headers });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers['www-authenticate'], `Bearer ${REALM}`);
      assert.equal(answer.json().code, 'authentication.required');
    });
  }

  it('is believed to the last second and five more, under any case of the scheme', async () => {
    const ending = await tokenOf({ iat: NOW_S - 3_600, exp: NOW_S - 4 });
    const beginning = await tokenOf({ iat: NOW_S + 5 });
    for (const authorization of [`Bearer ${ending}`, `bearer ${beginning}`, `BEARER  ${good}`]) {
      assert.equal((await running.ask(PATH, { headers: { authorization } })).status, 200);
    }
  });

  it('speaks for its client, with its scopes', async () => {
    const token = await tokenOf({ scope: 'sessions:read made:up realtime:read' });
    const answer = await running.ask(PATH, { headers: bearer(token) });
    assert.deepEqual(answer.json(), {
      id: 'one',
      caller: 'grafana',
      scopes: ['realtime:read', 'sessions:read'],
    });
  });

  for (const [rule, token] of NOT_ENOUGH) {
    it(`that ${rule} is not enough`, async () => {
      const answer = await running.ask(PATH, { headers: bearer(token) });
      assert.equal(answer.status, 403);
      assert.equal(
        answer.headers['www-authenticate'],
        `Bearer ${REALM}, error="insufficient_scope", ` +
          'error_description="the token does not carry the scope that this needs", scope="sessions:read"',
      );
      assert.deepEqual(answer.json(), {
        message: 'the token does not carry the scope that this needs: sessions:read',
        code: 'not.authorized',
        status: 403,
      });
    });
  }

  it('is judged before anything else that is wrong with the request', async () => {
    const asked = { method: 'POST', body: 'no JSON', headers: { 'content-type': 'text/html' } };
    assert.equal((await running.ask('/api/v2/query?x=1', asked)).status, 401);
  });
});

describe('the key that signs tokens', () => {
  const statusWith = async (running: RunningApi, token: string) =>
    (await running.ask(PATH, { headers: bearer(token) })).status;

  it('serves over a restart when it is configured, and for the narrowed client only what is left to it', async () => {
    let token = '';
    await withApi(SAMPLE_OPERATIONS, {}, async (first) => {
      token = await first.token('grafana', 'sessions:read');
    });
    await withApi(SAMPLE_OPERATIONS, {}, async (second) => {
      assert.equal(await statusWith(second, token), 200);
    });
    const clients = [{ ...CLIENTS[0], scopes: ['analytics:read'] }];
    await withApi(SAMPLE_OPERATIONS, { clients }, async (narrowed) => {
      assert.equal(await statusWith(narrowed, token), 403);
    });
  });

  it('is another one at each start when none is configured', async () => {
    const section = { signing_key: undefined };
    let token = '';
    await withApi(SAMPLE_OPERATIONS, section, async (first) => {
      token = await first.token();
      assert.equal(await statusWith(first, token), 200);
      assert.equal(await statusWith(first, good), 401);
      assert.ok(first.settings.lines.some(({ msg }) => msg.includes('tokens end with this process')));
    });
    await withApi(SAMPLE_OPERATIONS, section, async (second) => {
      assert.equal(await statusWith(second, token), 401);
    });
  });

  it('makes tokens that end when the configuration says, also those from before it said so', async () => {
    await withApi(SAMPLE_OPERATIONS, { token_lifetime: '10m' }, async (running) => {
      const token = await running.token();
      const old = await tokenOf({ exp: NOW_S + 3_600 });
      running.clock.advance(10 * 60_000 + 4_999);
      assert.deepEqual([await statusWith(running, token), await statusWith(running, old)], [200, 200]);
      running.clock.advance(1_001);
      assert.deepEqual([await statusWith(running, token), await statusWith(running, old)], [401, 401]);
    });
  });
});
