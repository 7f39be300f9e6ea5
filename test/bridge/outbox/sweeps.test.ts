import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Sweeps } from '../../../bridge/outbox/sweeps.ts';
import { loneSettings, type LoneSettings } from '../../support/lone-settings.ts';

let lone: LoneSettings;
let runs: string[];

beforeEach(() => {
  lone = loneSettings('outbox');
  runs = [];
});

const job = (name: string, intervalMs: number) => ({
  intervalMs,
  run: (nowMs: number) => {
    runs.push(`${name} at ${nowMs - startMs}`);
    return Promise.resolve();
  },
});

const startMs = Date.UTC(2026, 0, 1);

async function advance(sweeps: Sweeps, durationMs: number): Promise<void> {
  lone.clock.advance(durationMs);
  await sweeps.flush();
}

describe('the sweeps', () => {
  it('run each job as often as it says, one after the other, all of them in the first one', async () => {
    const sweeps = new Sweeps(lone.settings, [job('often', 5), job('rarely', 15)]);
    assert.deepEqual(runs, []);
    for (let count = 0; count < 4; count++) await advance(sweeps, 5);
    assert.deepEqual(runs, [
      'often at 5',
      'rarely at 5',
      'often at 10',
      'often at 15',
      'often at 20',
      'rarely at 20',
    ]);
    await sweeps.stop();
  });

  it('never run twice at once, and are waited for', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isDone = false;
    const slow = { intervalMs: 5, run: () => promise.then(() => void (isDone = true)) };
    const sweeps = new Sweeps(lone.settings, [slow, job('next', 5)]);
    lone.clock.advance(20);
    assert.deepEqual(runs, []);
    resolve();
    await sweeps.stop();
    assert.ok(isDone);
    assert.deepEqual(runs, ['next at 20']);
  });

  it('go on after a job that failed, which is logged', async () => {
    const failing = { intervalMs: 5, run: () => Promise.reject(new Error('disk full')) };
    const sweeps = new Sweeps(lone.settings, [failing, job('next', 5)]);
    await advance(sweeps, 5);
    assert.deepEqual(runs, ['next at 5']);
    assert.deepEqual(
      lone.lines.map(({ level, msg }) => [level, msg]),
      [['error', 'a sweep of the outbox failed; it is repeated']],
    );
    await sweeps.stop();
  });

  it('end when they are stopped', async () => {
    const sweeps = new Sweeps(lone.settings, [job('often', 5)]);
    await sweeps.stop();
    lone.clock.advance(100);
    assert.deepEqual(runs, []);
  });
});
