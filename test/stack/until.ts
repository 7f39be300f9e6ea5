// Waiting for other processes, in real time: asks again and again, and no longer than it may take.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../collector/clock.ts';

const POLL_MS = 50;

/**
 * Resolves to what `ask` gives as soon as it gives anything but undefined. Rejects when it has not within the time, and
 * says why `ask` failed last, if it did.
 */
export async function until<Value>(
  what: string,
  withinMs: number,
  ask: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  const deadlineMs = systemClock.nowMs() + withinMs;
  let lastError: Error | undefined;
  do {
    try {
      const value = await ask();
      if (value !== undefined) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error as Error;
    }
    await delay(POLL_MS);
  } while (systemClock.nowMs() < deadlineMs);
  const why = lastError === undefined ? '' : `: ${lastError.message}`;
  assert.fail(`${what}: not within ${withinMs} ms${why}`);
}
