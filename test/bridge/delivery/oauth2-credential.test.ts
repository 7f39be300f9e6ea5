// A destination whose credential is an access token: what happens between it, the token endpoint and the extension.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Component, Host } from '../../../collector/component.ts';
import type { ClientAuthenticator } from '../../../collector/extension/authenticator.ts';
import { oauth2ClientFactory } from '../../../collector/extension/oauth2client/factory.ts';
import { loneSettings } from '../../support/lone-settings.ts';
import { answering, type PeerAnswer, resetting, ScriptedPeer } from '../../support/scripted-peer.ts';
import { startWebhook, type StartedWebhook } from '../../support/started-webhook.ts';
import { transitionOf } from '../../support/transition.ts';

const noHost = undefined as unknown as Host;

let siem: ScriptedPeer;
let endpoint: ScriptedPeer;
let auth: Component & ClientAuthenticator;
let webhook: StartedWebhook;
/** The token that the SIEM takes. */
let good: string;

beforeEach(async () => {
  siem = await new ScriptedPeer().start();
  endpoint = await new ScriptedPeer().start();
  good = 'token-1';
  siem.answer = (response) => {
    const isGood = response.req.headers.authorization === `Bearer ${good}`;
    response.writeHead(isGood ? 200 : 401).end();
  };
  endpoint.answer = (response) => granting(`token-${endpoint.requests.length}`)(response);
  const config = oauth2ClientFactory.configSchema.parse({
    client_id: 'bridge',
    client_secret: 'secret',
    token_url: `${endpoint.url}/token`,
    egress: { allow_http: true, allow_loopback: true },
  }) as never;
  auth = oauth2ClientFactory.create(loneSettings('oauth2client').settings, config) as typeof auth;
  await auth.start(noHost);
  webhook = await startWebhook(`${siem.url}/hook`, { auth });
});

afterEach(async () => {
  await webhook.close();
  await auth.shutdown(new AbortController().signal);
  await siem.stop();
  await endpoint.stop();
});

function granting(token: string): PeerAnswer {
  const body = { access_token: token, token_type: 'Bearer', expires_in: 3_600 };
  return answering(200, { 'content-type': 'application/json' }, JSON.stringify(body));
}

async function send(...sessions: readonly string[]): Promise<void> {
  await webhook.send(...sessions.map((name) => transitionOf({ subject: name, incidentId: name })));
  await webhook.destination.flush();
}

async function areAllDelivered(): Promise<boolean> {
  const rows = await webhook.stored.rows('SELECT state FROM outbox');
  return rows.length > 0 && rows.every(({ state }) => state === 'delivered');
}

describe('an access token', () => {
  it('is fetched for the first delivery and used for the next', async () => {
    await send('a');
    await send('b', 'c');
    assert.ok(await areAllDelivered());
    assert.equal(endpoint.requests.length, 1);
  });

  it('that the destination refuses is renewed once for all deliveries under way, which then arrive', async () => {
    await send('a');
    good = 'token-2';
    await send('b', 'c', 'd', 'e', 'f', 'g', 'h', 'i');
    assert.ok(await areAllDelivered());
    assert.equal(endpoint.requests.length, 2);
  });

  it('that is refused whatever it is loses nothing, and does not wear out the endpoint', async () => {
    good = 'none';
    await send('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    assert.ok(endpoint.requests.length <= 2);
    const rows = await webhook.stored.rows('SELECT state FROM outbox');
    assert.deepEqual([...new Set(rows.map(({ state }) => state))], ['pending']);
  });

  const rows: [why: string, answer: PeerAnswer, outcome: string, reason: RegExp][] = [
    [
      'the client is refused',
      answering(400, {}, '{"error":"invalid_client"}'),
      'credential',
      /^the token endpoint answered 400 \(invalid_client\)$/,
    ],
    ['the client is not known', answering(401), 'credential', /^the token endpoint answered 401$/],
    ['there is no such endpoint', answering(404), 'credential', /^the token endpoint answered 404$/],
    ['the endpoint is too busy', answering(429), 'retry', /^the token endpoint answered 429$/],
    ['the endpoint is at fault', answering(503), 'retry', /^the token endpoint answered 503$/],
    [
      'the endpoint asks for patience',
      answering(400, {}, '{"error":"temporarily_unavailable"}'),
      'retry',
      /\(temporarily_unavailable\)$/,
    ],
    ['the endpoint sends us elsewhere', answering(302, { location: '/' }), 'retry', /answered 302$/],
    ['something else answers', answering(200, {}, '<html>'), 'retry', /no JSON object$/],
    ['the endpoint can not be reached', resetting, 'retry', /^the token endpoint gave no answer: /],
  ];
  for (const [why, answer, outcome, reason] of rows) {
    it(`that can not be had because ${why} holds the delivery back with ${outcome}, and tells why`, async () => {
      endpoint.next.push(answer);
      await send('a');
      assert.equal(siem.requests.length, 0);
      const [row] = await webhook.stored.rows('SELECT state FROM outbox');
      const [attempt] = await webhook.stored.rows('SELECT outcome, reason FROM attempts');
      assert.deepEqual([row!.state, attempt!.outcome], ['pending', outcome]);
      assert.match(String(attempt!.reason), reason);
    });
  }

  it('that is refused for as long as the last refusal is fresh stays a refused credential', async () => {
    endpoint.answer = answering(401);
    await send('a');
    await send('b');
    assert.equal(endpoint.requests.length, 1);
    const attempts = await webhook.stored.rows('SELECT DISTINCT outcome FROM attempts');
    assert.deepEqual(attempts, [{ outcome: 'credential' }]);
  });
});
