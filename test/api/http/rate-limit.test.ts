import assert from 'node:assert/strict';
import { before, describe, it, mock } from 'node:test';
import { tokenOf } from '../access-tokens.ts';
import { bearer, withApi } from '../running-api.ts';
import { SAMPLE_OPERATIONS } from '../sample-operations.ts';

const token = await tokenOf();

describe('the rate limit of a client', () => {
  const two = { rate_limit: 2 };
  let narrow: string;
  before(async () => {
    narrow = await tokenOf({ sub: 'narrow', client_id: 'narrow', scope: 'realtime:read' });
  });

  it('refuses with 429 what is too much, says until when, and begins anew after a minute', async () => {
    await withApi(SAMPLE_OPERATIONS, two, async (running) => {
      mock.timers.enable({ apis: ['Date'], now: running.clock.nowMs() });
      const ask = () => running.ask('/api/v1/things/one', { headers: bearer(token) });
      const advance = (durationMs: number) => {
        running.clock.advance(durationMs);
        mock.timers.setTime(running.clock.nowMs());
      };
      try {
        const first = await ask();
        assert.equal(first.headers.ratelimit, '"client"; r=1; t=60');
        assert.match(String(first.headers['ratelimit-policy']), /^"client"; q=2; w=60; pk=:[\w+/=]+:$/);
        advance(20_500);
        assert.equal((await ask()).headers.ratelimit, '"client"; r=0; t=40');
        const refused = await ask();
        assert.equal(refused.status, 429);
        assert.equal(refused.headers['retry-after'], '40');
        assert.deepEqual(refused.json(), {
          message: 'at most 2 requests a minute',
          code: 'too.many.requests.retry.after',
          status: 429,
        });
        advance(39_499);
        assert.equal((await ask()).status, 429);
        advance(1);
        assert.equal((await ask()).status, 200);
      } finally {
        mock.timers.reset();
      }
    });
  });

  it('is of each client, whichever token it shows; what is not authenticated counts for nobody', async () => {
    await withApi(SAMPLE_OPERATIONS, two, async (running) => {
      const status = async (headers: Record<string, string>) =>
        (await running.ask('/api/v1/things/one', { headers })).status;
      const again = await tokenOf({ jti: 'two' });
      for (let count = 0; count < 5; count += 1) assert.equal(await status({}), 401);
      assert.deepEqual([await status(bearer(token)), await status(bearer(again))], [200, 200]);
      assert.deepEqual([await status(bearer(token)), await status(bearer(again))], [429, 429]);
      assert.deepEqual([await status(bearer(narrow)), await status(bearer(narrow))], [403, 403]);
      assert.equal(await status(bearer(narrow)), 429, 'what may not be had counts too');
    });
  });

  it('counts what is refused: whoever asks wrongly asks too', async () => {
    await withApi(SAMPLE_OPERATIONS, two, async (running) => {
      const statuses = [];
      for (let count = 0; count < 3; count += 1) {
        statuses.push((await running.ask('/api/v1/things/one?x=1', { headers: bearer(token) })).status);
      }
      assert.deepEqual(statuses, [400, 400, 429]);
    });
  });

  it('does not concern what needs no token, which has its own', async () => {
    await withApi(SAMPLE_OPERATIONS, { rate_limit: 1 }, async (running) => {
      const statuses = new Map<number, number>();
      for (let count = 0; count < 302; count += 1) {
        const { status } = await running.ask(count % 2 === 0 ? '/' : '/openapi.json');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      assert.deepEqual(Object.fromEntries(statuses), { 200: 300, 429: 2 });
      assert.equal((await running.ask('/api/v1/things/one', { headers: bearer(token) })).status, 200);
    });
  });
});
