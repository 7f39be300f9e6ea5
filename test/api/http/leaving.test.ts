// Clients that leave, answers that nobody takes, and the process that stops.
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { describe, it } from 'node:test';
import type { Operation } from '../../../api/operation.ts';
import { tokenOf } from '../access-tokens.ts';
import { bearer, RunningApi, withApi } from '../running-api.ts';
import { breakDown, readThing, SAMPLE_OPERATIONS } from '../sample-operations.ts';

const token = await tokenOf();

describe('a client that leaves before the answer', () => {
  it('is counted, and what fails because of that is no fault', async () => {
    const begun = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const operation: Operation = {
      ...breakDown,
      async handle({ signal }) {
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        left.resolve();
        throw signal.reason;
      },
    };
    await withApi([operation], {}, async (running) => {
      const leaving = new AbortController();
      const asked = fetch(`http://127.0.0.1:${running.port}/api/v1/broken`, {
        headers: bearer(token),
        signal: leaving.signal,
      });
      await begun.promise;
      leaving.abort();
      await assert.rejects(asked);
      await left.promise;
      await new Promise(setImmediate);
      assert.deepEqual(running.settings.lines, []);
      assert.equal(await running.counted('breakDown', 'aborted'), 1);
    });
  });
});

describe('an answer that nobody takes', () => {
  it('is let go after a minute', async () => {
    const large: Operation = {
      ...breakDown,
      handle: () => Promise.resolve({ status: 200, body: 'x'.repeat(32 * 1_024 * 1_024) }),
    };
    await withApi([large], {}, async (running) => {
      const [, response] = await running.open('/api/v1/broken', { headers: bearer(token) });
      running.clock.advance(59_999);
      await new Promise(setImmediate);
      assert.equal(running.clock.nextDueMs(), running.clock.nowMs() + 1);
      running.clock.advance(1);
      await assert.rejects(response.toArray(), /aborted/);
    });
  });

  it('leaves no timer behind when somebody does', async () => {
    await withApi(SAMPLE_OPERATIONS, {}, async (running) => {
      await running.ask('/api/v1/things/one', { headers: bearer(token) });
      await new Promise(setImmediate);
      assert.equal(running.clock.nextDueMs(), undefined);
    });
  });
});

describe('the shutdown of the API', () => {
  /** An operation that waits until the test lets it go. */
  function waiting(): { operation: Operation; begun: Promise<AbortSignal>; letGo: () => void } {
    const begun = Promise.withResolvers<AbortSignal>();
    const { promise, resolve: letGo } = Promise.withResolvers<void>();
    const operation: Operation = {
      ...readThing,
      async handle({ signal }) {
        begun.resolve(signal);
        await promise;
        return { status: 200, body: { isAborted: signal.aborted } };
      },
    };
    return { operation, begun: begun.promise, letGo };
  }

  it('answers what is under way, and closes its connection', async () => {
    const { operation, begun, letGo } = waiting();
    const running = await RunningApi.start([operation]);
    const agent = new Agent({ keepAlive: true });
    const answer = running.ask('/api/v1/things/one', { headers: bearer(token), agent });
    await begun;
    const stopped = running.stop();
    letGo();
    const { status, headers, json } = await answer;
    assert.deepEqual([status, headers.connection, json()], [200, 'close', { isAborted: false }]);
    await stopped;
    agent.destroy();
    assert.equal(running.api.boundAddress, undefined);
  });

  it('cuts off at its deadline what is still under way, and tells it so', async () => {
    const { operation, begun, letGo } = waiting();
    const running = await RunningApi.start([operation]);
    const answer = running.ask('/api/v1/things/one', { headers: bearer(token) });
    const signal = await begun;
    const deadline = new AbortController();
    const stopped = running.api.shutdown(deadline.signal);
    deadline.abort();
    await assert.rejects(answer, /socket hang up/);
    await stopped;
    assert.equal(signal.aborted, true);
    letGo();
    await new Promise(setImmediate);
    assert.deepEqual(running.settings.lines, []);
    assert.equal(await running.counted('readThing', 'aborted'), 1);
  });

  it('is safe before the start, and twice', async () => {
    const running = await RunningApi.start([]);
    await Promise.all([running.stop(), running.stop()]);
    await running.stop();
  });

  it('gives its port back', async () => {
    const running = await RunningApi.start([]);
    const { port } = running;
    await running.stop();
    await withApi([], { endpoint: `127.0.0.1:${port}` }, (again) =>
      Promise.resolve(assert.equal(again.port, port)),
    );
  });
});
