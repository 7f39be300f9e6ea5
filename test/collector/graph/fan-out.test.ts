import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Consumer, RefusedError } from '../../../collector/component.ts';
import { fanOut } from '../../../collector/graph/fan-out.ts';

const ok: Consumer<string> = { consume: () => Promise.resolve() };
const failing = (error: Error): Consumer<string> => ({ consume: () => Promise.reject(error) });

async function rejectionOf(heads: readonly Consumer<string>[]): Promise<unknown> {
  return fanOut(heads)
    .consume('batch')
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

describe('fanOut', () => {
  it('is the branch itself when there is only one', () => {
    assert.equal(fanOut([ok]), ok);
  });

  it('starts all branches, in order and with the same batch, before it awaits any', async () => {
    const batch = { records: [] };
    const seen: [string, object][] = [];
    const gate = Promise.withResolvers<void>();
    const branch = (name: string): Consumer<object> => ({
      consume(given) {
        seen.push([name, given]);
        return gate.promise;
      },
    });
    let done = false;
    const consumed = fanOut([branch('metrics'), branch('logs')])
      .consume(batch)
      .then(() => (done = true));
    assert.deepEqual(
      seen.map(([name]) => name),
      ['metrics', 'logs'],
    );
    assert.ok(seen.every(([, given]) => given === batch));
    assert.equal(done, false);
    gate.resolve();
    await consumed;
  });

  it('waits for the slow branch when another has failed already', async () => {
    const gate = Promise.withResolvers<void>();
    const slow: Consumer<string> = { consume: () => gate.promise };
    let settled = false;
    const outcome = rejectionOf([failing(new Error('disk full')), slow]).finally(() => (settled = true));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(settled, false);
    gate.resolve();
    assert.match(String(await outcome), /disk full/);
  });

  it('still offers the batch to later branches when an earlier one throws at once', async () => {
    let offered = false;
    const thrower: Consumer<string> = {
      consume() {
        throw new Error('at once');
      },
    };
    const later: Consumer<string> = {
      consume() {
        offered = true;
        return Promise.resolve();
      },
    };
    assert.match(String(await rejectionOf([thrower, later])), /at once/);
    assert.ok(offered);
  });

  const fault = new Error('fault');
  const shortWait = new RefusedError('queue full', 1_000);
  const longWait = new RefusedError('disk full', 5_000);
  const rows: { rule: string; heads: Consumer<string>[]; expected: RegExp; retryAfterMs?: number }[] = [
    { rule: 'one fault among successes is passed on', heads: [ok, failing(fault)], expected: /fault/ },
    {
      rule: 'one refusal among successes is passed on',
      heads: [failing(shortWait), ok],
      expected: /queue full/,
      retryAfterMs: 1_000,
    },
    {
      rule: 'a refusal outranks a fault, whatever their order',
      heads: [failing(fault), failing(shortWait)],
      expected: /queue full/,
      retryAfterMs: 1_000,
    },
    {
      rule: 'the longest wait outranks the shorter ones',
      heads: [failing(shortWait), failing(longWait), failing(shortWait)],
      expected: /disk full/,
      retryAfterMs: 5_000,
    },
    {
      rule: 'several faults are told together',
      heads: [failing(fault), failing(fault)],
      expected: /2 pipelines/,
    },
  ];
  for (const { rule, heads, expected, retryAfterMs } of rows) {
    it(rule, async () => {
      const error = await rejectionOf(heads);
      assert.match(String(error), expected);
      assert.equal(error instanceof RefusedError ? error.retryAfterMs : undefined, retryAfterMs);
    });
  }

  it('keeps every error as the cause of the worst one', async () => {
    const error = await rejectionOf([failing(fault), failing(longWait)]);
    assert.ok(error instanceof RefusedError && error.cause instanceof AggregateError);
    assert.deepEqual(error.cause.errors, [fault, longWait]);
  });
});
