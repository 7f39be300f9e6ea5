import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { GuardedClient, type ExchangeRequest } from '../../../../collector/egress/guarded-client.ts';
import { parseRetryAfter } from '../../../../collector/egress/retry-after.ts';
import {
  type ClientAuthenticator,
  CredentialRefusedError,
} from '../../../../collector/extension/authenticator.ts';
import { TokenKeeper } from '../../../../collector/extension/oauth2client/token-keeper.ts';
import { Secret } from '../../../../collector/secret.ts';
import {
  PlatformClient,
  type PlatformAnswer,
  type PlatformRequest,
} from '../../../../receiver/genesyscloud/platform/platform-client.ts';
import { RequestQuota } from '../../../../receiver/genesyscloud/platform/request-quota.ts';
import { assertNoLeak, CANARY } from '../../../support/no-leak.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks?: Iterable<string | Uint8Array>;
  /** In place of a head. */
  readonly fault?: Error;
}

const THING: PlatformRequest = { method: 'GET', path: '/api/v2/thing' };
const SOURCE_LIFE = new AbortController().signal;

interface WorldOptions {
  readonly authenticator?: ClientAuthenticator;
  readonly baseUrl?: string;
  readonly allowedPerMinute?: number;
  readonly clock?: VirtualClock;
}

/** A platform that answers as the script says, and then with an empty object for ever. */
class World {
  readonly clock: VirtualClock;
  readonly requests: (ExchangeRequest & { readonly atMs: number })[] = [];
  readonly script: Scripted[] = [];
  /** Of bodies that were not read to their end. */
  destroyedCount = 0;
  readonly quota: RequestQuota;
  readonly client: PlatformClient;

  constructor(options: WorldOptions = {}) {
    this.clock = options.clock ?? new VirtualClock();
    this.quota = new RequestQuota(this.clock.nowMs(), options.allowedPerMinute);
    this.client = new PlatformClient({
      clock: this.clock,
      baseUrl: new URL(options.baseUrl ?? 'https://api.example'),
      authenticator: options.authenticator,
      quota: this.quota,
      client: {
        exchange: (request, _signal, read) => {
          this.requests.push({ ...request, atMs: this.clock.nowMs() });
          const { status = 200, headers = {}, chunks = ['{}'], fault } = this.script.shift() ?? {};
          if (fault !== undefined) return Promise.reject(fault);
          const retryAfterMs = parseRetryAfter(headers['retry-after'], this.clock.nowMs());
          const body = Object.assign(bytesOf(chunks), { destroy: () => (this.destroyedCount += 1) });
          const header = (name: string) => headers[name];
          return read({ status, header, body, ...(retryAfterMs !== undefined && { retryAfterMs }) });
        },
      },
    });
  }

  ask(request = THING, signal = SOURCE_LIFE, further?: RequestQuota): Promise<PlatformAnswer> {
    return this.client.ask(request, signal, further);
  }

  /** Asks, and lets time pass until there is an answer. */
  async answer(request = THING, further?: RequestQuota): Promise<PlatformAnswer> {
    let answer: PlatformAnswer | undefined;
    void this.ask(request, SOURCE_LIFE, further).then((given) => (answer = given));
    for (;;) {
      await settled();
      if (answer !== undefined) return answer;
      const dueMs = this.clock.nextDueMs();
      assert.ok(dueMs !== undefined, 'nothing is waited for, and there is no answer');
      this.clock.advanceTo(dueMs);
    }
  }

  get waitedMs(): number {
    return this.requests.at(-1)!.atMs - this.requests[0]!.atMs;
  }
}

async function* bytesOf(chunks: Iterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    // What comes over a socket takes its time.
    await Promise.resolve();
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function bearer(fields: Partial<ClientAuthenticator> = {}): ClientAuthenticator {
  return {
    headers: () => Promise.resolve({ authorization: 'Bearer token' }),
    refresh: () => Promise.resolve(false),
    ...fields,
  };
}

/** Tokens as `oauth2client` keeps them; the endpoint takes 100 ms. */
function keptTokens(clock: VirtualClock) {
  let count = 0;
  const keeper = new TokenKeeper({
    clock,
    expiryBufferMs: 1_000,
    request: async () => {
      await new Promise<void>((resolve) => void clock.after(100, resolve));
      return { token: new Secret(`token-${(count += 1)}`), lifeMs: 600_000 };
    },
    onOutcome: () => {},
  });
  const authenticator: ClientAuthenticator = {
    headers: async () => ({ authorization: `Bearer ${(await keeper.token()).reveal()}` }),
    refresh: (refused) => keeper.renew(refused?.authorization?.slice('Bearer '.length)),
  };
  return { authenticator, tokenCount: () => count };
}

describe('a request to the platform', () => {
  it('carries the token, asks for JSON and sends JSON', async () => {
    const world = new World({ authenticator: bearer() });
    await world.answer({ method: 'POST', path: '/api/v2/thing', body: { a: 1 } });
    const [{ atMs: _, ...request }] = world.requests as [World['requests'][number]];
    assert.deepEqual(request, {
      method: 'POST',
      url: new URL('https://api.example/api/v2/thing'),
      headers: {
        authorization: 'Bearer token',
        accept: 'application/json',
        'content-type': 'application/json',
      },
      body: '{"a":1}',
    });
  });

  it('without a body and a token has neither', async () => {
    const world = new World();
    await world.answer();
    assert.deepEqual(world.requests[0]!.headers, { accept: 'application/json' });
    assert.equal('body' in world.requests[0]!, false);
  });

  for (const [base, path, url] of [
    ['https://gateway.example/genesys', '/api/v2/thing', 'https://gateway.example/genesys/api/v2/thing'],
    ['https://gateway.example/genesys//', '/api/v2/thing', 'https://gateway.example/genesys/api/v2/thing'],
    ['https://gateway.example', '/api/v2/thing?a=b?c&d=e', 'https://gateway.example/api/v2/thing?a=b?c&d=e'],
    ['https://gateway.example/?key=1', '/api/v2/thing', 'https://gateway.example/api/v2/thing'],
    ['https://gateway.example', '/api/v2/a%2Fb', 'https://gateway.example/api/v2/a%2Fb'],
  ] as const) {
    it(`of ${path} at ${base} goes to ${url}`, async () => {
      const world = new World({ baseUrl: base });
      await world.answer({ method: 'GET', path });
      assert.equal(world.requests[0]!.url.href, url);
    });
  }
});

describe('an answer of the platform', () => {
  it('is parsed, in however many pieces it came', async () => {
    const world = new World();
    world.script.push({ chunks: ['{"enti', 'ties":[', '1]}'] });
    assert.deepEqual(await world.answer(), { kind: 'answered', status: 200, body: { entities: [1] } });
  });

  for (const status of [202, 204]) {
    it(`of ${status} may have no body`, async () => {
      const world = new World();
      world.script.push({ status, chunks: [] });
      assert.deepEqual(await world.answer(), { kind: 'answered', status, body: undefined });
    });
  }

  it('that is no JSON is unreadable, and is not quoted', async () => {
    const world = new World();
    world.script.push({ chunks: [`<html>${CANARY}`] });
    const answer = await world.answer();
    assert.ok(answer.kind === 'failed');
    assert.equal(answer.cause, 'unreadable');
    assert.match(answer.reason, /it is no JSON/);
    assertNoLeak({ answer });
  });

  it('of exactly 16 MiB is read; one byte more is given up, and the rest of it not waited for', async () => {
    const quarter = Buffer.alloc(4 * 1_048_576, ' ');
    const world = new World();
    world.script.push({ chunks: [quarter, quarter, quarter, quarter.subarray(2), '{}'] });
    assert.equal((await world.answer()).kind, 'answered');
    assert.equal(world.destroyedCount, 0);
    const given = { count: 0 };
    world.script.push({ chunks: endlessly(quarter, given) });
    const answer = await world.answer();
    assert.ok(answer.kind === 'failed');
    assert.equal(answer.cause, 'unreadable');
    assert.match(answer.reason, /more than 16777216 bytes/);
    assert.equal(given.count, 5);
    assert.equal(world.destroyedCount, 1);
  });

  it('whose connection breaks before its end is broken, and none at all is unreachable', async () => {
    const world = new World();
    world.script.push({ chunks: broken('{"entities":') }, { fault: new Error('connect ECONNREFUSED') });
    const [first, second] = [await world.answer(), await world.answer()];
    assert.ok(first.kind === 'failed' && second.kind === 'failed');
    assert.deepEqual([first.cause, first.reason], ['broken', 'other side closed']);
    assert.deepEqual([second.cause, second.reason], ['unreachable', 'connect ECONNREFUSED']);
  });

  it('that is a redirect is not followed', async () => {
    const world = new World();
    world.script.push({ status: 302, headers: { location: 'https://elsewhere.example/' } });
    const answer = await world.answer();
    assert.ok(answer.kind === 'failed');
    assert.equal(answer.cause, 'redirected');
    assert.equal(world.requests.length, 1);
  });

  for (const [id, isKept] of [
    ['1f2e-aa.b:c_7', true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['', false],
    ['x y', false],
    [`<script>${CANARY}`, false],
    ['line\nbreak', false],
  ] as const) {
    it(`${isKept ? 'keeps' : 'drops'} the correlation id ${JSON.stringify(id.slice(0, 20))}`, async () => {
      const world = new World();
      world.script.push({ status: 400, headers: { 'inin-correlation-id': id } });
      const answer = await world.answer();
      assert.ok(answer.kind === 'failed');
      assert.equal(answer.correlationId, isKept ? id : undefined);
      assert.equal(answer.reason, 'it answered 400');
      assertNoLeak({ answer });
      // The body of an error is not looked at.
      assert.equal(world.destroyedCount, 1);
    });
  }
});

describe('the quota of requests', () => {
  it('is learned from the headers, and waited for', async () => {
    const world = new World();
    const headers = {
      'inin-ratelimit-count': '300',
      'inin-ratelimit-allowed': '300',
      'inin-ratelimit-reset': '42',
    };
    world.script.push({ headers });
    await world.answer();
    await world.answer();
    assert.equal(world.waitedMs, 42_000);
  });

  it('is learned from refusals, too', async () => {
    const world = new World();
    const headers = {
      'inin-ratelimit-count': '7',
      'inin-ratelimit-allowed': '7',
      'inin-ratelimit-reset': '9',
    };
    world.script.push({ status: 404, headers });
    await world.answer();
    await world.answer();
    assert.equal(world.waitedMs, 9_000);
  });

  for (const [what, headers] of [
    ['huge', { count: '9'.repeat(400), allowed: '300', reset: '42' }],
    ['negative', { count: '300', allowed: '300', reset: '-42' }],
    ['no numbers', { count: 'NaN', allowed: 'Infinity', reset: '1e9' }],
    ['nothing allowed', { count: '1', allowed: '0', reset: '3600' }],
  ] as const) {
    it(`is not changed by headers that are hostile: ${what}`, async () => {
      const world = new World();
      const hostile = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [`inin-ratelimit-${name}`, value]),
      );
      world.script.push({ headers: hostile });
      await world.answer();
      await world.answer();
      assert.equal(world.waitedMs, 0);
    });
  }

  it('is taken of once for each request, and of every quota that is named', async () => {
    const world = new World({ allowedPerMinute: 1_000 });
    const further = new RequestQuota(world.clock.nowMs(), 10);
    for (let count = 0; count < 3; count += 1) await world.answer(THING, further);
    // A tenth at once, and the other nine evenly over the minute.
    assert.equal(world.waitedMs, 2 * Math.ceil(60_000 / 9));
    for (let count = 0; count < 5; count += 1) await world.answer();
    assert.equal(world.waitedMs, 2 * Math.ceil(60_000 / 9));
  });

  it('is not taken of while another one has no room', async () => {
    const world = new World({ allowedPerMinute: 20 });
    const further = new RequestQuota(world.clock.nowMs(), 300);
    further.block(600_000, world.clock.nowMs());
    const waiting = world.ask(THING, SOURCE_LIFE, further);
    await settled();
    // Both of the burst are there for others.
    await world.answer();
    await world.answer();
    assert.equal(world.waitedMs, 0);
    world.clock.advance(600_000);
    assert.equal((await waiting).kind, 'answered');
  });

  it('that is waited for is let go when the process stops', async () => {
    const world = new World();
    world.quota.block(600_000, world.clock.nowMs());
    const stopping = new AbortController();
    const answer = world.ask(THING, stopping.signal);
    await settled();
    stopping.abort();
    assert.equal((await answer).kind, 'failed');
    assert.equal(world.requests.length, 0);
    assert.equal(world.clock.nextDueMs(), undefined);
    // Nothing was counted.
    world.clock.advance(600_000);
    assert.equal(world.quota.waitMs(world.clock.nowMs()), 0);
  });

  it('is waited for with the token that is valid then', async () => {
    let token = 'early';
    const world = new World({
      authenticator: bearer({ headers: () => Promise.resolve({ authorization: `Bearer ${token}` }) }),
    });
    world.quota.block(600_000, world.clock.nowMs());
    const answer = world.ask();
    await settled();
    token = 'late';
    world.clock.advance(600_000);
    await answer;
    assert.equal(world.requests[0]!.headers.authorization, 'Bearer late');
  });
});

describe('a 429', () => {
  for (const [what, headers, blockedMs] of [
    ['blocks all sources for as long as it says', { 'retry-after': '17' }, 17_000],
    ['blocks them for 5 s when it says nothing', {}, 5_000],
    ['blocks them for 5 s when it says nonsense', { 'retry-after': 'soon' }, 5_000],
    ['blocks nobody for more than an hour', { 'retry-after': '99999999999' }, 3_600_000],
  ] as const) {
    it(what, async () => {
      const world = new World();
      world.script.push({ status: 429, headers });
      const answer = await world.answer();
      assert.ok(answer.kind === 'failed');
      assert.equal(answer.cause, 'rate_limited');
      assert.equal(world.quota.waitMs(world.clock.nowMs()), blockedMs);
      await Promise.all([world.answer(), world.answer()]);
      assert.equal(world.waitedMs, blockedMs);
    });
  }
});

describe('the credential', () => {
  it('is renewed once, by all that were refused at the same time', async () => {
    const clock = new VirtualClock();
    const { authenticator, tokenCount } = keptTokens(clock);
    const world = new World({ authenticator, clock });
    const asks = [world.ask(), world.ask(), world.ask()];
    world.script.push({ status: 401 }, { status: 401 }, { status: 401 });
    for (let turn = 0; turn < 10; turn += 1) {
      await settled();
      clock.advance(50);
    }
    const answers = await Promise.all(asks);
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['answered', 'answered', 'answered'],
    );
    assert.equal(tokenCount(), 2);
    assert.deepEqual(
      world.requests.map(({ headers }) => headers.authorization),
      [...Array<string>(3).fill('Bearer token-1'), ...Array<string>(3).fill('Bearer token-2')],
    );
  });

  it('that is refused twice is not renewed a second time', async () => {
    let refreshCount = 0;
    const refresh = () => Promise.resolve((refreshCount += 1) > 0);
    const world = new World({ authenticator: bearer({ refresh }) });
    world.script.push({ status: 401 }, { status: 401 });
    const answer = await world.answer();
    assert.ok(answer.kind === 'failed');
    assert.deepEqual([answer.cause, refreshCount, world.requests.length], ['unauthorized', 1, 2]);
  });

  it('that does not change, or can not be renewed, is not tried again', async () => {
    const failing = { refresh: () => Promise.reject(new Error('bug')) };
    for (const authenticator of [bearer(), bearer(failing), undefined]) {
      const world = new World(authenticator && { authenticator });
      world.script.push({ status: 401 });
      const answer = await world.answer();
      assert.ok(answer.kind === 'failed');
      assert.deepEqual([answer.cause, answer.status, world.requests.length], ['unauthorized', 401, 1]);
    }
  });

  it('is not renewed for a 403', async () => {
    const world = new World({ authenticator: bearer({ refresh: () => assert.fail('it was renewed') }) });
    world.script.push({ status: 403 });
    const answer = await world.answer();
    assert.ok(answer.kind === 'failed');
    assert.equal(answer.cause, 'forbidden');
  });

  it('is neither renewed nor tried again once the process stops', async () => {
    const stopping = new AbortController();
    const refresh = () => {
      stopping.abort();
      return Promise.resolve(true);
    };
    const world = new World({ authenticator: bearer({ refresh }) });
    world.script.push({ status: 401 });
    assert.equal((await world.ask(THING, stopping.signal)).kind, 'failed');
    assert.equal(world.requests.length, 1);
  });

  it('that can not be had, or is refused to us, costs no request and no quota', async () => {
    for (const [error, cause] of [
      [new Error('the token endpoint is down'), 'no_token'],
      [new CredentialRefusedError('invalid_client'), 'token_refused'],
    ] as const) {
      const world = new World({
        authenticator: bearer({ headers: () => Promise.reject(error) }),
        allowedPerMinute: 10,
      });
      const answer = await world.answer();
      assert.ok(answer.kind === 'failed');
      assert.deepEqual([answer.cause, answer.reason], [cause, error.message]);
      assert.equal(world.requests.length, 0);
      assert.equal(world.quota.waitMs(world.clock.nowMs()), 0);
    }
  });
});

describe('the client over a socket', () => {
  let server: Server | undefined;
  let client: GuardedClient | undefined;
  let hasHead: boolean;

  afterEach(async () => {
    await client?.close();
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(
    listener: RequestListener,
  ): Promise<{ platform: PlatformClient; clock: VirtualClock }> {
    const clock = new VirtualClock();
    server = createServer(listener);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const rules = { allowHttp: true, allowLoopback: true, allowPrivate: false };
    const guarded = new GuardedClient({ timeoutMs: 10_000, egress: rules, maxConnections: 2, clock });
    client = guarded;
    hasHead = false;
    const watched: Pick<GuardedClient, 'exchange'> = {
      exchange: (request, signal, read) =>
        guarded.exchange(request, signal, (answer) => {
          hasHead = true;
          return read(answer);
        }),
    };
    const baseUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway`);
    const quota = new RequestQuota(clock.nowMs());
    return { platform: new PlatformClient({ clock, client: watched, baseUrl, quota }), clock };
  }

  it('asks below the path of the base URL', async () => {
    const { platform } = await serve((request, response) => response.end(`{"url":"${request.url}"}`));
    const answer = await platform.ask(THING, SOURCE_LIFE);
    assert.deepEqual(answer, { kind: 'answered', status: 200, body: { url: '/gateway/api/v2/thing' } });
  });

  it('gives a platform up that says nothing', async () => {
    let isAsked = false;
    const { platform, clock } = await serve(() => (isAsked = true));
    const asking = platform.ask(THING, SOURCE_LIFE);
    await until(() => isAsked);
    clock.advance(10_000);
    const reason = 'no answer within 10000 ms';
    assert.deepEqual(await asking, { kind: 'failed', cause: 'unreachable', reason });
  });

  it('gives one up that stops in the middle', async () => {
    const { platform, clock } = await serve((_, response) => response.write('{'));
    const asking = platform.ask(THING, SOURCE_LIFE);
    await until(() => hasHead);
    clock.advance(10_000);
    const reason = 'no answer within 10000 ms';
    assert.deepEqual(await asking, { kind: 'failed', cause: 'broken', reason });
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

function* endlessly(chunk: Uint8Array, given: { count: number }): Generator<Uint8Array> {
  for (;;) {
    given.count += 1;
    yield chunk;
  }
}

function* broken(text: string): Generator<string> {
  yield text;
  throw new Error('other side closed');
}
