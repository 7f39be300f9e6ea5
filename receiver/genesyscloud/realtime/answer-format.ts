// How an answer is to be read, told from its Content-Type alone.

export type AnswerFormat = 'sse' | 'ndjson' | 'json';

const FORMATS: ReadonlyMap<string, AnswerFormat> = new Map([
  ['text/event-stream', 'sse'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['application/x-jsonlines', 'ndjson'],
  ['application/stream+json', 'ndjson'],
  ['application/json', 'json'],
]);

/** In the order in which we like them: events with ids can be resumed. */
export const ACCEPT = 'text/event-stream, application/x-ndjson;q=0.9, application/json;q=0.8';

/** Undefined for what we can't read. Parameters such as a charset are not looked at: what is no UTF-8 is refused by entry. */
export function answerFormatOf(contentType: string | undefined): AnswerFormat | undefined {
  return FORMATS.get((contentType ?? '').split(';', 1)[0]!.trim().toLowerCase());
}
