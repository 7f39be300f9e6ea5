// One phase of one side: its programs in a folder of their own, a webhook receiver, and a load; all of it ends with the phase.
import { Stack } from '../../test/stack/stack.ts';
import { Load } from './load.ts';
import type { Schedule } from './schedule.ts';
import type { RunningSide, Side } from './side.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

export interface PhaseRun {
  readonly side: RunningSide;
  readonly load: Load;
  readonly receiver: WebhookReceiver;
}

/** `paths` of the receiver, with Alertmanager's `group_interval` for each. */
export type GroupIntervals = Readonly<Record<string, string>>;

/** Rejects with what the programs wrote, when one of them doesn't start or `work` fails. */
export async function runPhase<Result>(
  side: Side,
  schedule: Schedule,
  sessionCount: number,
  groupIntervals: GroupIntervals,
  work: (run: PhaseRun) => Promise<Result>,
): Promise<Result> {
  const stack = await Stack.open();
  try {
    const receiver = new WebhookReceiver(side.readNotices);
    await receiver.open();
    stack.onClose(() => receiver.down());
    const tellings = Object.entries(groupIntervals).map(([path, groupInterval]) => ({
      path,
      url: receiver.url(path),
      groupInterval,
    }));
    const running = await side.start(stack, tellings, sessionCount);
    const load = new Load(schedule, running);
    stack.onClose(() => load.stop());
    return await work({ side: running, load, receiver });
  } catch (error) {
    throw new Error(`${side.title}: ${(error as Error).message}\n${stack.logs}`, { cause: error });
  } finally {
    await stack.close();
  }
}
