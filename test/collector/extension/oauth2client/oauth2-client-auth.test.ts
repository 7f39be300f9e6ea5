// The extension as a user configures it, against a token endpoint that does what it is told to.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Component, Host } from '../../../../collector/component.ts';
import type { ClientAuthenticator } from '../../../../collector/extension/authenticator.ts';
import { oauth2ClientFactory } from '../../../../collector/extension/oauth2client/factory.ts';
import { loneSettings, type LoneSettings } from '../../../support/lone-settings.ts';
import { assertNoLeak, CANARY } from '../../../support/no-leak.ts';
import {
  answering,
  breakingOff,
  dripping,
  hanging,
  type PeerAnswer,
  resetting,
  ScriptedPeer,
  talkingNonsense,
} from '../../../support/scripted-peer.ts';

type Authenticator = Component & ClientAuthenticator;

const LOOPBACK = { allow_http: true, allow_loopback: true };
const noHost = undefined as unknown as Host;

let peer: ScriptedPeer;
let lone: LoneSettings;
let auth: Authenticator;

beforeEach(async () => {
  peer = await new ScriptedPeer().start();
  peer.answer = granting({ access_token: 'token-1' });
});

afterEach(async () => {
  await auth.shutdown(new AbortController().signal);
  await peer.stop();
});

async function start(section: object = {}): Promise<void> {
  lone = loneSettings('oauth2client/siem');
  const config = oauth2ClientFactory.configSchema.parse({
    client_id: 'bridge',
    client_secret: CANARY,
    token_url: `${peer.url}/oauth2/token`,
    egress: LOOPBACK,
    ...section,
  }) as never;
  auth = oauth2ClientFactory.create(lone.settings, config) as Authenticator;
  await auth.start(noHost);
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): PeerAnswer {
  return answering(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
}

function granting(fields: object): PeerAnswer {
  return json(200, { token_type: 'Bearer', expires_in: 3_600, ...fields });
}

/** The parameters of a token request. */
function sentParameters(index = 0): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(peer.requests[index]!.body.toString()));
}

describe('a token request', () => {
  it('is made when the first token is needed, not at the start', async () => {
    await start();
    assert.equal(peer.connectionCount, 0);
    assert.deepEqual(await auth.headers(), { authorization: 'Bearer token-1' });
    await auth.headers();
    assert.equal(peer.requests.length, 1);
  });

  it('shows the secret in the Authorization header', async () => {
    await start({ client_id: 'a client:7', client_secret: 'p%ss word' });
    await auth.headers();
    const [{ method, path, headers }] = peer.requests as [(typeof peer.requests)[number]];
    assert.deepEqual([method, path], ['POST', '/oauth2/token']);
    assert.match(headers['content-type']!, /^application\/x-www-form-urlencoded/);
    // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
    assert.equal(
      headers.authorization,
      `Basic ${Buffer.from('a+client%3A7:p%25ss+word').toString('base64')}`,
    );
    assert.deepEqual(sentParameters(), { grant_type: 'client_credentials' });
  });

  it('leaves an id and a secret as they are that need no encoding, for servers that decode nothing', async () => {
    const [id, secret] = ['6f0f0a3e-1c2b-4d5e-8f90-a1b2c3d4e5f6', 'Ab-_.*9'];
    await start({ client_id: id, client_secret: secret });
    await auth.headers();
    const { authorization } = peer.requests[0]!.headers;
    assert.equal(authorization, `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`);
  });

  it('shows the secret in the body when told to', async () => {
    await start({ auth_style: 'body' });
    await auth.headers();
    assert.equal(peer.requests[0]!.headers.authorization, undefined);
    assert.deepEqual(sentParameters(), {
      grant_type: 'client_credentials',
      client_id: 'bridge',
      client_secret: CANARY,
    });
  });

  it('names what the token is for', async () => {
    await start({
      scopes: ['https://monitor.azure.com/.default', 'events:write'],
      audience: 'https://siem.example',
      endpoint_params: { resource: 'https://siem.example/api' },
    });
    await auth.headers();
    assert.deepEqual(sentParameters(), {
      grant_type: 'client_credentials',
      scope: 'https://monitor.azure.com/.default events:write',
      audience: 'https://siem.example',
      resource: 'https://siem.example/api',
    });
  });
});

describe('an answer that grants a token', () => {
  const rows: [rule: string, fields: object][] = [
    ['without expires_in', { expires_in: undefined }],
    ['whose expires_in is huge', { expires_in: 1e15 }],
    ['whose expires_in is text', { expires_in: '3600' }],
    ['whose type is written in small letters', { token_type: 'bearer' }],
    ['with an id token that nobody asked for', { id_token: 'no.jwt.at-all' }],
    ['with scopes', { scope: 'events:write' }],
  ];
  for (const [rule, fields] of rows) {
    it(`is taken: ${rule}`, async () => {
      await start();
      peer.answer = granting({ access_token: 'token-1', ...fields });
      assert.deepEqual(await auth.headers(), { authorization: 'Bearer token-1' });
      assert.deepEqual(lone.statuses.at(-1), { kind: 'ok' });
    });
  }
});

describe('an answer that grants none', () => {
  const leaky = { error_description: CANARY, client_secret: CANARY };
  const rows: [rule: string, answer: PeerAnswer, message: RegExp][] = [
    [
      'invalid_client as a 400',
      json(400, { error: 'invalid_client', ...leaky }),
      /answered 400 \(invalid_client\)$/,
    ],
    [
      'invalid_client as a 401 with a challenge',
      json(401, { error: 'invalid_client' }, { 'www-authenticate': `Basic realm="${CANARY}"` }),
      /answered 401 \(invalid_client\)$/,
    ],
    ['a code of its own', json(400, { error: CANARY }), /answered 400$/],
    ['a 401 without a word', answering(401), /answered 401$/],
    ['a 429', answering(429, { 'retry-after': '20' }), /answered 429$/],
    ['a 503', answering(503, {}, `<html>${CANARY}</html>`), /answered 503$/],
    ['a redirect', answering(302, { location: 'http://127.0.0.1:1/' }), /answered 302$/],
    ['a 204', answering(204), /answered 204$/],
    ['a status beyond all classes', answering(999), /answered 999$/],
    ['no JSON', answering(200, {}, `hello ${CANARY}`), /something that is no JSON object$/],
    ['a JSON list', json(200, [CANARY]), /something that is no JSON object$/],
    ['null', json(200, null), /something that is no JSON object$/],
    ['no token', granting({ token: CANARY }), /no valid access_token$/],
    ['an empty token', granting({ access_token: '' }), /no valid access_token$/],
    ['a token that is a number', granting({ access_token: 7 }), /no valid access_token$/],
    ['a token with a line break', granting({ access_token: `${CANARY}\r\nx: y` }), /header cannot carry$/],
    ['a negative expires_in', granting({ access_token: CANARY, expires_in: -1 }), /no valid expires_in$/],
    ['an expires_in of words', granting({ access_token: CANARY, expires_in: 'soon' }), /valid expires_in$/],
    ['an expires_in of zero', granting({ access_token: CANARY, expires_in: 0 }), /expired already$/],
    ['a token of another type', granting({ access_token: CANARY, token_type: 'mac' }), /not Bearer$/],
    ['a DPoP token', granting({ access_token: CANARY, token_type: 'DPoP' }), /another type than Bearer$/],
    ['a token of no type', granting({ access_token: CANARY, token_type: undefined }), /not Bearer$/],
    ['a token without end', granting({ access_token: 'x'.repeat(70_000) }), /more than 65536 bytes$/],
    ['a connection that is cut', resetting, /gave no answer: /],
    ['a body that breaks off', breakingOff(200, `{"access_token":"${CANARY}`), /gave no answer: /],
    ['what is not HTTP', talkingNonsense(`${CANARY}\r\n\r\n`), /gave no answer: /],
  ];
  for (const [rule, answer, message] of rows) {
    it(`is told in words that show no secret: ${rule}`, async () => {
      await start();
      peer.answer = answer;
      const error = await auth.headers().catch((thrown: unknown) => thrown);
      assert.ok(error instanceof Error);
      assert.match(error.message, message);
      const status = lone.statuses.at(-1)!;
      assert.deepEqual(status, { kind: 'unhealthy', reason: `no token: ${error.message}` });
      assert.equal(await auth.refresh(), false);
      assertNoLeak({ error, statuses: lone.statuses, lines: lone.lines, extension: auth });
    });
  }

  for (const [rule, answer] of [
    ['that never comes', hanging],
    ['that never ends', dripping(200, '{"access_token":')],
  ] as const) {
    it(`is given up when its time is over: one ${rule}`, async () => {
      await start({ timeout: '3s' });
      peer.answer = answer;
      const waiting = assert.rejects(auth.headers(), /gave no answer: no answer within 3000 ms$/);
      await peer.received(1);
      lone.clock.advance(3_000);
      await waiting;
    });
  }

  it('makes the next request wait for as long as the endpoint wished', async () => {
    await start();
    peer.next.push(answering(429, { 'retry-after': '20' }));
    await assert.rejects(auth.headers());
    lone.clock.advance(19_000);
    await assert.rejects(auth.headers());
    assert.equal(peer.requests.length, 1);
    lone.clock.advance(1_000);
    assert.deepEqual(await auth.headers(), { authorization: 'Bearer token-1' });
  });

  it('is logged once until tokens are given out again', async () => {
    await start();
    peer.next.push(answering(503), answering(503));
    await assert.rejects(auth.headers());
    lone.clock.advance(1_000);
    await assert.rejects(auth.headers());
    lone.clock.advance(2_000);
    await auth.headers();
    assert.deepEqual(
      lone.lines.map(({ level, msg }) => [level, msg]),
      [
        ['warn', 'no token could be had'],
        ['info', 'tokens are given out again'],
      ],
    );
    assert.deepEqual(lone.statuses.at(-1), { kind: 'ok' });
  });
});

describe('a refused token', () => {
  it('is renewed by one request for all who were refused with it', async () => {
    await start();
    const refused = await auth.headers();
    peer.answer = granting({ access_token: 'token-2' });
    const all = await Promise.all(Array.from({ length: 20 }, () => auth.refresh(refused)));
    assert.ok(all.every(Boolean));
    assert.equal(await auth.refresh(refused), true);
    assert.equal(peer.requests.length, 2);
    assert.deepEqual(await auth.headers(), { authorization: 'Bearer token-2' });
  });
});

describe('a token', () => {
  it('is in no log line, status, or view of the extension', async () => {
    await start();
    peer.answer = granting({ access_token: CANARY });
    await auth.headers();
    await auth.refresh();
    assert.equal(peer.requests.length, 2);
    assertNoLeak({ statuses: lone.statuses, lines: lone.lines, extension: auth });
  });
});

describe('the egress guard', () => {
  it('lets no token request through to an address that is not allowed', async () => {
    await start({ token_url: peer.url.replace('127.0.0.1', 'localhost'), egress: { allow_http: true } });
    await assert.rejects(
      auth.headers(),
      /gave no answer: localhost resolves to .* is a loopback address; set egress\.allow_loopback/,
    );
    assert.equal(peer.connectionCount, 0);
  });

  it('follows no redirect', async () => {
    const elsewhere = await new ScriptedPeer().start();
    await start();
    peer.answer = answering(307, { location: elsewhere.url });
    await assert.rejects(auth.headers(), /answered 307$/);
    assert.equal(elsewhere.connectionCount, 0);
    await elsewhere.stop();
  });
});

describe('the life of the extension', () => {
  it('gives no token before it is started and after it was stopped', async () => {
    await start();
    const config = oauth2ClientFactory.configSchema.parse({
      client_id: 'bridge',
      client_secret: 's',
      token_url: 'https://idp.example/token',
    }) as never;
    const idle = oauth2ClientFactory.create(lone.settings, config) as Authenticator;
    await assert.rejects(idle.headers(), /not running/);
    assert.equal(await idle.refresh(), false);
    await auth.shutdown(new AbortController().signal);
    await assert.rejects(auth.headers(), /not running/);
  });

  it('stops while it waits for an answer, and says nothing of it', async () => {
    await start();
    peer.answer = hanging;
    const waiting = assert.rejects(auth.headers(), /the process is stopping/);
    await peer.received(1);
    await auth.shutdown(new AbortController().signal);
    await waiting;
    await auth.shutdown(new AbortController().signal);
    assert.deepEqual(lone.lines, []);
    assert.deepEqual(lone.statuses, [{ kind: 'ok' }]);
  });
});
