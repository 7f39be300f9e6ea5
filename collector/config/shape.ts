// What a schema says about one place in the configuration: which keys it has, which types it takes, whether it is
// secret. Read from the JSON Schema of the input, so that any wrapping of the zod schema is seen through.

export type ValueType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** The part of JSON Schema that zod writes and we read. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: boolean | JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

interface Alternative {
  readonly schema: JsonSchema;
  /** What `#` means in its references. */
  readonly root: JsonSchema;
}

/** Several alternatives at once where the schema is a union. */
export class Shape {
  readonly #alternatives: readonly Alternative[];

  private constructor(alternatives: readonly Alternative[]) {
    this.#alternatives = alternatives;
  }

  static of(schema: JsonSchema): Shape {
    return new Shape(flatten({ schema, root: schema }, 0));
  }

  /** The shape under a key; undefined when the schema knows no such key. */
  child(key: string): Shape | undefined {
    return this.#below(({ properties, patternProperties, additionalProperties }) => {
      if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
      for (const [pattern, schema] of Object.entries(patternProperties ?? {})) {
        if (new RegExp(pattern, 'u').test(key)) return schema;
      }
      return typeof additionalProperties === 'object' ? additionalProperties : undefined;
    });
  }

  /** The shape of a list's entry. */
  item(index: number): Shape | undefined {
    return this.#below(
      ({ prefixItems, items }) => prefixItems?.[index] ?? (typeof items === 'object' ? items : undefined),
    );
  }

  /** The shape at the end of a path. */
  at(path: readonly (string | number)[]): Shape | undefined {
    const [step, ...rest] = path;
    if (step === undefined) return this;
    return (typeof step === 'number' ? this.item(step) : this.child(step))?.at(rest);
  }

  /** The keys that have a name; a map of free keys has none. */
  get keys(): readonly string[] {
    return [...new Set(this.#alternatives.flatMap(({ schema }) => Object.keys(schema.properties ?? {})))];
  }

  get isSecret(): boolean {
    return this.#alternatives.some(({ schema }) => schema.format === 'secret');
  }

  /** Whether text, a number or a boolean that was written here may be shown to anybody: no schema, no showing. */
  get isOpen(): boolean {
    if (this.isSecret) return false;
    const { types } = this;
    if (types.has('string') || types.has('number') || types.has('boolean')) return true;
    return types.has('array') && this.item(0)?.isOpen === true;
  }

  /** The only values possible; empty when there are others. */
  get choices(): readonly unknown[] {
    const leaves = this.#alternatives.filter(
      ({ schema }) => schema.anyOf === undefined && schema.oneOf === undefined,
    );
    const values = leaves.map(({ schema }) => schema.enum ?? ('const' in schema ? [schema.const] : []));
    return values.some((each) => each.length === 0) ? [] : values.flat();
  }

  get isDuration(): boolean {
    return this.#alternatives.some(({ schema }) => schema.format === 'duration');
  }

  /** Whether a text here has a notation of that name; see fields.ts. */
  hasFormat(format: string): boolean {
    return this.#alternatives.some(({ schema }) => schema.format === format);
  }

  get description(): string | undefined {
    return this.#alternatives.find(({ schema }) => schema.description !== undefined)?.schema.description;
  }

  /** The types that it takes; empty when the schema doesn't tell. */
  get types(): ReadonlySet<ValueType> {
    return new Set(this.#alternatives.flatMap(({ schema }) => typesOf(schema)));
  }

  #below(pick: (schema: JsonSchema) => JsonSchema | undefined): Shape | undefined {
    const found = this.#alternatives.flatMap(({ schema, root }) => {
      const below = pick(schema);
      if (below === undefined) return [];
      // A component's schema inside the document's is a root of its own.
      return flatten({ schema: below, root: below.$schema === undefined ? root : below }, 0);
    });
    return found.length === 0 ? undefined : new Shape(found);
  }
}

const MAX_REFERENCES = 20;

function flatten({ schema, root }: Alternative, depth: number): Alternative[] {
  if (depth > MAX_REFERENCES) return [];
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const target = schema.$ref === undefined ? undefined : dereference(schema.$ref, root);
  if (target !== undefined) branches.push(target);
  const below = branches.flatMap((branch) => flatten({ schema: branch, root }, depth + 1));
  return [{ schema, root }, ...below];
}

function dereference(reference: string, root: JsonSchema): JsonSchema | undefined {
  if (reference === '#') return root;
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
  return name === undefined ? undefined : root.$defs?.[name];
}

function typesOf({ type, enum: values, const: constant }: JsonSchema): ValueType[] {
  if (type !== undefined)
    return [type].flat().map((name) => (name === 'integer' ? 'number' : (name as ValueType)));
  const literals = values ?? (constant === undefined ? [] : [constant]);
  return literals.map((value) => (value === null ? 'null' : (typeof value as ValueType)));
}
