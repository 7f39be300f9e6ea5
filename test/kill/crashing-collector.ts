// A whole collector as a process of its own, for its parent to kill, or to kill itself at a named point. It loads
// everything first and then waits for its order to start, so that a spare one is at hand when another has died.
import { flushCompileCache } from 'node:module';
import { systemClock } from '../../collector/clock.ts';
import { distribution } from '../../collector/registry.ts';
import { createCollector } from '../../collector/service/collector.ts';
import { scenarioConfig } from '../support/scenario.ts';

/** What the parent says. `overrides` are in the notation of `--set`. */
export type Order =
  | { readonly kind: 'start'; readonly overrides: readonly string[] }
  /** Dies at the `call`-th time from now on that the point is passed. */
  | { readonly kind: 'arm'; readonly point: string; readonly call: number };

/** What the child says: that it can be started, and each point that it passes. */
export type Notice = { readonly kind: 'warm' } | { readonly kind: 'point'; readonly name: string };

const [directory = '', siemUrl = ''] = process.argv.slice(2);
let armed: { readonly point: string; callsLeft: number } | undefined;

function pass(name: string): void {
  process.send?.({ kind: 'point', name } satisfies Notice);
  if (armed?.point !== name) return;
  armed.callsLeft -= 1;
  if (armed.callsLeft === 0) die();
}

/** Nothing that comes after in this process may run, not even until the signal has arrived. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) Atomics.wait(never, 0, 0);
}

async function start(overrides: readonly string[]): Promise<void> {
  const config = await scenarioConfig(siemUrl, directory, overrides);
  await createCollector({ config, distribution, clock: systemClock, crashPoint: pass }).start();
}

process.on('message', (order: Order) => {
  if (order.kind === 'arm') armed = { point: order.point, callsLeft: order.call };
  else void start(order.overrides);
});
// A parent that is gone can't kill it any more.
process.on('disconnect', () => process.exit(1));
// A process that is killed has no other moment to leave what it compiled to the next one.
flushCompileCache();
process.send?.({ kind: 'warm' } satisfies Notice);
