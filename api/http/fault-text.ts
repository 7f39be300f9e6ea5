// What is wrong with a request, in sentences that name the place and quote nothing. Pure.
import { z } from 'zod';

type Issue = z.core.$ZodIssue;

export interface CheckedValue {
  /** What is called wrong when the value as a whole is: `the body`. */
  readonly name: string;
  readonly value: unknown;
  /** Every name that the schema gives to a key. Others come from the caller and are not repeated. */
  readonly knownKeys: ReadonlySet<string>;
}

const MAX_SENTENCES = 10;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const ownMessages = z.locales.en().localeError;

/** `limit must be at most 1000; cursor is missing`. */
export function faultText(issues: readonly Issue[], checked: CheckedValue): string {
  const sentences = issues
    .slice(0, MAX_SENTENCES)
    .map((issue) => `${placeOf(issue.path, checked)} ${predicate(issue, checked)}`);
  return [...new Set(sentences)].join('; ');
}

/** Every name that a JSON Schema gives to a key, however deep. */
export function keysOf(schema: unknown): ReadonlySet<string> {
  const keys = new Set<string>();
  const collect = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as { properties?: unknown };
    if (typeof properties === 'object' && properties !== null) {
      for (const key of Object.keys(properties)) keys.add(key);
    }
    Object.values(node).forEach(collect);
  };
  collect(schema);
  return keys;
}

function placeOf(path: readonly PropertyKey[], { name, knownKeys }: CheckedValue): string {
  let place = '';
  for (const step of path) {
    if (typeof step === 'number') place += `[${step}]`;
    else place += `${place === '' ? '' : '.'}${knownKeys.has(String(step)) ? String(step) : '*'}`;
  }
  return place === '' ? name : place;
}

function predicate(issue: Issue, { value, knownKeys }: CheckedValue): string {
  const found = valueAt(value, issue.path);
  // A key that is not there, however its schema would have complained.
  if (found === undefined && issue.code !== 'custom') return 'is missing';
  if (issue.code === 'unrecognized_keys')
    return unknownKeyText(issue.path.length === 0 ? knownKeys : undefined);
  if (isAuthored(issue, found)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must ${amount(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${amount(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'is in none of the forms that are possible here';
  }
}

function unknownKeyText(knownKeys: ReadonlySet<string> | undefined): string {
  if (knownKeys === undefined) return 'has a key that is not known';
  return knownKeys.size === 0
    ? 'must be empty'
    : `has a key that is not known; known are ${[...knownKeys].join(', ')}`;
}

/** Whether the schema's author wrote the message, rather than zod, whose messages may repeat keys. */
function isAuthored(issue: Issue, value: unknown): boolean {
  const standard = ownMessages({ ...issue, input: value } as z.core.$ZodRawIssue);
  return issue.message !== (typeof standard === 'string' ? standard : standard?.message);
}

function amount(origin: string, comparison: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${comparison} ${limit} characters`;
  if (origin === 'array' || origin === 'set') return `have ${comparison} ${limit} entries`;
  return `be ${comparison} ${limit}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<PropertyKey, unknown>>)[step];
  }
  return at;
}
