import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptedFormat } from '../../../api/events/accepted-format.ts';
import { ACCEPT } from '../../../receiver/genesyscloud/realtime/answer-format.ts';

const CASES: [accept: string | undefined, contentType: string | undefined][] = [
  [undefined, 'text/event-stream'],
  ['', 'text/event-stream'],
  ['*/*', 'text/event-stream'],
  ['text/event-stream', 'text/event-stream'],
  ['TEXT/Event-Stream', 'text/event-stream'],
  ['text/*', 'text/event-stream'],
  ['application/x-ndjson', 'application/x-ndjson'],
  ['application/ndjson', 'application/ndjson'],
  ['application/json', 'application/json'],
  ['application/json; charset=utf-8', 'application/json'],
  // Our own receiver, a browser that is shown the address, and a common client of JSON APIs.
  [ACCEPT, 'text/event-stream'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/event-stream'],
  ['application/json, text/plain, */*', 'application/json'],
  ['application/json;q=0.5, application/x-ndjson;q=0.9', 'application/x-ndjson'],
  ['text/event-stream;q=0.2, application/json;q=0.3', 'application/json'],
  ['application/json ; q=0.300 , */* ; q=0.2', 'application/json'],
  ['*/*;q=0.1, text/event-stream;q=0', 'application/x-ndjson'],
  ['text/event-stream;q=0, application/*;q=0', undefined],
  ['*/*;q=0', undefined],
  ['text/html', undefined],
  ['application/xml, image/*', undefined],
  // What is malformed says nothing.
  ['application/json;q=2', undefined],
  ['application/json;q=2, application/x-ndjson', 'application/x-ndjson'],
  [',,;q=1', undefined],
];

describe('the format of an answer', () => {
  for (const [accept, contentType] of CASES) {
    it(`for Accept: ${accept ?? '(none)'} is ${contentType ?? 'none'}`, () => {
      assert.equal(acceptedFormat(accept)?.contentType, contentType);
    });
  }
});
