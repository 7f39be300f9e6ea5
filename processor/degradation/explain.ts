// One step of the decision in words, for a person who asks why a session did or did not alert. Reads what went into the
// step and what came out; decides nothing itself. A healthy sample that changes nothing is worth no line.
import type { Reason, Transition } from '../../bridge/transition/transition.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { countSample, missedSamples } from './candidate.ts';
import type { SuppressionCause } from './effects.ts';
import { explainFlapping } from './explain-flapping.ts';
import { describeReason, joinRules, percentText, secondsText } from './explain-reason.ts';
import { isBoundary } from './record.ts';
import type { SampleContext } from './rules.ts';
import type { Candidate, SessionState } from './state.ts';
import type { StepInput } from './step.ts';
import type { Thresholds } from './thresholds.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** The lines of one step, without its time. Empty when nobody would ask. */
export function explainStep(
  before: SessionState | undefined,
  input: StepInput,
  after: SessionState | undefined,
  transitions: readonly Transition[],
  suppressed: readonly SuppressionCause[],
  thresholds: Thresholds,
): readonly string[] {
  if (suppressed.includes('late')) return ['left out: a repeat, or older than what is known'];
  const lines = explainInput(before, input, after, suppressed, thresholds);
  for (const transition of transitions) lines.push(`  → ${describeTransition(transition)}`);
  if (suppressed.includes('dedup')) {
    lines.push(`  held back: one opening in ${secondsText(thresholds.dedupWindowMs)} is told`);
  }
  lines.push(...explainFlapping(before, after, suppressed, thresholds));
  return lines;
}

/** What a sample says by itself, as the step judges it. */
export function judge(
  before: SessionState | undefined,
  sample: QualitySample,
  thresholds: Thresholds,
): { readonly verdict: Verdict; readonly reasons: readonly Reason[] } {
  return verdictOf(before?.unresolved ?? [], sample, contextOf(before, sample), thresholds);
}

function explainInput(
  before: SessionState | undefined,
  input: StepInput,
  after: SessionState | undefined,
  suppressed: readonly SuppressionCause[],
  thresholds: Thresholds,
): string[] {
  switch (input.kind) {
    case 'sample':
      return [
        ...explainBoundary(before, input),
        ...explainSample(before, input, after, suppressed, thresholds),
      ];
    case 'event':
      return explainEvent(before, input, suppressed);
    case 'tick':
      return after === before ? [] : explainSilence(before, after, suppressed, thresholds);
  }
}

function explainBoundary(before: SessionState | undefined, sample: QualitySample): string[] {
  if (sample.boundary === 'sampling_gap') return ['not a boundary: a sampling gap is silence, which counts'];
  if (before === undefined || !isBoundary(before, sample, contextOf(before, sample))) return [];
  const cause = sample.boundary ?? changeOf(before, sample);
  const cut =
    before.quality.kind === 'candidate' ? `; dropped after ${heldText(before.quality, sample)}` : '';
  return [`boundary ${cause}: nothing is judged across it${cut}`];
}

function changeOf(before: SessionState, sample: QualitySample): string {
  if (sample.media !== before.lastSample?.media) return 'media_change';
  return sample.codec !== before.lastSample.codec ? 'codec_change' : 'mute';
}

function explainSample(
  before: SessionState | undefined,
  sample: QualitySample,
  after: SessionState | undefined,
  suppressed: readonly SuppressionCause[],
  thresholds: Thresholds,
): string[] {
  const isCut = suppressed.includes('boundary');
  const held = before?.quality.kind === 'candidate' && !isCut ? before.quality : undefined;
  const { verdict, reasons } = judge(isCut ? undefined : before, sample, thresholds);
  const measured = reasons.map(describeReason).join(', ');
  const now = after?.quality;
  const wasOpen = before?.quality.kind === 'open';
  if (held === undefined && !wasOpen) return verdict === 'bad' ? [`ok → candidate  ${measured}`] : [];
  if (held !== undefined) {
    const counted = countedWith(held, before, sample, verdict, reasons, thresholds);
    const share = `${counted.badCount} of ${counted.badCount + counted.clearCount} samples bad`;
    if (now?.kind === 'open') return [`confirmed: ${heldText(held, sample)}, ${share}  ${measured}`];
    if (now?.kind === 'ok') return [`dropped: ${whyDropped(held, sample, thresholds)}`];
    if (suppressed.includes('too_few_bad')) {
      return [`candidate anew: only ${share} in ${heldText(held, sample)}  ${measured}`];
    }
    if (verdict === 'bad') {
      return [
        `candidate  ${heldText(held, sample)} of ${secondsText(thresholds.holdMs)}, ${share}  ${measured}`,
      ];
    }
    if (verdict === 'clear' && held.clearSinceMs === undefined) {
      return [`candidate  clear, which drops it after ${secondsText(thresholds.dropAfterClearMs)}`];
    }
    return [];
  }
  if (now?.kind === 'ok') return [`recovered: clear for ${secondsText(thresholds.recoverForMs)}`];
  if (verdict === 'bad') return [`open  ${measured}`];
  const isNewlyClear =
    before?.quality.kind === 'open' && before.quality.clearSinceMs === undefined && verdict === 'clear';
  return isNewlyClear
    ? [`open  clear, which is a recovery after ${secondsText(thresholds.recoverForMs)}`]
    : [];
}

function countedWith(
  held: Candidate,
  before: SessionState | undefined,
  sample: QualitySample,
  verdict: Verdict,
  reasons: readonly Reason[],
  thresholds: Thresholds,
): Candidate {
  const silenceMs = sample.observedAtMs - (before?.lastSample?.observedAtMs ?? sample.observedAtMs);
  const missedCount = silenceMs >= thresholds.gapAfterMs ? missedSamples(silenceMs, thresholds) : 0;
  return countSample(held, sample, verdict, reasons, missedCount, thresholds);
}

function whyDropped(held: Candidate, sample: QualitySample, thresholds: Thresholds): string {
  if (sample.observedAtMs - held.sinceMs >= thresholds.holdMs) return 'clear at the end of the hold';
  return `clear for ${secondsText(sample.observedAtMs - (held.clearSinceMs ?? sample.observedAtMs))}`;
}

function explainEvent(
  before: SessionState | undefined,
  event: SessionEvent,
  suppressed: readonly SuppressionCause[],
): string[] {
  const line = `event ${event.type}`;
  if (before?.quality.kind !== 'candidate') return [line];
  if (suppressed.includes('boundary')) return [`${line}: a boundary; the candidate is dropped`];
  return suppressed.includes('session_ended') ? [`${line}: the candidate is dropped`] : [line];
}

function explainSilence(
  before: SessionState | undefined,
  after: SessionState | undefined,
  suppressed: readonly SuppressionCause[],
  thresholds: Thresholds,
): string[] {
  if (after === undefined) return [`forgotten: silent for ${secondsText(thresholds.forgetAfterMs)}`];
  const lines: string[] = [];
  const isNewGap =
    after.connectionCauses.includes('gap') && before?.connectionCauses.includes('gap') !== true;
  if (isNewGap) lines.push(`gap: no sample for ${secondsText(thresholds.gapAfterMs)}`);
  if (before?.quality.kind !== 'candidate') return lines;
  if (after.quality.kind === 'open')
    lines.push('confirmed: silent since it was last bad, and silence counts as bad');
  else if (suppressed.includes('blip')) lines.push('dropped: clear when it fell silent');
  else if (suppressed.includes('too_few_bad')) {
    lines.push(`dropped: fewer than ${percentText(thresholds.minBadFraction)} of its samples were bad`);
  }
  return lines;
}

function describeTransition({ category, kind, severity, reasons, suppressedCount }: Transition): string {
  const held = suppressedCount > 0 ? ` (${suppressedCount} held back before)` : '';
  return `${category} ${kind} ${severity} ${joinRules(reasons)}${held}`.trimEnd();
}

function contextOf(before: SessionState | undefined, sample: QualitySample): SampleContext {
  return { muted: sample.muted ?? before?.muted ?? false, hadTraffic: before?.hadTraffic ?? false };
}

function heldText(held: Candidate, sample: QualitySample): string {
  return secondsText(sample.observedAtMs - held.sinceMs);
}
