// What a request says, checked by the schemas of its operation. Throws an ApiRefusal that names what is wrong.
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { readJsonBody } from '../../collector/json-body.ts';
import { ApiRefusal } from '../api-refusal.ts';
import type { Operation } from '../operation.ts';
import { faultText, keysOf } from './fault-text.ts';

/** Many times what the longest query needs. */
const MAX_BODY_BYTES = 64 * 1_024;

export interface CheckedRequest {
  readonly path: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

interface Part {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly knownKeys: ReadonlySet<string>;
}

const NO_PARAMETERS = z.strictObject({});

export class RequestCheck {
  readonly #path: Part | undefined;
  readonly #query: Part;
  readonly #takesQuery: boolean;
  readonly #body: Part | undefined;

  constructor({ path, query, body }: Pick<Operation, 'path' | 'query' | 'body'>) {
    this.#path = path && partOf('the path', path);
    this.#query = partOf('the query', query ?? NO_PARAMETERS);
    this.#takesQuery = query !== undefined;
    this.#body = body && partOf('the body', body);
  }

  async check(
    request: IncomingMessage,
    pathTexts: Readonly<Record<string, unknown>>,
  ): Promise<CheckedRequest> {
    const path = this.#path && (await parse(this.#path, { ...pathTexts }));
    const query = await parse(this.#query, queryTexts(request.url ?? '', this.#query.knownKeys));
    const body = this.#body && (await parse(this.#body, await readJsonBody(request, MAX_BODY_BYTES)));
    return { path, query: this.#takesQuery ? query : undefined, body };
  }
}

function partOf(name: string, schema: z.ZodType): Part {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { name, schema, knownKeys: keysOf(json) };
}

async function parse({ name, schema, knownKeys }: Part, value: unknown): Promise<unknown> {
  const result = await schema.safeParseAsync(value);
  if (result.success) return result.data;
  throw new ApiRefusal(400, 'bad.request', faultText(result.error.issues, { name, value, knownKeys }));
}

/** Throws when a parameter comes twice: whichever we took, somebody meant the other one. */
function queryTexts(target: string, knownKeys: ReadonlySet<string>): Record<string, string> {
  const start = target.indexOf('?');
  const parameters = new URLSearchParams(start === -1 ? '' : target.slice(start + 1));
  const texts = new Map<string, string>();
  for (const [name, text] of parameters) {
    if (texts.has(name)) {
      const which = knownKeys.has(name) ? name : 'a parameter';
      throw new ApiRefusal(400, 'bad.request', `${which} is given more than once`);
    }
    texts.set(name, text);
  }
  return Object.fromEntries(texts);
}
