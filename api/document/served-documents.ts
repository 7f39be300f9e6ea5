// What is read without a token: the OpenAPI document, and the page made of it. Both say what the package says anyway.
import type { ServedDocument } from '../http/app.ts';
import { RateLimit, type RateLimitParts } from '../http/rate-limit.ts';
import { sendText } from '../http/send.ts';
import { apiPage, PAGE_HEADERS } from './page.ts';
import type { ApiDocument } from './openapi.ts';

/** Of all readers together. */
const READS_PER_MINUTE = 300;

export function servedDocuments(document: ApiDocument, parts: RateLimitParts): readonly ServedDocument[] {
  const limit = new RateLimit('documents', READS_PER_MINUTE, parts);
  const served = (
    route: string,
    name: string,
    content: { type: string; text: string; headers?: Readonly<Record<string, string>> },
  ): ServedDocument => ({
    route,
    name,
    async serve(request, response) {
      await limit.take('all', request, response);
      sendText(response, { status: 200, ...content });
    },
  });
  return [
    served('/openapi.json', 'document', { type: 'application/json', text: JSON.stringify(document) }),
    served('/', 'page', { type: 'text/html; charset=utf-8', text: apiPage(document), headers: PAGE_HEADERS }),
  ];
}
