// An OTLP/HTTP receiver of logs as a destination, in JSON.
import type { Secret } from '../../collector/secret.ts';
import type { DestinationAdapter, IncomingAnswer } from '../delivery/adapter.ts';
import { ANSWER_BYTES, answerObject, objectOf } from '../delivery/answer-body.ts';
import { outcomeOfStatus, type Outcome } from '../delivery/outcome.ts';
import { linkOf } from '../rendering/link.ts';
import { logsRequest, shrunkRequest } from './log-record.ts';

export interface OtlpLogsOptions {
  readonly headers: Readonly<Record<string, Secret>>;
  /** Attributes of this process. */
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly link: string;
}

/** The OTLP specification: of the server errors these may be retried, and no others. */
const RETRYABLE_SERVER_ERRORS: ReadonlySet<number> = new Set([502, 503, 504]);

export function otlpLogsAdapter({ headers, resourceAttributes, link }: OtlpLogsOptions): DestinationAdapter {
  const configured = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]);
  return {
    answerBytes: ANSWER_BYTES,
    render: (transition) => logsRequest(transition, resourceAttributes, linkOf(link, transition)),
    request: ({ body }) => ({
      headers: {
        ...(Object.fromEntries(configured) as Record<string, string>),
        'content-type': 'application/json',
      },
      body,
    }),
    outcome,
    shrink: shrunkRequest,
  };
}

function outcome(answer: IncomingAnswer): Outcome {
  const { status, retryAfterMs } = answer;
  const byStatus = outcomeOfStatus(status, retryAfterMs);
  if (status >= 500 && !RETRYABLE_SERVER_ERRORS.has(status)) {
    return { kind: 'dead', reason: `${byStatus.reason}, which OTLP does not retry` };
  }
  if (byStatus.kind !== 'delivered') return byStatus;
  // A success may be partial, and a record that was rejected stays rejected.
  const rejected = Number(objectOf(answerObject(answer)?.partialSuccess)?.rejectedLogRecords ?? 0);
  return rejected > 0 ? { kind: 'dead', reason: `${byStatus.reason}: the record was rejected` } : byStatus;
}
