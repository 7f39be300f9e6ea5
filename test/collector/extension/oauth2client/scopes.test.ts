// Tokens that allow something else than was asked for, against a token endpoint that says what it is told to.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Component, Host } from '../../../../collector/component.ts';
import type { ClientAuthenticator } from '../../../../collector/extension/authenticator.ts';
import { oauth2ClientFactory } from '../../../../collector/extension/oauth2client/factory.ts';
import {
  scopeDifference,
  scopesOf,
  shownScopes,
} from '../../../../collector/extension/oauth2client/scope-difference.ts';
import { loneSettings, type LoneSettings } from '../../../support/lone-settings.ts';
import { assertNoLeak, CANARY } from '../../../support/no-leak.ts';
import { answering, ScriptedPeer } from '../../../support/scripted-peer.ts';

const MORE = 'the token allows more than was asked for';
const LESS = 'the token allows less than was asked for';
const GUIDE = ['analytics:read', 'realtime:read'];

let peer: ScriptedPeer;
let lone: LoneSettings;
let auth: Component & ClientAuthenticator;

beforeEach(async () => {
  peer = await new ScriptedPeer().start();
});

afterEach(async () => {
  await auth.shutdown(new AbortController().signal);
  await peer.stop();
});

async function start(scopes: readonly string[]): Promise<void> {
  lone = loneSettings('oauth2client/genesys');
  const config = oauth2ClientFactory.configSchema.parse({
    client_id: 'bridge',
    client_secret: CANARY,
    token_url: `${peer.url}/oauth2/token`,
    egress: { allow_http: true, allow_loopback: true },
    scopes,
  }) as never;
  auth = oauth2ClientFactory.create(lone.settings, config) as typeof auth;
  await auth.start(undefined as unknown as Host);
}

let tokenCount = 0;

/** Lets the extension fetch another token, whose answer has this scope, and tells what the log has of it. */
async function fetchToken(scope: unknown, token = `token-${(tokenCount += 1)}`) {
  const body = { token_type: 'Bearer', expires_in: 60, access_token: token, scope };
  peer.answer = answering(200, { 'content-type': 'application/json' }, JSON.stringify(body));
  lone.clock.advance(120_000);
  const { length } = lone.lines;
  assert.deepEqual(await auth.headers(), { authorization: `Bearer ${token}` });
  return lone.lines
    .slice(length)
    .map(({ level, msg, scopes, others }) =>
      [level, msg, scopes, others].filter((part) => part !== undefined),
    );
}

describe('a token that allows more than was asked for', () => {
  it('is a warning that names what', async () => {
    await start(GUIDE);
    const lines = await fetchToken('analytics:read telephony:read realtime:read routing:read');
    assert.deepEqual(lines, [['warn', MORE, ['routing:read', 'telephony:read']]]);
    assert.deepEqual(lone.statuses.at(-1), { kind: 'ok' });
  });

  it('is told once for each change, in whatever order it is listed', async () => {
    await start(GUIDE);
    assert.equal((await fetchToken('a b analytics:read realtime:read')).length, 1);
    assert.deepEqual(await fetchToken('realtime:read b analytics:read a b'), []);
    assert.deepEqual(await fetchToken('a analytics:read realtime:read'), [['warn', MORE, ['a']]]);
    assert.deepEqual(await fetchToken(GUIDE.join(' ')), [
      ['info', 'the token no longer allows more than was asked for'],
    ]);
    assert.deepEqual(await fetchToken(undefined), []);
    assert.deepEqual(await fetchToken('a analytics:read realtime:read'), [['warn', MORE, ['a']]]);
  });
});

describe('a token that allows less than was asked for', () => {
  it('is a warning that names what is missing', async () => {
    await start(GUIDE);
    assert.deepEqual(await fetchToken('analytics:read'), [['warn', LESS, ['realtime:read']]]);
    assert.deepEqual(await fetchToken(''), [['warn', LESS, GUIDE]]);
    assert.deepEqual(await fetchToken(undefined), [
      ['info', 'the token allows all that was asked for again'],
    ]);
  });

  it('may allow more at the same time', async () => {
    await start(GUIDE);
    assert.deepEqual(await fetchToken('analytics:read Realtime:read'), [
      ['warn', MORE, ['Realtime:read']],
      ['warn', LESS, ['realtime:read']],
    ]);
  });
});

describe('a token of which nothing can be said', () => {
  const rows: [what: string, asked: readonly string[], scope: string | undefined][] = [
    ['whose answer names no scope', GUIDE, undefined],
    ['that allows just what was asked for', GUIDE, 'realtime:read  analytics:read '],
    ['for which nothing was asked', [], 'telephony:read'],
    ['of whatever was consented to', ['https://monitor.azure.com/.default'], 'user_impersonation'],
  ];
  for (const [what, asked, scope] of rows) {
    it(`is no warning: one ${what}`, async () => {
      await start(asked);
      assert.deepEqual(await fetchToken(scope), []);
    });
  }
});

describe('an endpoint that says anything', () => {
  it('brings no control character, no long name and no long list into the log', async () => {
    await start(['a']);
    const hostile = ['\u001b[2J', 'a\nlevel=fatal', 'x\u202ey', 'é', '"', '\\', 'n'.repeat(81), '__proto__'];
    assert.deepEqual(await fetchToken(['a', ...hostile].join(' ')), [['warn', MORE, ['__proto__'], 7]]);
    const many = Array.from({ length: 5_000 }, (_, index) => `s${index}`);
    const [line] = await fetchToken(['a', ...many].join(' '));
    assert.deepEqual(line?.slice(2), [many.slice().sort().slice(0, 10), 4_990]);
  });

  it('brings neither the secret nor the token into the log', async () => {
    await start(['a']);
    assert.deepEqual(await fetchToken(`a b ${CANARY} x${CANARY} my-token y:my-token`, 'my-token'), [
      ['warn', MORE, ['b'], 4],
    ]);
    assertNoLeak({ lines: lone.lines, statuses: lone.statuses, extension: auth });
  });

  it('gets no line for a difference that looks the same', async () => {
    await start(['a']);
    assert.equal((await fetchToken('a \u0001')).length, 1);
    assert.deepEqual(await fetchToken('a \u0002'), []);
  });
});

describe('the difference of scopes', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'constructor', '__proto__', 'A');
  const names = fc.array(name, { maxLength: 8 });

  it('holds each scope that only one side has, once', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), names, (asked, granted) => {
        const { surplus, missing } = scopeDifference(asked, granted);
        assert.equal(new Set(surplus).size, surplus.length);
        assert.equal(new Set(missing).size, missing.length);
        for (const scope of [...asked, ...granted]) {
          const sides = [asked.includes(scope), granted.includes(scope)];
          assert.equal(surplus.includes(scope), !sides[0] && sides[1]);
          assert.equal(missing.includes(scope), sides[0] && !sides[1]);
        }
      }),
    );
  });

  it('is shown within bounds, with every other one counted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        const scopes = scopesOf(text);
        const { scopes: shown, others = 0 } = shownScopes(scopes, []);
        assert.equal(shown.length + others, scopes.length);
        assert.ok(shown.length <= 10);
        assert.ok(shown.every((scope) => /^[\x21-\x7e]{1,80}$/.test(scope)));
      }),
    );
  });
});
