// The outbox from the outside: `outbox ls` beside the running collector, and the wait until it has nothing to list.
import assert from 'node:assert/strict';
import { systemClock } from '../../collector/clock.ts';
import { distribution } from '../../collector/registry.ts';
import type { MortalCollector } from './mortal-collector.ts';

const CONFIG = new URL('../../otel-config.yaml', import.meta.url).pathname;
const NOTHING_LEFT = 'everything has been delivered\n';
/** Retries are at most a second apart; what takes this long without one attempt will never be delivered. */
const PATIENCE_MS = 15_000;

/** What `outbox ls` prints: pending and dead rows. */
export async function listOutbox(directory: string): Promise<string> {
  const command = distribution.commands.find(({ name }) => name === 'outbox');
  assert.ok(command !== undefined);
  let printed = '';
  const io = {
    env: {},
    clock: systemClock,
    isTerminal: false,
    out: (text: string) => void (printed += text),
    err: (text: string) => void (printed += text),
  };
  const args = ['ls', '--config', CONFIG, '--set', `extensions.file_storage.directory=${directory}`];
  assert.equal(await command.run(args, { distribution, io }), 0, printed);
  return printed;
}

/** Resolves when everything has been delivered. Looks again whenever an attempt has been written down, or a life ended. */
export async function outboxIsEmpty(collector: MortalCollector, directory: string): Promise<void> {
  for (;;) {
    const { epoch } = await collector.up();
    const somethingHappened = nextSettlement(collector);
    const listing = await listOutbox(directory);
    if (listing === NOTHING_LEFT) {
      somethingHappened.cancel();
      return;
    }
    const isInTime = await somethingHappened.promise;
    assert.ok(isInTime || collector.epoch !== epoch, `never delivered:\n${listing}`);
  }
}

/** Resolves to false when nothing has happened in time. */
function nextSettlement(collector: MortalCollector): { promise: Promise<boolean>; cancel(): void } {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onPoint = (name: string) => name === 'delivery.settled' && finish(true);
  const onDeath = () => finish(true);
  const timer = setTimeout(() => finish(false), PATIENCE_MS);
  const finish = (happened: boolean) => {
    clearTimeout(timer);
    collector.events.off('point', onPoint).off('died', onDeath);
    resolve(happened);
  };
  collector.events.on('point', onPoint).once('died', onDeath);
  return { promise, cancel: () => finish(false) };
}
