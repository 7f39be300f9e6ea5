// Why a session had no quality incident, in one sentence, from what is remembered of its steps: a few numbers, however
// long it lasts. Pure.
import type { SuppressionCause } from './effects.ts';
import { judge } from './explain.ts';
import { percentText, secondsText } from './explain-reason.ts';
import type { SessionState } from './state.ts';
import type { StepInput } from './step.ts';
import type { Thresholds } from './thresholds.ts';

export interface Evidence {
  readonly sampleCount: number;
  readonly badCount: number;
  /** The longest that a candidate was bad, from its first bad sample to its last. */
  readonly longestBadMs: number;
  /** What became of the candidate that was bad for longest; absent while it goes on. */
  readonly endedBy?: SuppressionCause;
  readonly hadIncident: boolean;
}

export const NO_EVIDENCE: Evidence = { sampleCount: 0, badCount: 0, longestBadMs: 0, hadIncident: false };

export function addEvidence(
  evidence: Evidence,
  before: SessionState | undefined,
  input: StepInput,
  after: SessionState | undefined,
  suppressed: readonly SuppressionCause[],
  thresholds: Thresholds,
): Evidence {
  if (suppressed.includes('late')) return evidence;
  const sampleCount = evidence.sampleCount + (input.kind === 'sample' ? 1 : 0);
  const hadIncident = evidence.hadIncident || after?.quality.kind === 'open';
  const isBad = input.kind === 'sample' && judge(before, input, thresholds).verdict === 'bad';
  const badCount = evidence.badCount + (isBad ? 1 : 0);
  const counted = { ...evidence, sampleCount, badCount, hadIncident };
  const sinceMs = candidateSinceMs(before);
  if (isBad) {
    const { endedBy: _, ...goingOn } = counted;
    // A boundary in this very sample has cut off what came before.
    const isCut = suppressed.includes('boundary');
    const badMs = sinceMs === undefined || isCut ? 0 : input.observedAtMs - sinceMs;
    if (badMs >= evidence.longestBadMs) {
      const isAnew = suppressed.includes('too_few_bad');
      return { ...goingOn, longestBadMs: badMs, ...(isAnew && { endedBy: 'too_few_bad' }) };
    }
  }
  const cause = suppressed.find((each) => each !== 'dedup' && each !== 'flapping');
  // Candidates that were shorter leave what is known of the longest as it is.
  return cause === undefined || sinceMs === undefined || evidence.endedBy !== undefined
    ? counted
    : { ...counted, endedBy: cause };
}

/** Undefined when there was a quality incident. */
export function whyNoIncident(evidence: Evidence, thresholds: Thresholds): string | undefined {
  const { sampleCount, badCount, longestBadMs, endedBy, hadIncident } = evidence;
  if (hadIncident) return undefined;
  const why = (reason: string) => `No quality incident: ${reason}.`;
  if (sampleCount === 0) return why('there was no sample to judge');
  if (badCount === 0) return why(`none of ${sampleCount} samples was bad`);
  const held = `bad for at most ${secondsText(longestBadMs)} of the hold of ${secondsText(thresholds.holdMs)}`;
  switch (endedBy) {
    case undefined:
      return why(`${held} when it ends`);
    case 'too_few_bad':
      return why(
        `bad when the hold was over, but in fewer than ${percentText(thresholds.minBadFraction)} of its samples`,
      );
    case 'boundary':
      return why(`${held}, then cut off by a boundary`);
    case 'session_ended':
      return why(`${held}, then the session ended`);
    case 'blip':
    case 'dedup':
    case 'flapping':
    case 'late':
      return why(`${held}, then clear`);
  }
}

function candidateSinceMs(state: SessionState | undefined): number | undefined {
  return state?.quality.kind === 'candidate' ? state.quality.sinceMs : undefined;
}
