import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { SessionTokens } from '../../../receiver/browser/session-token.ts';
import { Secret } from '../../../collector/secret.ts';
import type { Identity } from '../../../receiver/dialect/dialect.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const KEY = 'the key of today, 32 bytes long.';
const OLD_KEY = 'the key of yesterday, 32 bytes +';
const HOUR_MS = 3_600_000;
const IDENTITY: Identity = {
  sessionId: 's-1',
  conversationId: 'c-1',
  agentId: 'anna',
  dimensions: { site: 'berlin', 'network.type': 'wifi' },
};

function tokensOf(keys: readonly string[], clock = new VirtualClock()): SessionTokens {
  return new SessionTokens(
    keys.map((key) => new Secret(key)),
    HOUR_MS,
    clock,
  );
}

/** A token made by hand, without jose, so that both sides of the format are pinned. */
function handMade(
  changes: Readonly<Record<string, unknown>> = {},
  { header = {}, key = KEY }: { header?: Readonly<Record<string, unknown>>; key?: string } = {},
): string {
  const nowS = Date.UTC(2026, 0, 1) / 1_000;
  const claims = {
    iss: 'webrtc-quality-bridge',
    aud: 'webrtc-quality-bridge/browser',
    sub: 's-1',
    iat: nowS,
    exp: nowS + 3_600,
    jti: 'x',
    ...changes,
  };
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', ...header })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

describe('mint', () => {
  it('makes a token that tells its claims, and until when it serves', async () => {
    const { token, expiresAtMs } = await tokensOf([KEY]).mint(IDENTITY);
    const [header, claims] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
    const { jti, ...rest } = claims!;
    assert.deepEqual(header, { alg: 'HS256', typ: 'JWT' });
    assert.deepEqual(rest, {
      iss: 'webrtc-quality-bridge',
      aud: 'webrtc-quality-bridge/browser',
      sub: 's-1',
      conversation_id: 'c-1',
      agent_id: 'anna',
      dimensions: { site: 'berlin', 'network.type': 'wifi' },
      iat: 1_767_225_600,
      exp: 1_767_229_200,
    });
    assert.match(String(jti), /^[\da-f-]{36}$/);
    assert.equal(expiresAtMs, Date.UTC(2026, 0, 1, 1));
  });

  it('never makes the same token twice', async () => {
    const tokens = tokensOf([KEY]);
    const { token } = await tokens.mint(IDENTITY);
    assert.notEqual((await tokens.mint(IDENTITY)).token, token);
  });

  it('leaves out what it was not told', async () => {
    const tokens = tokensOf([KEY]);
    const { token } = await tokens.mint({ sessionId: 's-2' });
    assert.deepEqual(await tokens.verify(token), { sessionId: 's-2' });
  });
});

describe('verify', () => {
  it('gives back whom the token was minted for', async () => {
    const tokens = tokensOf([KEY]);
    assert.deepEqual(await tokens.verify((await tokens.mint(IDENTITY)).token), IDENTITY);
  });

  it('believes a token that another service signed with the key', async () => {
    assert.deepEqual(await tokensOf([KEY]).verify(handMade()), { sessionId: 's-1' });
  });

  it('believes a token until 30 s after its end, for a clock that is behind', async () => {
    const clock = new VirtualClock();
    const tokens = tokensOf([KEY], clock);
    const { token } = await tokens.mint(IDENTITY);
    clock.advance(HOUR_MS + 29_000);
    assert.deepEqual(await tokens.verify(token), IDENTITY);
    clock.advance(1_000);
    assert.equal(await tokens.verify(token), 'expired_token');
  });

  it('believes tokens of the old key while it is listed, and no longer', async () => {
    const { token } = await tokensOf([OLD_KEY]).mint(IDENTITY);
    assert.deepEqual(await tokensOf([KEY, OLD_KEY]).verify(token), IDENTITY);
    assert.equal(await tokensOf([KEY]).verify(token), 'wrong_key');
  });

  it('signs with the first key', async () => {
    const { token } = await tokensOf([KEY, OLD_KEY]).mint(IDENTITY);
    assert.deepEqual(await tokensOf([KEY]).verify(token), IDENTITY);
    assert.equal(await tokensOf([OLD_KEY]).verify(token), 'wrong_key');
  });

  it('calls a token of an old key expired when it is', async () => {
    const clock = new VirtualClock();
    const { token } = await tokensOf([OLD_KEY], clock).mint(IDENTITY);
    clock.advance(2 * HOUR_MS);
    assert.equal(await tokensOf([KEY, OLD_KEY], clock).verify(token), 'expired_token');
  });

  const nowS = Date.UTC(2026, 0, 1) / 1_000;
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const claims = handMade().split('.')[1];
  const ROWS: readonly (readonly [rule: string, token: string, fault: string])[] = [
    ['nothing', '', 'malformed_token'],
    ['no token', 'x', 'malformed_token'],
    ['three dots', '...', 'malformed_token'],
    ['a token without a signature', `${none}.${claims}.`, 'wrong_algorithm'],
    ['alg none with the right signature', handMade({}, { header: { alg: 'none' } }), 'wrong_algorithm'],
    ['another algorithm', handMade({}, { header: { alg: 'HS512' } }), 'wrong_algorithm'],
    ['a public-key algorithm', handMade({}, { header: { alg: 'RS256' } }), 'wrong_algorithm'],
    ['an unknown critical header', handMade({}, { header: { crit: ['x'], x: 1 } }), 'malformed_token'],
    ['another key', handMade({}, { key: OLD_KEY }), 'wrong_key'],
    ['another signature', handMade().replace(/.{4}$/, 'AAAA'), 'wrong_key'],
    ['other claims under the same signature', swapClaims(handMade({ sub: 's-2' }), handMade()), 'wrong_key'],
    ['another issuer', handMade({ iss: 'somebody' }), 'wrong_claims'],
    ['another audience', handMade({ aud: 'webrtc-quality-bridge' }), 'wrong_claims'],
    ['no audience', handMade({ aud: undefined }), 'wrong_claims'],
    ['no session', handMade({ sub: undefined }), 'wrong_claims'],
    ['no end', handMade({ exp: undefined }), 'wrong_claims'],
    ['no beginning', handMade({ iat: undefined }), 'wrong_claims'],
    ['an end that is text', handMade({ exp: '9999999999' }), 'wrong_claims'],
    ['a beginning in an hour', handMade({ iat: nowS + 3_600 }), 'wrong_claims'],
    ['a time not yet come', handMade({ nbf: nowS + 60 }), 'wrong_claims'],
    ['an end long ago', handMade({ exp: nowS - 31 }), 'expired_token'],
    ['a life longer than ours', handMade({ iat: nowS - 3_631, exp: nowS + 1e6 }), 'expired_token'],
    ['a session that is an address', handMade({ sub: '192.0.2.7' }), 'wrong_claims'],
    ['a session that is a number', handMade({ sub: 7 }), 'wrong_claims'],
    ['an agent that is a list', handMade({ agent_id: ['a'] }), 'wrong_claims'],
    ['an unknown dimension', handMade({ dimensions: { email: 'a' } }), 'wrong_claims'],
    ['an address for a dimension', handMade({ dimensions: { site: '192.0.2.7' } }), 'wrong_claims'],
  ];
  for (const [rule, token, fault] of ROWS) {
    it(`says ${fault} of ${rule}`, async () => assert.equal(await tokensOf([KEY]).verify(token), fault));
  }
});

function swapClaims(of: string, into: string): string {
  const [header, , signature] = into.split('.');
  return `${header}.${of.split('.')[1]}.${signature}`;
}
