// A day of the virtual clock, with something going wrong each minute.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RefusedError } from '../../../collector/component.ts';
import type { GenesysStandIn, StandInAnswer } from '../../support/genesys-stand-in.ts';
import { guideSample, type ListeningOptions, listenToStandIn } from './listening-receiver.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SESSION_COUNT = 3;
/** A session lasts so many samples. */
const SESSION_SAMPLES = 150;

interface World {
  readonly standIn: GenesysStandIn;
  readonly nowMs: () => number;
  refusesBatches: number;
  reorders: boolean;
}

/** What can go wrong, each once in about a quarter of an hour. */
const FAULTS: readonly ((world: World) => void)[] = [
  ({ standIn }) => standIn.cutMidEvent(),
  ({ standIn }) => standIn.cut(),
  ({ standIn }) => standIn.end(),
  ({ standIn }) => standIn.stall(),
  ({ standIn }) => standIn.repeat(7),
  (world) => void (world.reorders = true),
  ({ standIn }) => standIn.sendText('data: {"type": "webrtc-vid\n\ndata: [null, 7]\n\nnonsense\n\n'),
  ({ standIn }) => {
    standIn.revokeTokens();
    standIn.cut();
  },
  then(() => ({ status: 429, headers: { 'retry-after': '17' } })),
  then((world) => ({
    status: 429,
    headers: { 'retry-after': new Date(world.nowMs() + 30_000).toUTCString() },
  })),
  then(() => ({ status: 429 }), 3),
  then(() => ({ status: 503 }), 2),
  then(() => ({ status: 404 })),
  then(() => ({ status: 302, headers: { location: 'https://elsewhere.example/' } })),
  then(() => ({ status: 200, headers: { 'content-type': 'text/html' }, text: '<html>' })),
  then(() => ({ status: 200, hangs: true })),
  (world) => {
    world.standIn.nextTokens.push({ status: 503 }, { status: 429 });
    world.standIn.revokeTokens();
    world.standIn.cut();
  },
  (world) => void (world.refusesBatches = 3),
];

/** The connection is cut, and the next requests are answered so. */
function then(answer: (world: World) => StandInAnswer, times = 1): (world: World) => void {
  return (world) => {
    // While a long wait lasts, troubles don't add up to hours.
    if (world.standIn.next.length === 0)
      world.standIn.next.push(...Array.from({ length: times }, () => answer(world)));
    world.standIn.cut();
  };
}

async function liveThrough(durationMs: number, options: ListeningOptions) {
  const running = await listenToStandIn({ tokenDelayMs: 2_000, ...options });
  const { standIn, clock } = running;
  const random = () => clock.random();
  const world: World = { standIn, nowMs: () => clock.nowMs(), refusesBatches: 0, reorders: false };
  running.onConsume = () => {
    if (world.refusesBatches === 0) return Promise.resolve();
    world.refusesBatches -= 1;
    return Promise.reject(new RefusedError('busy', 2_000));
  };
  let tick = 0;
  clock.every(5_000, () => {
    tick += 1;
    const events = [];
    for (let slot = 0; slot < SESSION_COUNT; slot += 1) {
      const age = tick + slot * 31;
      const sessionId = `session-${slot}-${Math.floor(age / SESSION_SAMPLES)}`;
      const hasEnded = age % SESSION_SAMPLES === SESSION_SAMPLES - 1;
      events.push(standIn.happen(sessionId, hasEnded ? { type: 'webrtc', state: 'ended' } : guideSample()));
    }
    standIn.send(world.reorders ? events.reverse() : events);
    world.reorders = false;
  });
  for (let sinceMs = 0; sinceMs < durationMs; sinceMs += MINUTE_MS) {
    const faultAfterMs = Math.floor(random() * MINUTE_MS);
    await running.pass(faultAfterMs);
    FAULTS[Math.floor(random() * FAULTS.length)]!(world);
    await running.pass(MINUTE_MS - faultAfterMs);
  }
  // What is under way comes to its end: the slowest wait is that after a 404.
  standIn.next.length = 0;
  await running.pass(10 * MINUTE_MS);
  return running;
}

function assertOnce(delivered: ReadonlySet<string>, seen: ReadonlyMap<string, number>): void {
  const lost = [...delivered].filter((key) => !seen.has(key));
  const doubled = [...seen].filter(([, count]) => count > 1).map(([key]) => key);
  const invented = [...seen.keys()].filter((key) => !delivered.has(key));
  assert.deepEqual({ lost, doubled, invented }, { lost: [], doubled: [], invented: [] });
}

describe('a day with a fault each minute', () => {
  it('as server-sent events: everything that was delivered is seen once, and nothing is missed for good', async () => {
    const running = await liveThrough(DAY_MS, { format: 'sse' });
    const { standIn, seen } = running;
    assertOnce(standIn.delivered, seen);
    // Events with ids are sent again after a gap: all that ever happened was delivered.
    assert.ok(seen.size >= (DAY_MS / 5_000) * SESSION_COUNT, `only ${seen.size} events were seen`);
    assert.equal(standIn.mostTokenRequestsAtOnce, 1);
    assert.equal(standIn.excessCount, 0);
    assert.ok(await running.counted('webrtc.genesys.missed_time', { source: 'realtime' }));
    assert.equal(running.settings.statuses.at(-1)?.kind, 'ok');
    await running.stop();
  });

  it('as NDJSON, where what was missed is gone: everything that was delivered is seen once', async () => {
    const running = await liveThrough(DAY_MS / 4, { format: 'ndjson', seed: 7 });
    const { standIn, seen } = running;
    assertOnce(standIn.delivered, seen);
    assert.ok(seen.size > 0.25 * (DAY_MS / 4 / 5_000) * SESSION_COUNT, `only ${seen.size} events were seen`);
    assert.equal(standIn.mostTokenRequestsAtOnce, 1);
    assert.equal(standIn.excessCount, 0);
    await running.stop();
  });

  it('as plain JSON, polled: the same, and within a small quota', async () => {
    const running = await liveThrough(DAY_MS / 4, {
      format: 'json',
      seed: 11,
      allowedPerMinute: 10,
      realtime: { poll_interval: '100ms' },
    });
    const { standIn, seen } = running;
    assertOnce(standIn.delivered, seen);
    assert.ok(seen.size > 0.9 * (DAY_MS / 4 / 5_000) * SESSION_COUNT, `only ${seen.size} events were seen`);
    assert.ok(standIn.excessCount === 0, `${standIn.excessCount} requests beyond the quota`);
    await running.stop();
  });
});
