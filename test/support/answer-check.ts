// Holds answers against an OpenAPI document, and knows which of the documented ones have been given.
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiDocument, DocumentOperation } from '../../api/document/openapi.ts';

export interface GivenAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Of an endless answer its beginning. */
  readonly text: string;
}

interface Place {
  readonly route: string;
  readonly method: string;
  readonly operation: DocumentOperation;
}

const DOCUMENT = 'openapi.json';

export class AnswerCheck {
  readonly #places = new Map<string, Place>();
  readonly #ajv: Ajv2020;
  /** As `readThing 404`. */
  readonly #missing = new Set<string>();

  constructor(document: ApiDocument) {
    // The document as a whole is no schema, but its schemas refer to one another through it.
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, DOCUMENT, undefined, false);
    for (const [route, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const { operationId, responses } = operation;
        assert.ok(!this.#places.has(operationId), `${operationId} is documented twice`);
        this.#places.set(operationId, { route, method, operation });
        for (const status of Object.keys(responses)) this.#missing.add(`${operationId} ${status}`);
      }
    }
  }

  find(operationId: string): Place {
    const place = this.#places.get(operationId);
    assert.ok(place !== undefined, `${operationId} is not documented`);
    return place;
  }

  /** Fails when the answer is not one of the documented ones. */
  hold(operationId: string, { status, headers, text }: GivenAnswer): void {
    const { route, method, operation } = this.find(operationId);
    const name = `${operationId} ${status}`;
    const documented = operation.responses[String(status)];
    assert.ok(documented !== undefined, `${name} is not documented: ${text}`);
    for (const header of Object.keys(documented.headers ?? {})) {
      assert.ok(headers.has(header), `${name} lacks the documented header ${header}`);
    }
    const type = headers.get('content-type')?.split(';', 1)[0]!.trim();
    if (documented.content === undefined) {
      assert.equal(text, '', `${name} has a body that is not documented`);
    } else {
      assert.ok(
        type !== undefined && type in documented.content,
        `${name} has the undocumented type ${type}`,
      );
      const pointer = ['paths', route, method, 'responses', status, 'content', type, 'schema'].map(escaped);
      const validate = this.#ajv.getSchema(`${DOCUMENT}#/${pointer.join('/')}`)!;
      for (const value of valuesOf(type, text)) {
        const told = () => `${name}: ${this.#ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`;
        assert.ok(validate(value), told());
      }
    }
    this.#missing.delete(name);
  }

  assertComplete(): void {
    assert.deepEqual([...this.#missing], [], 'documented, but never given');
  }
}

/** What the schema of that type is about: see `AnswerDefinition.content`. */
function valuesOf(type: string, text: string): readonly unknown[] {
  switch (type) {
    case 'application/json':
      return [JSON.parse(text)];
    case 'application/x-ndjson':
      return whole(text, '\n').map((line): unknown => JSON.parse(line));
    case 'text/event-stream':
      return whole(text, '\n\n').flatMap((event): unknown[] => {
        const data = event
          .split('\n')
          .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []));
        return data.length === 0 ? [] : [JSON.parse(data.join('\n'))];
      });
    default:
      return [text];
  }
}

/** The pieces that have come whole, without empty ones. */
function whole(text: string, end: string): readonly string[] {
  return text
    .slice(0, text.lastIndexOf(end) + 1)
    .split(end)
    .filter((piece) => piece.trim() !== '');
}

/** As one step of a JSON pointer inside of a URI. */
function escaped(step: string | number): string {
  return encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'));
}
