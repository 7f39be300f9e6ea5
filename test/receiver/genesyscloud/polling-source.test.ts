import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGenesysTelemetry } from '../../../receiver/genesyscloud/instruments.ts';
import type { PlatformFault } from '../../../receiver/genesyscloud/platform/platform-client.ts';
import { type Polled, PollingSource } from '../../../receiver/genesyscloud/polling-source.ts';
import { testSettings } from '../../support/component-settings.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const SERVED: Polled = { kind: 'served', waitMs: 60_000 };
const FAULT: PlatformFault = { kind: 'failed', cause: 'forbidden', reason: 'it answered 403', status: 403 };

/** Polls as the script says, and is served after that. */
function world(script: (Polled | Error)[]) {
  const clock = new VirtualClock();
  const settings = testSettings({ clock });
  const statuses: (string | undefined)[] = [];
  const polledAtMs: number[] = [];
  const startMs = clock.nowMs();
  const source = new PollingSource({
    name: 'query',
    clock,
    logger: settings.logger,
    telemetry: createGenesysTelemetry(settings).ofSource('query'),
    rules: { reasons: {}, longestWaitMs: 300_000, slowAfter: [] },
    poll() {
      polledAtMs.push(clock.nowMs() - startMs);
      const next = script.shift() ?? SERVED;
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
    tellStatus: (reason) => statuses.push(reason),
  });
  source.start();
  return {
    settings,
    source,
    statuses,
    polledAtMs,
    connected: () => settings.recorded('webrtc.genesys.connected', { receiver: 'test', source: 'query' }),
    async pass(durationMs: number) {
      for (let passedMs = 0; passedMs <= durationMs; passedMs += 1_000) {
        await new Promise((resolve) => setImmediate(resolve));
        if (passedMs < durationMs) clock.advance(1_000);
      }
    },
  };
}

describe('a source that polls', () => {
  it('costs a round by a fault of its own, and not the process', async () => {
    const { pass, source, settings, statuses, polledAtMs } = world([new Error('bug')]);
    await pass(30_000);
    assert.equal(polledAtMs.length, 2);
    assert.ok(settings.lines.some(({ level, msg }) => level === 'error' && msg === 'a round failed'));
    assert.deepEqual(statuses, ['a fault of our own; see the log', undefined]);
    await source.stop();
  });

  it('tells a cause once, counts each, and is well when it is served', async () => {
    const { pass, source, settings, statuses } = world([FAULT, FAULT, FAULT, SERVED, FAULT]);
    await pass(300_000);
    assert.deepEqual(
      settings.lines.filter(({ level }) => level === 'warn').map(({ cause }) => cause),
      ['forbidden', 'forbidden'],
    );
    const failures = { receiver: 'test', source: 'query', cause: 'forbidden' };
    assert.equal(await settings.recorded('webrtc.genesys.reconnects', failures), 4);
    const reason = 'the credential lacks a permission (403)';
    assert.deepEqual(statuses, [reason, reason, reason, undefined, reason, undefined]);
    await source.stop();
  });

  it('takes having nothing to ask neither for being served nor for a failure', async () => {
    const idle: Polled = { kind: 'idle', waitMs: 1_000 };
    const { pass, source, statuses, connected } = world([FAULT, ...Array<Polled>(40).fill(idle)]);
    await pass(30_000);
    assert.equal(await connected(), 0);
    assert.equal(statuses.length, 1);
    await pass(60_000);
    assert.equal(await connected(), 1);
    await source.stop();
  });

  it('stops within its wait, and may be stopped twice', async () => {
    const { pass, source, polledAtMs } = world([]);
    await pass(5_000);
    await source.stop();
    await source.stop();
    await pass(120_000);
    assert.deepEqual(polledAtMs, [0]);
  });
});
