// What may be asked of a queue, as it comes over the wire: bounded, checked, and refused in words that quote nothing.
import { z } from 'zod';
import { ALERT_STATUSES, type AlertQuery, type AlertStatus } from './alert-table.ts';

const MAX_ID_LENGTH = 200;
const MAX_NAME_LENGTH = 200;
const MAX_SKILLS = 50;
const MAX_SKILL_LENGTH = 100;
const MAX_NOTE_LENGTH = 2_000;
const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 10_000;

/** Text that is stored as it is and given back the same: no control characters but line breaks and tabs. */
function words(maxLength: number) {
  const error = `must be text of 1 to ${maxLength} characters, without control characters`;
  return z
    .string({ error })
    .min(1, { error })
    .max(maxLength, { error })
    .refine((text) => text.isWellFormed() && !/[^\P{Cc}\t\n\r]/u.test(text), { error });
}

/** Text of one line. */
function line(maxLength: number) {
  return words(maxLength).refine((text) => !/[\t\n\r]/.test(text), { error: 'must be one line of text' });
}

export const operatorIdSchema = line(MAX_ID_LENGTH);

export const operatorSchema = z.strictObject({
  name: line(MAX_NAME_LENGTH).optional(),
  skills: z
    .array(line(MAX_SKILL_LENGTH), { error: 'must be a list of skills' })
    .max(MAX_SKILLS, { error: `must have at most ${MAX_SKILLS} skills` }),
  status: z.enum(['available', 'away'], { error: 'must be available or away' }),
});

export const byOperatorSchema = z.strictObject({ operator: operatorIdSchema });

export const resolveSchema = z.strictObject({
  operator: operatorIdSchema,
  note: words(MAX_NOTE_LENGTH).optional(),
});

export const noteSchema = z.strictObject({ operator: operatorIdSchema, text: words(MAX_NOTE_LENGTH) });

/** What is wrong with a request, in one sentence. Quotes none of its values, nor the names of keys that are not ours. */
export function problemOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue === undefined) return 'the body is not what it should be';
  if (issue.code === 'unrecognized_keys') return 'the body has a key that is not known here';
  if (issue.path.length === 0) return 'the body must be a JSON object';
  const where = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : String(step))).join('');
  return `${where} ${issue.message}`;
}

/** What to list, or a sentence that says what is wrong. */
export function parseAlertQuery(parameters: URLSearchParams): AlertQuery | string {
  const status = parameters.get('status') ?? undefined;
  if (status !== undefined && !isAlertStatus(status)) {
    return 'status must be open, assigned, acknowledged or resolved';
  }
  const include = parameters.get('include') ?? undefined;
  if (include !== undefined && include !== 'held') return 'include must be held';
  const text = parameters.get('limit') ?? String(DEFAULT_LIMIT);
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > MAX_LIMIT)
    return `limit must be a number from 1 to ${MAX_LIMIT}`;
  return { status, includeHeld: include === 'held', limit };
}

function isAlertStatus(text: string): text is AlertStatus {
  return (ALERT_STATUSES as readonly string[]).includes(text);
}
