// How a client's secret is kept: as a scrypt hash (RFC 7914) that says how it was made. In the form of PHC strings, but
// without their `$`, which the configuration's grammar would expand.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export interface HashCost {
  /** The binary logarithm of N. */
  readonly ln: number;
  /** The block size. */
  readonly r: number;
  /** The parallelism. */
  readonly p: number;
}

export interface SecretHash extends HashCost {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** 32 MiB and tens of milliseconds. The secrets that `api new-client` makes are random: nobody finds one by trying. */
export const USUAL_COST: HashCost = { ln: 15, r: 8, p: 1 };

const FORM = /^scrypt:ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2}):([A-Za-z0-9_-]+):([A-Za-z0-9_-]+)$/;
/** Less is quickly tried through. */
const LEAST_LN = 14;
/** What one verification may take: the configuration must not have us allocate gigabytes. */
const MOST_MEMORY_BYTES = 128 * 1_024 * 1_024;
const MOST_P = 4;
const SALT_BYTES = { least: 16, most: 64 };
const HASH_BYTES = { least: 32, most: 64 };

const derive = promisify<Buffer, Buffer, number, ScryptCost, Buffer>(scrypt);

interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly maxmem: number;
}

/** What the text says, or what is wrong with it, as a sentence that quotes nothing. */
export function parseSecretHash(text: string): SecretHash | string {
  const match = FORM.exec(text);
  if (match === null) {
    return 'is no hash of a secret; make one with "api new-client", as in "scrypt:ln=15,r=8,p=1:SALT:HASH"';
  }
  const [ln, r, p] = match.slice(1, 4).map(Number) as [number, number, number];
  const [salt, hash] = match.slice(4).map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer];
  if (ln < LEAST_LN || r < 1 || p < 1) return `is too cheap to try through: ln must be at least ${LEAST_LN}`;
  if (ln > 24 || memoryBytes({ ln, r, p }) > MOST_MEMORY_BYTES || p > MOST_P) {
    return `costs too much: 128·r·2^ln must be at most ${MOST_MEMORY_BYTES / 1_024 / 1_024} MiB, and p at most ${MOST_P}`;
  }
  if (!isWithin(salt.length, SALT_BYTES)) return 'has a salt that is not of 16 to 64 bytes';
  if (!isWithin(hash.length, HASH_BYTES)) return 'has a hash that is not of 32 to 64 bytes';
  return { ln, r, p, salt, hash };
}

export function formatSecretHash({ ln, r, p, salt, hash }: SecretHash): string {
  return `scrypt:ln=${ln},r=${r},p=${p}:${salt.toString('base64url')}:${hash.toString('base64url')}`;
}

export async function hashSecret(secret: string, cost: HashCost = USUAL_COST): Promise<SecretHash> {
  const salt = randomBytes(SALT_BYTES.least);
  return { ...cost, salt, hash: await scryptOf(secret, { ...cost, salt }, HASH_BYTES.least) };
}

/** Takes the same time whatever is presented, in a thread of libuv's pool. */
export async function matchesHash(presented: string, expected: SecretHash): Promise<boolean> {
  const hash = await scryptOf(presented, expected, expected.hash.length);
  return timingSafeEqual(hash, expected.hash);
}

/** What costs as much as verifying against a hash of that cost, and matches nothing. */
export function decoyOf({ ln, r, p }: HashCost): SecretHash {
  return { ln, r, p, salt: randomBytes(SALT_BYTES.least), hash: randomBytes(HASH_BYTES.least) };
}

function scryptOf(
  secret: string,
  { ln, r, p, salt }: HashCost & { readonly salt: Buffer },
  byteCount: number,
): Promise<Buffer> {
  // OpenSSL counts some more than the large block.
  const maxmem = memoryBytes({ ln, r, p }) + 1_024 * 1_024;
  return derive(Buffer.from(secret, 'utf8'), salt, byteCount, { N: 2 ** ln, r, p, maxmem });
}

function memoryBytes({ ln, r }: HashCost): number {
  return 128 * r * 2 ** ln;
}

function isWithin(
  count: number,
  { least, most }: { readonly least: number; readonly most: number },
): boolean {
  return count >= least && count <= most;
}
