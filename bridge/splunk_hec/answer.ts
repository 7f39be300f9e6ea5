// What Splunk's HTTP Event Collector means by an answer: the code in its body, which says more than the status.
import type { IncomingAnswer } from '../delivery/adapter.ts';
import { answerObject, objectOf } from '../delivery/answer-body.ts';
import { outcomeOfStatus, type Outcome } from '../delivery/outcome.ts';

/** The documented codes. A wrong index or channel is a mistake of the configuration that somebody will mend: retried. */
const CODE_MEANING: Readonly<Record<number, Outcome['kind']>> = {
  0: 'delivered',
  1: 'credential', // token disabled
  2: 'credential', // token required
  3: 'credential', // invalid authorization
  4: 'credential', // invalid token
  5: 'dead', // no data
  6: 'dead', // invalid data format
  7: 'retry', // incorrect index
  8: 'retry', // internal server error
  9: 'retry', // server is busy
  10: 'retry', // data channel is missing
  11: 'retry', // invalid data channel
  12: 'dead', // event field is required
  13: 'dead', // event field cannot be blank
  14: 'retry', // acknowledgement is disabled
  15: 'dead', // error in handling indexed fields
  16: 'credential', // query string authorization is not enabled
  18: 'retry', // queues are full
  19: 'retry', // acknowledgement is unavailable
  20: 'retry', // shutting down
};

export function outcomeOf(answer: IncomingAnswer): Outcome {
  const { status, retryAfterMs } = answer;
  const code = answerObject(answer)?.code;
  const kind = typeof code === 'number' ? CODE_MEANING[code] : undefined;
  if (kind === undefined) {
    // Something in between may say 200 as well: only Splunk's own yes counts.
    const byStatus = outcomeOfStatus(status, retryAfterMs);
    return byStatus.kind === 'delivered'
      ? { kind: 'retry', reason: `${byStatus.reason}: the answer is not that of the event collector` }
      : byStatus;
  }
  const reason = `status ${status}, code ${String(code)}`;
  if (kind === 'retry' && retryAfterMs !== undefined) return { kind, reason, retryAfterMs };
  return { kind, reason };
}

/** The number under which Splunk will say whether it has indexed the event; absent when the token acknowledges nothing. */
export function ackIdOf(answer: IncomingAnswer): number | undefined {
  const ackId = answerObject(answer)?.ackId;
  return typeof ackId === 'number' && Number.isSafeInteger(ackId) ? ackId : undefined;
}

/** The answer to the question about `ackId`; undefined when it is not indexed yet, or nothing can be said. */
export function outcomeOfAck(answer: IncomingAnswer, ackId: number): Outcome | undefined {
  const acks = objectOf(answerObject(answer)?.acks);
  if (acks?.[String(ackId)] === true)
    return { kind: 'delivered', reason: `status ${answer.status}, indexed` };
  return undefined;
}
