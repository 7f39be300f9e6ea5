// When to kill: in the middle of a start, at any time after it, or right after a named point.
import { setTimeout as pause } from 'node:timers/promises';
import type { MortalCollector } from './mortal-collector.ts';
import type { Seeded } from './seeded.ts';

const AIMS = [
  'receiver.before-hand-on',
  'receiver.answered',
  'processor.decided',
  'outbox.before-commit',
  'outbox.committed',
  'delivery.before-attempt',
  'delivery.attempted',
  'delivery.settled',
];
/** How long an aim may stay out of sight. */
const AIM_PATIENCE_MS = 400;
/** Passed by lives of five seconds only. */
const TIMED_AIMS = ['outbox.before-checkpoint', 'outbox.checkpointed'];
const TIMED_AIM_PATIENCE_MS = 6_000;

/** Resolves when it is time. `inStart`: in the middle of the start, whatever else is drawn. */
export async function momentToKill(
  collector: MortalCollector,
  random: Seeded,
  inStart: boolean,
): Promise<void> {
  const sort = inStart ? 0 : random.fraction();
  if (sort < 0.15) {
    await collector.launched();
    await pause(random.whole(0, 120));
    return;
  }
  await collector.up();
  if (sort < 0.45) {
    await pause(random.whole(0, 250));
  } else if (sort < 0.97) {
    await pointPassed(collector, random.pick(AIMS), random.whole(1, 6), AIM_PATIENCE_MS);
    await pause(random.whole(0, 3));
  } else {
    await pointPassed(collector, random.pick(TIMED_AIMS), 1, TIMED_AIM_PATIENCE_MS);
  }
}

/** Resolves when the point has been passed `count` times from now on, and after `patienceMs` when it has not. */
export function pointPassed(
  collector: MortalCollector,
  point: string,
  count: number,
  patienceMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const look = (name: string) => {
      if (name === point) left -= 1;
      if (left === 0) done();
    };
    const done = () => {
      clearTimeout(timer);
      collector.events.off('point', look);
      resolve();
    };
    const timer = setTimeout(done, patienceMs);
    collector.events.on('point', look);
  });
}
