// Whether a run may be believed: everything was sent when it was due, was taken, and adds up. Pure but for asking the side.
import type { Load } from './load.ts';
import { quantileOf } from './quantile.ts';
import type { RunningSide } from './side.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** What is sent later than this is no sample of every five seconds any more. */
const MAX_LAG_MS = 2_500;

export interface LoadAccount {
  readonly sampleCount: number;
  readonly recordCount: number;
  readonly takenCount: number;
  /** How many requests were not taken, by why. */
  readonly failures: ReadonlyMap<string, number>;
  readonly maxLagMs: number;
  readonly unreadCount: number;
  readonly troubles: readonly string[];
}

/** Why the run may not be believed; empty when it may. */
export function problemsOf(account: LoadAccount): string[] {
  const { recordCount, takenCount, failures, maxLagMs, unreadCount, troubles } = account;
  return [
    ...(maxLagMs <= MAX_LAG_MS ? [] : [`a request was sent ${maxLagMs} ms late, more than ${MAX_LAG_MS} ms`]),
    ...[...failures].map(([why, count]) => `${count} requests were not taken: ${why}`),
    ...(takenCount === recordCount ? [] : [`${recordCount} records were sent, and ${takenCount} taken`]),
    ...(unreadCount === 0 ? [] : [`${unreadCount} webhooks could not be read`]),
    ...troubles,
  ];
}

/** Of a load that has stopped. */
export async function accountOf(
  load: Load,
  side: RunningSide,
  receiver: WebhookReceiver,
): Promise<LoadAccount> {
  return {
    sampleCount: load.sampleCount,
    recordCount: load.recordCount,
    takenCount: await side.takenCount(),
    failures: load.failures,
    maxLagMs: quantileOf(load.lagsMs, 1),
    unreadCount: receiver.failedCount,
    troubles: await side.troubles(),
  };
}
