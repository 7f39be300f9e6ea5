// What a zod issue says, in the words of our users, and what they could write instead.
import { z } from 'zod';
import { nameHint, nearestName } from './nearest-name.ts';
import { wordFor } from './node.ts';
import type { Shape } from './shape.ts';

export type Issue = z.core.$ZodIssue;

export interface IssueText {
  readonly message: string;
  readonly hint?: string | undefined;
  /** Whether the message is the schema author's, which may quote the value. */
  readonly isAuthored?: boolean;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
  null: 'nothing',
};

const ownMessages = z.locales.en().localeError;

/** Whether the schema's author wrote the message, rather than zod. */
function isAuthored(issue: Issue, value: unknown): boolean {
  if (issue.code === 'custom') return true;
  const standard = ownMessages({ ...issue, input: value } as z.core.$ZodRawIssue);
  return issue.message !== (typeof standard === 'string' ? standard : standard?.message);
}

/** `value` is what stood at the issue's path. */
export function issueText(issue: Issue, value: unknown, shape: Shape | undefined): IssueText {
  if (value === undefined && issue.code !== 'custom') {
    return { message: `missing required key "${String(issue.path.at(-1))}"`, hint: shape?.description };
  }
  if (issue.code === 'invalid_type') {
    const authored = isAuthored(issue, value);
    const expected = authored ? issue.message : `expected ${EXPECTED[issue.expected] ?? issue.expected}`;
    const message = `${expected}, got ${wordFor(value)}`;
    return { message, hint: typeHint(issue.expected, value, shape), isAuthored: authored };
  }
  if (isAuthored(issue, value)) return { message: issue.message, isAuthored: true };
  switch (issue.code) {
    case 'invalid_value': {
      const nearest = typeof value === 'string' ? nearestName(value, issue.values.map(String)) : undefined;
      const hint = nearest === undefined ? undefined : `did you mean "${nearest}"?`;
      return { message: choiceText(issue.values), hint };
    }
    case 'too_small':
    case 'too_big':
      return { message: rangeText(issue) };
    case 'invalid_union':
      return unionText(value, shape);
    case 'not_multiple_of':
      return { message: `must be a multiple of ${issue.divisor}` };
    case 'invalid_format':
      return { message: formatText(issue.message) };
    case 'custom':
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
      return { message: issue.message };
  }
}

export function unknownKeyText(key: string, shape: Shape | undefined): IssueText {
  return { message: `unknown key "${key}"`, hint: nameHint(key, shape?.keys ?? [], 'valid keys') };
}

/** The branch of a union that was meant: the only one whose first complaint is not about the value as a whole. */
export function meantBranch(issue: Issue): readonly Issue[] | undefined {
  if (issue.code !== 'invalid_union') return undefined;
  const inner = issue.errors.filter((branch) =>
    branch.every((each) => each.path.length > 0 || isInside(each)),
  );
  return inner.length === 1 ? inner[0] : undefined;
}

function isInside(issue: Issue): boolean {
  return issue.code !== 'invalid_type' && issue.code !== 'invalid_value';
}

function unionText(value: unknown, shape: Shape | undefined): IssueText {
  if (shape !== undefined && shape.choices.length > 0) return { message: choiceText(shape.choices) };
  const types = [...(shape?.types ?? [])].map((type) => EXPECTED[type] ?? type);
  if (types.length === 0) return { message: 'is none of the forms that are possible here' };
  return { message: `expected ${types.join(' or ')}, got ${wordFor(value)}` };
}

function choiceText(choices: readonly unknown[]): string {
  const names = choices.map((choice) => JSON.stringify(typeof choice === 'bigint' ? String(choice) : choice));
  return names.length === 1 ? `must be ${names[0]}` : `must be one of ${names.join(', ')}`;
}

/** `Invalid URL` and `Invalid string: must start with "/"`, as our own sentences would say it. */
function formatText(standard: string): string {
  return standard.replace(/^Invalid \w+: /, '').replace(/^Invalid /, 'is no valid ');
}

function typeHint(expected: string, value: unknown, shape: Shape | undefined): string | undefined {
  if (expected === 'string' && typeof value === 'number' && shape?.types.size === 1) {
    return shape.isDuration ? 'add a unit, as in 30s or 500ms' : 'put it in quotes to make it text';
  }
  if (expected === 'string' && typeof value === 'boolean') return 'put it in quotes to make it text';
  if (expected === 'boolean' && typeof value === 'string') return 'write true or false, without quotes';
  if (expected === 'array') return 'write it as a list: [a, b]';
  if ((expected === 'number' || expected === 'int') && typeof value === 'string') {
    return 'write the number alone, without quotes or unit';
  }
  return undefined;
}

function rangeText(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const isLow = issue.code === 'too_small';
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const isCount = issue.origin === 'string' || issue.origin === 'array' || issue.origin === 'set';
  if (!isCount) {
    const inclusive = isLow ? 'at least' : 'at most';
    const exclusive = isLow ? 'greater than' : 'less than';
    return `must be ${issue.inclusive === false ? exclusive : inclusive} ${limit}`;
  }
  if (isLow && Number(limit) === 1) return 'must not be empty';
  const unit = issue.origin === 'string' ? 'character' : issue.origin === 'array' ? 'entry' : 'value';
  const plural = Number(limit) === 1 ? unit : unit === 'entry' ? 'entries' : `${unit}s`;
  return `must have ${isLow ? 'at least' : 'at most'} ${limit} ${plural}`;
}
