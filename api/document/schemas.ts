// The schemas of the OpenAPI document: JSON Schema made from zod schemas, in which what has an id stands once, under
// `components`. OpenAPI 3.1 takes JSON Schema 2020-12 as it is.
import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

const COMPONENTS = '#/components/schemas/';

/** The id of the schema that this one only refers to. */
export function referredId({ $ref }: JsonSchema): string | undefined {
  return typeof $ref === 'string' && $ref.startsWith(COMPONENTS) ? $ref.slice(COMPONENTS.length) : undefined;
}

export class DocumentSchemas {
  readonly #components = new Map<string, JsonSchema>();

  /** By id, sorted. */
  get components(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#components].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** `input`: what may be sent to us; `output`: what we send. Throws when two schemas have one id. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
    for (const [id, definition] of Object.entries($defs)) this.#define(id, moved(definition) as JsonSchema);
    return moved(own) as JsonSchema;
  }

  #define(id: string, definition: JsonSchema): void {
    const present = this.#components.get(id);
    if (present !== undefined && JSON.stringify(present) !== JSON.stringify(definition)) {
      throw new Error(`two schemas of the API have the id ${id}`);
    }
    this.#components.set(id, definition);
  }
}

/** With references that point to `components`. */
function moved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moved);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === '$ref' && typeof each === 'string' ? each.replace('#/$defs/', COMPONENTS) : moved(each),
    ]),
  );
}
