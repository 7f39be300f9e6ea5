// After a gap: asks the platform for each conversation that is believed to last and was not told of since. What ended or
// was lost in the gap becomes known so; a conversation that can't be read stays as it was, and counts as nothing better.
import type { Logger } from 'pino';
import type { Clock } from '../../../collector/clock.ts';
import { pause } from '../../../collector/pause.ts';
import type { NotificationsTelemetry } from '../instruments.ts';
import type { Cause } from '../platform/cause.ts';
import type { PlatformAnswer, PlatformRequest } from '../platform/platform-client.ts';
import type { KnownConversations } from './known-conversations.ts';
import type { TidingsIntake } from './tidings-intake.ts';

export interface BackfillParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly platform: { ask(request: PlatformRequest, signal: AbortSignal): Promise<PlatformAnswer> };
  readonly conversations: KnownConversations;
  readonly intake: Pick<TidingsIntake, 'takeAnswer' | 'takeAbsence'>;
  readonly telemetry: NotificationsTelemetry;
  /** Conversations that are asked for after one gap. */
  readonly maxConversations: number;
}

type Outcome = 'read' | 'gone' | 'failed' | 'forbidden';

/** How often a conversation is asked for that could not be had, and how long that is waited for. */
const MAX_ROUNDS = 3;
const ROUND_WAIT_MS = 10_000;
const CREDENTIAL_CAUSES: ReadonlySet<Cause> = new Set(['unauthorized', 'forbidden', 'token_refused']);
/** An id that a path may have as one step. */
const PATH_STEP = /^[\w-]{1,128}$/;

export class Backfill {
  readonly #parts: BackfillParts;
  #isForbiddenTold = false;

  constructor(parts: BackfillParts) {
    this.#parts = parts;
  }

  /** Resolves when all is known that can be, or `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, conversations, maxConversations } = this.#parts;
    const since = conversations.position;
    const untold = conversations.untoldSince(since);
    this.#leaveOut(untold.length - maxConversations);
    let due = untold.slice(0, maxConversations);
    for (let round = 1; due.length > 0 && round <= MAX_ROUNDS && !signal.aborted; round += 1) {
      if (round > 1) await pause(clock, ROUND_WAIT_MS, signal);
      due = await this.#ask(due, since, signal);
    }
    if (!signal.aborted) this.#count('failed', due.length);
  }

  /** Those that may be had later. */
  async #ask(due: readonly string[], since: number, signal: AbortSignal): Promise<string[]> {
    const failed: string[] = [];
    for (const [index, conversationId] of due.entries()) {
      // It may have been told of while others were asked for.
      if (!this.#parts.conversations.isUntoldSince(conversationId, since)) continue;
      const outcome = await this.#askOne(conversationId, signal);
      if (signal.aborted) return [];
      if (outcome === 'forbidden') {
        this.#forbidden();
        this.#count('failed', failed.length + due.length - index);
        return [];
      }
      if (outcome === 'failed') failed.push(conversationId);
      else this.#count(outcome, 1);
    }
    return failed;
  }

  async #askOne(conversationId: string, signal: AbortSignal): Promise<Outcome> {
    const { platform, conversations, intake } = this.#parts;
    if (!PATH_STEP.test(conversationId)) return 'failed';
    const askedAt = conversations.position;
    const path = `/api/v2/conversations/${conversationId}`;
    const answer = await platform.ask({ method: 'GET', path }, signal);
    if (signal.aborted) return 'failed';
    if (answer.kind === 'answered') {
      return (await intake.takeAnswer(conversationId, answer.body, askedAt)) ? 'read' : 'failed';
    }
    if (answer.cause === 'not_found') {
      await intake.takeAbsence(conversationId, askedAt);
      return 'gone';
    }
    return CREDENTIAL_CAUSES.has(answer.cause) ? 'forbidden' : 'failed';
  }

  #leaveOut(count: number): void {
    if (count <= 0) return;
    this.#count('left_out', count);
    this.#parts.logger.warn(
      { source: 'notifications', conversations: count },
      'more conversations than notifications.max_backfill were not heard of in the gap; the rest stay as they were',
    );
  }

  #forbidden(): void {
    if (this.#isForbiddenTold) return;
    this.#isForbiddenTold = true;
    this.#parts.logger.warn(
      { source: 'notifications' },
      'conversations can not be asked for after a gap: the credential lacks conversation:communication:view',
    );
  }

  #count(outcome: 'read' | 'gone' | 'failed' | 'left_out', count: number): void {
    if (count > 0) this.#parts.telemetry.backfilled(outcome, count);
  }
}
