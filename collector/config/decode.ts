// One section of the tree through one zod schema: the parsed value, or everything that is wrong with it, in place.
import type { z } from 'zod';
import { finding, type Finding, type Path } from './finding.ts';
import { issueText, meantBranch, unknownKeyText, type Issue } from './issue-text.ts';
import { caretPlace, entryOf, follow, isNull, kindOf, type ConfigNode } from './node.ts';
import { plainValue } from './plain-value.ts';
import { redact } from './redact.ts';
import type { Shape } from './shape.ts';
import type { Place } from './source-file.ts';

export interface Section {
  readonly node: ConfigNode;
  /** The key that the section stands under: problems of the section as a whole are shown there. */
  readonly keyAt: Place | undefined;
  readonly path: Path;
}

export type Decoded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly findings: readonly Finding[] };

/** A section without a body has all its defaults. */
export function decode<Schema extends z.ZodType>(
  schema: Schema,
  section: Section,
  shape: Shape | undefined,
): Decoded<z.output<Schema>> {
  const body: ConfigNode = isNull(section.node)
    ? { ...section.node, kind: 'map', entries: new Map() }
    : section.node;
  const whole: Section = { ...section, node: body };
  if (body.kind !== 'map') {
    if (body.expansion?.hasFailed) return { ok: false, findings: [] };
    const at = caretPlace(body, section.keyAt);
    return { ok: false, findings: [finding(section.path, `expected a map, got ${kindOf(body)}`, at)] };
  }
  const plain = plainValue(body, shape, section.path);
  const parsed = parseSafely(schema, plain.value);
  if (parsed.ok && plain.findings.length === 0) return parsed;
  const issues = parsed.ok ? [] : parsed.issues;
  const findings = issues.flatMap((issue) => findingsOf(issue, whole, plain.value, shape));
  return { ok: false, findings: [...plain.findings, ...findings] };
}

type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };

function parseSafely<Schema extends z.ZodType>(schema: Schema, value: unknown): Parsed<z.output<Schema>> {
  try {
    const result = schema.safeParse(value);
    return result.success ? { ok: true, value: result.data } : { ok: false, issues: result.error.issues };
  } catch (error) {
    // A transform of the schema threw instead of reporting; its message may still say what it minded.
    const reason = error instanceof Error ? error.message : 'unknown error';
    return {
      ok: false,
      issues: [{ code: 'custom', path: [], message: `can't be checked: ${reason}`, input: value }],
    };
  }
}

function findingsOf(issue: Issue, section: Section, plain: unknown, shape: Shape | undefined): Finding[] {
  const inner = meantBranch(issue);
  if (inner !== undefined) {
    const below = inner.map((each) => ({ ...each, path: [...issue.path, ...each.path] }));
    return below.flatMap((each) => findingsOf(each, section, plain, shape));
  }
  const steps = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  const path = [...section.path, ...steps];
  const { node, keyAt, depth, isExact } = follow(section.node, steps, section.keyAt);
  if (node.expansion?.hasFailed) return [];
  const at = caretPlace(node, keyAt);
  const here = shape?.at(steps);

  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const { message, hint } = unknownKeyText(key, here);
      const entry = entryOf(node, key);
      return finding(
        [...path, key],
        message,
        entry === undefined ? at : (entry.keyAt ?? entry.value.at),
        hint,
      );
    });
  }
  const text = issueText(issue, valueAt(plain, steps), here);
  const shapeOfNode = shape?.at(steps.slice(0, depth));
  const message = text.isAuthored ? redact(text.message, node, shapeOfNode) : text.message;
  const { expansion } = node;
  const isOpen = isExact && expansion !== undefined && here?.isOpen === true;
  const from = isOpen && !message.includes(expansion.written) ? ` (from ${expansion.written})` : '';
  const hint =
    isExact && expansion?.unset !== undefined
      ? `environment variable ${expansion.unset} is not set`
      : text.hint;
  return [finding(path, message + from, at, hint)];
}

function valueAt(plain: unknown, path: Path): unknown {
  let current = plain;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}
