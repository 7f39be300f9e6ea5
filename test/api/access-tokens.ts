// Access tokens as a test writes them, right or wrong, without the code that mints ours.
import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { VirtualClock } from '../support/virtual-clock.ts';
import { SIGNING_KEY } from './running-api.ts';

const KEY = createSecretKey(SIGNING_KEY, 'utf8');
export const NOW_S = new VirtualClock().nowMs() / 1_000;

/** What a token of `grafana` says that was minted when the virtual clock starts. */
const CLAIMS: JWTPayload = {
  iss: 'webrtc-quality-bridge',
  aud: 'webrtc-quality-bridge/api',
  sub: 'grafana',
  client_id: 'grafana',
  scope: 'realtime:read analytics:read sessions:read incidents:read',
  iat: NOW_S,
  exp: NOW_S + 3_600,
  jti: 'one',
};

export interface TokenForm {
  readonly alg?: string;
  readonly typ?: string;
  readonly key?: KeyObject | Uint8Array;
}

/** A claim that is undefined is left out. */
export function tokenOf(
  claims: Readonly<Record<string, unknown>> = {},
  { alg = 'HS256', typ = 'at+jwt', key = KEY }: TokenForm = {},
): Promise<string> {
  const all = Object.fromEntries(
    Object.entries({ ...CLAIMS, ...claims }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(all).setProtectedHeader({ alg, typ }).sign(key);
}

/** Signed by nobody. */
export async function unsignedToken(): Promise<string> {
  const [, payload] = (await tokenOf()).split('.');
  return `${encoded({ alg: 'none', typ: 'at+jwt' })}.${payload}.`;
}

export function tokenOfRsa(): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return tokenOf({}, { alg: 'RS256', key: privateKey });
}

export function otherKey(): KeyObject {
  return createSecretKey('another key of as many bytes as ours', 'utf8');
}

export function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
