// A destination whose credential is an access token: what happens between it, the token endpoint and the extension.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Component, Host } from '../../../collector/component.ts';
import type { ClientAuthenticator } from '../../../collector/extension/authenticator.ts';
import { oauth2ClientFactory } from '../../../collector/extension/oauth2client/factory.ts';
import { loneSettings } from '../../support/lone-settings.ts';
import { answering, type PeerAnswer, ScriptedPeer } from '../../support/scripted-peer.ts';
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

  it('that can not be had holds the delivery back, and tells why', async () => {
    endpoint.next.push(answering(400, {}, '{"error":"invalid_client"}'));
    await send('a');
    assert.equal(siem.requests.length, 0);
    const [row] = await webhook.stored.rows('SELECT state, last_reason FROM outbox');
    assert.deepEqual(
      { ...row },
      {
        state: 'pending',
        last_reason: 'the token endpoint answered 400 (invalid_client)',
      },
    );
  });
});
