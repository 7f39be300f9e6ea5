// What Twilio means by an answer. The status is that of HTTP; which of the many things was wrong with a request, a code in
// the body tells: https://www.twilio.com/docs/api/errors
import type { IncomingAnswer } from '../delivery/adapter.ts';
import { answerObject } from '../delivery/answer-body.ts';
import { outcomeOfStatus, type Outcome } from '../delivery/outcome.ts';

type Meaning = readonly [kind: 'credential' | 'dead' | 'retry', words: string];

/** Codes that mean something else than their status, or that are worth a word. */
const CODES: Readonly<Record<number, Meaning>> = {
  // Somebody must mend the account or the sender: nothing is wrong with the message.
  20003: ['credential', 'the account or its token is refused'],
  20005: ['credential', 'the account is not active'],
  20008: ['credential', 'these are test credentials'],
  20404: ['credential', 'there is no such account'],
  21212: ['credential', 'the sender is no valid number'],
  21603: ['credential', 'a sender is needed'],
  21606: ['credential', 'the sender is not of this account'],
  21659: ['credential', 'the sender is not of this account'],
  21701: ['credential', 'there is no such messaging service'],
  21703: ['credential', 'the messaging service has no sender'],
  21704: ['credential', 'the messaging service has no sender'],
  // It will never reach this recipient.
  21211: ['dead', 'the recipient is no valid number'],
  21214: ['dead', 'the recipient can not be reached'],
  21217: ['dead', 'the recipient is no valid number'],
  21408: ['dead', 'the account may not send to the region of the recipient'],
  21608: ['dead', 'the recipient is not verified, as a trial account needs it'],
  21610: ['dead', 'the recipient has unsubscribed'],
  21612: ['dead', 'the recipient can not be reached from this sender'],
  21614: ['dead', 'the recipient is no mobile number'],
  // Not now.
  14107: ['retry', 'too fast'],
  20429: ['retry', 'too fast'],
  21611: ['retry', 'the queue of the sender is full'],
  63038: ['retry', 'the daily limit of the account is reached'],
};

export function outcomeOfAnswer(answer: IncomingAnswer): Outcome {
  const { status, retryAfterMs } = answer;
  // A gateway in trouble may repeat anything.
  if (status < 400 || status >= 500) return outcomeOfStatus(status, retryAfterMs);
  const code = answerObject(answer)?.code;
  if (typeof code !== 'number') return outcomeOfClientError(answer);
  const meaning = CODES[code];
  if (meaning === undefined) {
    const outcome = outcomeOfClientError(answer);
    return Number.isSafeInteger(code) ? { ...outcome, reason: `${outcome.reason}, code ${code}` } : outcome;
  }
  const [kind, words] = meaning;
  const reason = `status ${status}, code ${code}: ${words}`;
  return kind === 'retry' && retryAfterMs !== undefined ? { kind, reason, retryAfterMs } : { kind, reason };
}

/** 404 is answered to a wrong account: there is nothing else in the path. */
function outcomeOfClientError({ status, retryAfterMs }: IncomingAnswer): Outcome {
  if (status === 404) return { kind: 'credential', reason: 'status 404: there is no such account' };
  return outcomeOfStatus(status, retryAfterMs);
}
