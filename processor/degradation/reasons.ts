// Reasons, and lists of them: one entry per rule, with the worst value that was measured while the rule held.
import type { Reason, ReasonRule } from '../../bridge/transition/transition.ts';

/** Rules whose smaller values are the worse ones. */
const LOWER_IS_WORSE: ReadonlySet<ReasonRule> = new Set(['mos', 'bitrate', 'experience', 'broken_path']);

/** What is unknown is left out, and so are causes when there are none. */
export function measuredReason(
  rule: ReasonRule,
  value: number | undefined,
  threshold: number | undefined,
  causes: Reason['causes'] = [],
): Reason {
  return {
    rule,
    ...(value !== undefined && { value }),
    ...(threshold !== undefined && { threshold }),
    ...(causes.length > 0 && { causes }),
  };
}

/** `reasons` with `added` taken in: a new rule is appended, a known one keeps its worst value and the causes of that. */
function withReason(reasons: readonly Reason[], added: Reason): readonly Reason[] {
  const index = reasons.findIndex((reason) => reason.rule === added.rule);
  if (index < 0) return [...reasons, added];
  if (!isWorse(added, reasons[index]!)) return reasons;
  return reasons.with(index, added);
}

export function withReasons(reasons: readonly Reason[], added: readonly Reason[]): readonly Reason[] {
  return added.reduce(withReason, reasons);
}

function isWorse(candidate: Reason, known: Reason): boolean {
  if (candidate.value === undefined) return false;
  if (known.value === undefined) return true;
  return LOWER_IS_WORSE.has(candidate.rule) ? candidate.value < known.value : candidate.value > known.value;
}
