// What one sample says of a session as a whole, and since when. Pure.
import type { Reason } from '../../bridge/transition/transition.ts';
import type { QualitySample } from '../../receiver/sample.ts';
import { measuredReason } from './reasons.ts';
import { QUALITY_RULES, evaluateRule, reasonFor, type QualityRule, type SampleContext } from './rules.ts';
import type { Thresholds } from './thresholds.ts';

/** What one sample says as a whole. `unknown`: no rule holds, and one that held before has not cleared. */
export type Verdict = 'bad' | 'clear' | 'unknown';

export function verdictOf(
  before: readonly QualityRule[],
  sample: QualitySample,
  context: SampleContext,
  thresholds: Thresholds,
): { verdict: Verdict; unresolved: readonly QualityRule[]; reasons: readonly Reason[] } {
  let unresolved = before;
  let reasons: Reason[] | undefined;
  let anyCleared = false;
  for (const rule of QUALITY_RULES) {
    const condition = evaluateRule(rule, sample, context, thresholds);
    if (condition === 'holds') {
      (reasons ??= []).push(reasonFor(rule, sample, thresholds));
      if (!unresolved.includes(rule)) unresolved = [...unresolved, rule];
    } else if (condition !== 'neither') {
      if (condition === 'clears') anyCleared = true;
      if (unresolved.includes(rule)) unresolved = unresolved.filter((other) => other !== rule);
    }
  }
  if (reasons !== undefined) return { verdict: 'bad', unresolved, reasons };
  return { verdict: anyCleared && unresolved.length === 0 ? 'clear' : 'unknown', unresolved, reasons: [] };
}

/** Undefined when the MOS is missing: it then neither holds nor clears. Never critical where MOS is not judged. */
export function isCritical(sample: QualitySample | undefined, thresholds: Thresholds): boolean | undefined {
  if (sample?.mos === undefined) return undefined;
  const limits = thresholds.rules[sample.media].mos;
  return limits !== undefined && sample.mos < limits.criticalBelow;
}

export function brokenPath(sample: QualitySample | undefined, thresholds: Thresholds): Reason {
  const threshold = sample && thresholds.rules[sample.media].mos?.criticalBelow;
  return measuredReason('broken_path', sample?.mos, threshold, sample?.mosCauses);
}

/** Since when something has been true, after a sample that says yes, no, or nothing of it. */
export function nextSince(
  isTrue: boolean | undefined,
  sinceMs: number | undefined,
  sample: QualitySample,
): number | undefined {
  if (isTrue === undefined) return sinceMs;
  return isTrue ? (sinceMs ?? sample.observedAtMs) : undefined;
}
