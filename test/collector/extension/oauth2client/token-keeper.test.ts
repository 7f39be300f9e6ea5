import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { TokenKeeper } from '../../../../collector/extension/oauth2client/token-keeper.ts';
import {
  TokenRequestError,
  type GrantedToken,
} from '../../../../collector/extension/oauth2client/token-request.ts';
import { Secret } from '../../../../collector/secret.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const BUFFER_MS = 300_000;
const HOUR_MS = 3_600_000;

type Answer = () => Promise<GrantedToken>;

let clock: VirtualClock;
let keeper: TokenKeeper;
let requestCount: number;
let outcomes: (string | undefined)[];
/** What the endpoint says next; without one it grants token-1, token-2, … for an hour. */
let answers: Answer[];

beforeEach(() => {
  clock = new VirtualClock();
  requestCount = 0;
  outcomes = [];
  answers = [];
  keeper = new TokenKeeper({
    clock,
    expiryBufferMs: BUFFER_MS,
    request: () => {
      requestCount += 1;
      return (answers.shift() ?? granting(`token-${requestCount}`, HOUR_MS))();
    },
    onOutcome: (fault) => outcomes.push(fault?.message),
  });
});

function granting(token: string, lifeMs?: number): Answer {
  return () => Promise.resolve({ token: new Secret(token), ...(lifeMs !== undefined && { lifeMs }) });
}

function failing(message: string, retryAfterMs?: number): Answer {
  return () => Promise.reject(new TokenRequestError(message, { retryAfterMs }));
}

async function token(): Promise<string> {
  return (await keeper.token()).reveal();
}

/** Lets what has been set going without being waited for come to its end. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a token', () => {
  it('is not asked for before it is needed', () => assert.equal(requestCount, 0));

  it('is asked for once, however many need it at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, token));
    assert.deepEqual([...new Set(all)], ['token-1']);
    assert.equal(requestCount, 1);
  });

  it('is used until the buffer before its end begins', async () => {
    await token();
    clock.advance(HOUR_MS - BUFFER_MS - 1);
    assert.equal(await token(), 'token-1');
    assert.equal(requestCount, 1);
  });

  it('is renewed within the buffer, and serves until the new one is there', async () => {
    await token();
    clock.advance(HOUR_MS - BUFFER_MS);
    assert.deepEqual(await Promise.all([token(), token(), token()]), ['token-1', 'token-1', 'token-1']);
    await settled();
    assert.equal(await token(), 'token-2');
    assert.equal(requestCount, 2);
  });

  it('that has ended is waited for', async () => {
    await token();
    clock.advance(HOUR_MS);
    assert.equal(await token(), 'token-2');
  });

  it('that can not be renewed serves to its end, and no longer', async () => {
    await token();
    clock.advance(HOUR_MS - BUFFER_MS);
    answers = [failing('down'), failing('still down')];
    assert.equal(await token(), 'token-1');
    await settled();
    assert.equal(await token(), 'token-1');
    assert.equal(requestCount, 2);
    clock.advance(BUFFER_MS);
    await assert.rejects(token(), { message: 'still down' });
  });

  it('that lives shorter than the buffer is renewed at half of its life', async () => {
    answers = [granting('short', 60_000)];
    await token();
    clock.advance(29_999);
    assert.equal(await token(), 'short');
    assert.equal(requestCount, 1);
    clock.advance(1);
    await token();
    assert.equal(requestCount, 2);
  });

  for (const [rule, lifeMs] of [
    ['of unknown life', undefined],
    ['of a life beyond all times', 1e300],
  ] as const) {
    it(`${rule} is never renewed by the clock`, async () => {
      answers = [granting('lasting', lifeMs)];
      await token();
      clock.advance(365 * 24 * HOUR_MS);
      assert.equal(await token(), 'lasting');
      assert.equal(requestCount, 1);
    });
  }
});

describe('a token endpoint that fails', () => {
  it('is asked again after 1 s, 2 s, 4 s; in between the last failure is told at once', async () => {
    answers = ['first', 'second', 'third', 'fourth'].map((message) => failing(message));
    const told: string[] = [];
    for (let half = 0; half <= 14; half++) {
      await token().catch((error: Error) => told.push(error.message));
      clock.advance(500);
    }
    assert.deepEqual(told, [
      ...Array<string>(2).fill('first'),
      ...Array<string>(4).fill('second'),
      ...Array<string>(8).fill('third'),
      'fourth',
    ]);
    assert.equal(requestCount, 4);
  });

  it('is asked once by many callers, who all are told', async () => {
    answers = [failing('down')];
    const all = await Promise.allSettled(Array.from({ length: 50 }, token));
    assert.ok(all.every(({ status }) => status === 'rejected'));
    assert.equal(requestCount, 1);
  });

  it('is not asked before the time that it named', async () => {
    answers = [failing('busy', 20_000)];
    await assert.rejects(token());
    clock.advance(19_999);
    await assert.rejects(token(), { message: 'busy' });
    assert.equal(requestCount, 1);
    clock.advance(1);
    assert.equal(await token(), 'token-2');
  });

  it('begins at 1 s again after a token was had', async () => {
    answers = [failing('a'), failing('b'), granting('short', 1_000), failing('c')];
    await assert.rejects(token());
    clock.advance(1_000);
    await assert.rejects(token());
    clock.advance(2_000);
    assert.equal(await token(), 'short');
    clock.advance(1_000);
    await assert.rejects(token(), { message: 'c' });
    clock.advance(1_000);
    assert.equal(await token(), 'token-5');
    assert.deepEqual(outcomes, ['a', 'b', undefined, 'c', undefined]);
  });

  it('by an error that is not its own tells nothing of it', async () => {
    answers = [() => Promise.reject(new Error('with a secret'))];
    await assert.rejects(token(), { name: 'TokenRequestError', message: 'the token request failed' });
  });
});

describe('a token that was refused', () => {
  it('is renewed', async () => {
    await token();
    assert.equal(await keeper.renew('token-1'), true);
    assert.equal(await token(), 'token-2');
  });

  it('is renewed once for all who were refused with it', async () => {
    await token();
    const all = await Promise.all(Array.from({ length: 50 }, () => keeper.renew('token-1')));
    assert.ok(all.every(Boolean));
    assert.equal(requestCount, 2);
  });

  it('is not renewed for one who comes late with the old one', async () => {
    await token();
    await keeper.renew('token-1');
    clock.advance(HOUR_MS / 2);
    assert.equal(await keeper.renew('token-1'), true);
    assert.equal(requestCount, 2);
  });

  it('is the one at hand when nobody says which', async () => {
    await token();
    assert.equal(await keeper.renew(undefined), true);
    assert.equal(requestCount, 2);
  });

  it('has not become another one when the endpoint gives the same again', async () => {
    answers = [granting('cached', HOUR_MS), granting('cached', HOUR_MS)];
    await token();
    assert.equal(await keeper.renew('cached'), false);
    assert.equal(requestCount, 2);
  });

  it('has not become another one when none could be had', async () => {
    await token();
    answers = [failing('down')];
    assert.equal(await keeper.renew('token-1'), false);
    assert.equal(await token(), 'token-1');
  });

  it('does not wear out the endpoint when every new one is refused too', async () => {
    await token();
    for (let tenth = 0; tenth < 600; tenth++) {
      await keeper.renew(await token());
      clock.advance(100);
    }
    // At 0, 1, 3, 7, 15 and 31 s of a minute, and the first.
    assert.equal(requestCount, 7);
  });

  it('after it had served for a minute is renewed at once, whatever was refused before', async () => {
    await token();
    for (let count = 0; count < 5; count++) {
      await keeper.renew(await token());
      clock.advance(32_000);
    }
    clock.advance(60_000);
    await keeper.renew(await token());
    const before = requestCount;
    clock.advance(1_000);
    assert.equal(await keeper.renew(await token()), true);
    assert.equal(requestCount, before + 1);
  });
});
