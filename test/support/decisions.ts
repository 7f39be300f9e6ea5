// Runs a timeline through the pure decision, with the ticks that the processor's wheel would give in between.
import type { Reason, Transition } from '../../bridge/transition/transition.ts';
import type { SuppressionCause } from '../../processor/degradation/effects.ts';
import { configSchema, thresholdsOf } from '../../processor/degradation/factory.ts';
import { fleetLimitsOf } from '../../processor/degradation/fleet/fleet-config.ts';
import type { SessionState } from '../../processor/degradation/state.ts';
import { nextTickAtMs, step, type StepInput } from '../../processor/degradation/step.ts';
import type { Thresholds } from '../../processor/degradation/thresholds.ts';
import { START_MS, type TimelineEntry } from './timeline.ts';

export const DEFAULT_THRESHOLDS = thresholdsOf(configSchema.parse({}));
export const DEFAULT_FLEET_LIMITS = fleetLimitsOf(configSchema.parse({}));

export interface Decided {
  readonly state: SessionState | undefined;
  readonly transitions: readonly Transition[];
  readonly suppressed: readonly SuppressionCause[];
}

export function decide(
  timeline: readonly TimelineEntry[],
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): Decided {
  let state: SessionState | undefined;
  const transitions: Transition[] = [];
  const suppressed: SuppressionCause[] = [];
  const take = (input: StepInput) => {
    const result = step(state, input, thresholds);
    state = result.state;
    transitions.push(...result.transitions);
    suppressed.push(...result.suppressed);
  };
  const tickUntil = (atMs: number, inclusive: boolean) => {
    while (state !== undefined) {
      const dueMs = nextTickAtMs(state, thresholds);
      if (inclusive ? dueMs > atMs : dueMs >= atMs) return;
      const before: SessionState = state;
      take({ kind: 'tick', nowMs: dueMs });
      if (state === before) return;
    }
  };
  for (const entry of timeline) {
    tickUntil(entry.atMs, entry.kind === 'now');
    if (entry.kind === 'sample') take(entry.sample);
    if (entry.kind === 'event') take(entry.event);
  }
  return { state, transitions, suppressed };
}

/** One transition in the notation of the truth table: `30 opened high mos(packet_loss)+bitrate`. */
export function describeTransition(transition: Transition): string {
  const second = (transition.occurredAtMs - START_MS) / 1_000;
  const category = transition.category === 'connection' ? 'c/' : '';
  const reasons = transition.reasons.map(describeReason).join('+');
  const held = transition.suppressedCount > 0 ? ` (held ${transition.suppressedCount})` : '';
  return `${second} ${category}${transition.kind} ${transition.severity} ${reasons}${held}`;
}

/** The rule, and what took points off its score. */
function describeReason({ rule, causes }: Reason): string {
  return causes === undefined ? rule : `${rule}(${causes.join()})`;
}
