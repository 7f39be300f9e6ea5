// The body of a request that makes or changes a silence → its terms, or all that is wrong with it, by field. Pure.
import { z } from 'zod';
import { parseDuration } from '../../collector/config/duration.ts';
import type { SilenceTerms } from './silence.ts';
import { author, comment, instant, matchers, required, text } from './silence-fields.ts';

/** A forgotten silence has to end some day. */
const MAX_AHEAD_DAYS = 366;
const MAX_AHEAD_MS = MAX_AHEAD_DAYS * 24 * 3_600_000;

export interface FieldProblem {
  /** Such as `matchers[0]`; empty for the body as a whole. */
  readonly field: string;
  /** Quotes nothing of the body. */
  readonly message: string;
}

export type TermsResult =
  | { readonly ok: true; readonly terms: SilenceTerms }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const bodySchema = z.strictObject(
  {
    matchers: matchers(),
    starts_at: instant().optional(),
    ends_at: instant().optional(),
    duration: text()
      .refine((value) => (parseDuration(value)?.ms ?? 0) > 0, {
        error: 'must be a duration longer than zero, such as 90m (units: ns, us, ms, s, m, h)',
      })
      .optional(),
    author: author(),
    comment: comment(),
  },
  { error: required('must be an object') },
);

type Body = z.output<typeof bodySchema>;

/** `startsAtMs` is when it begins unless the body says otherwise. */
export function parseTerms(body: unknown, nowMs: number, startsAtMs: number): TermsResult {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(problemOf) };
  const given = parsed.data;
  const beginsAtMs = given.starts_at === undefined ? startsAtMs : Date.parse(given.starts_at);
  const end = endOf(given, beginsAtMs);
  const problem = typeof end === 'number' ? refuseEnd(given, beginsAtMs, end, nowMs) : end;
  if (problem !== undefined || typeof end !== 'number') return { ok: false, problems: [problem!] };
  const { matchers: texts, author: by, comment: why } = given;
  return {
    ok: true,
    terms: { matchers: texts, startsAtMs: beginsAtMs, endsAtMs: end, author: by, comment: why },
  };
}

function endOf({ ends_at: endsAt, duration }: Body, startsAtMs: number): number | FieldProblem {
  if (endsAt !== undefined && duration !== undefined) {
    return { field: 'duration', message: 'must not stand beside ends_at' };
  }
  if (endsAt !== undefined) return Date.parse(endsAt);
  if (duration !== undefined) return startsAtMs + Math.round(parseDuration(duration)!.ms);
  return { field: 'ends_at', message: 'is missing; set ends_at or duration' };
}

function refuseEnd(
  { duration }: Body,
  startsAtMs: number,
  endsAtMs: number,
  nowMs: number,
): FieldProblem | undefined {
  const field = duration === undefined ? 'ends_at' : 'duration';
  if (endsAtMs <= startsAtMs) return { field, message: 'must be after starts_at' };
  if (endsAtMs <= nowMs) return { field, message: 'must end in the future' };
  if (endsAtMs - nowMs > MAX_AHEAD_MS) return { field, message: `must end within ${MAX_AHEAD_DAYS} days` };
  return undefined;
}

function problemOf({ code, path, message }: z.core.$ZodIssue): FieldProblem {
  const [first, ...steps] = path.map(String);
  const field = [first ?? '', ...steps.map((step) => `[${step}]`)].join('');
  if (code !== 'unrecognized_keys') return { field, message };
  return { field, message: `has an unknown field; known are ${Object.keys(bodySchema.shape).join(', ')}` };
}
