// Asking a destination again and again whether it really has what it took, until it says yes or the time is over.
import type { Clock } from '../../collector/clock.ts';
import type { Confirmation, IncomingAnswer, OutgoingRequest } from './adapter.ts';
import type { Outcome } from './outcome.ts';
import { pause } from '../../collector/pause.ts';

export async function awaitConfirmation(
  confirmation: Confirmation,
  using: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    ask(request: OutgoingRequest): Promise<IncomingAnswer>;
  },
): Promise<Outcome> {
  const { clock, signal } = using;
  const deadlineMs = clock.nowMs() + confirmation.timeoutMs;
  while (clock.nowMs() < deadlineMs) {
    await pause(clock, Math.min(confirmation.everyMs, deadlineMs - clock.nowMs()), signal);
    if (signal.aborted) return { kind: 'retry', reason: 'given up unconfirmed: the process is stopping' };
    const outcome = await askOnce(confirmation, using);
    if (outcome !== undefined) return outcome;
  }
  return { kind: 'retry', reason: `not confirmed within ${confirmation.timeoutMs} ms` };
}

/** A question that got lost says nothing about what it was about: it is asked again. */
async function askOnce(
  confirmation: Confirmation,
  { ask }: { ask(request: OutgoingRequest): Promise<IncomingAnswer> },
): Promise<Outcome | undefined> {
  try {
    return confirmation.outcome(await ask(confirmation.request));
  } catch {
    return undefined;
  }
}
