// Elasticsearch as a destination: a bulk request of one document. Its 200 says only that the request was read; what
// became of the document stands in the answer's one item.
import type { Secret } from '../../collector/secret.ts';
import type { DestinationAdapter, IncomingAnswer } from '../delivery/adapter.ts';
import { ANSWER_BYTES, answerObject, codeWord, objectOf } from '../delivery/answer-body.ts';
import { outcomeOfStatus, type Outcome } from '../delivery/outcome.ts';
import { linkOf } from '../rendering/link.ts';
import { bulkBody, shrunkBulkBody } from './document.ts';

export interface ElasticsearchOptions {
  readonly index: string;
  /** Empty when an authenticator brings the credential, or none is needed. */
  readonly apiKey: Secret;
  readonly link: string;
}

export function elasticsearchAdapter({ index, apiKey, link }: ElasticsearchOptions): DestinationAdapter {
  return {
    answerBytes: ANSWER_BYTES,
    render: (transition) => bulkBody(transition, index, linkOf(link, transition)),
    request: ({ body }) => ({
      headers: {
        'content-type': 'application/x-ndjson',
        ...(!apiKey.isEmpty && { authorization: `ApiKey ${apiKey.reveal()}` }),
      },
      body,
    }),
    outcome,
    shrink: shrunkBulkBody,
  };
}

function outcome(answer: IncomingAnswer): Outcome {
  const byStatus = outcomeOfStatus(answer.status, answer.retryAfterMs);
  if (byStatus.kind !== 'delivered') return byStatus;
  const items = answerObject(answer)?.items;
  const item = Array.isArray(items) ? objectOf(objectOf(items[0])?.create) : undefined;
  if (typeof item?.status !== 'number') {
    return { kind: 'retry', reason: `${byStatus.reason}: the answer is not that of a bulk request` };
  }
  const word = codeWord(objectOf(item.error)?.type);
  const reason = `item status ${item.status}${word === undefined ? '' : `, ${word}`}`;
  // The key is the id, and the id is taken: by us, and for good.
  if (item.status === 409) return { kind: 'already_delivered', reason };
  // No such index, and none may be made: a mistake of the configuration, which somebody will mend.
  if (item.status === 404) return { kind: 'retry', reason };
  return { ...outcomeOfStatus(item.status, undefined), reason };
}
