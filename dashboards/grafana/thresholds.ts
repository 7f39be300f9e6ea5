// The colours of limits.
import {
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { GaugeLimit } from '../limits.ts';

export const COLOUR = {
  good: 'green',
  watch: 'yellow',
  bad: 'orange',
  critical: 'red',
  neutral: 'blue',
  quiet: 'text',
} as const;

/** From the least value on; each step holds from its value to the next. */
function steps(first: string, ...others: readonly (readonly [value: number, color: string])[]) {
  const all: Threshold[] = [
    { value: null, color: first },
    ...others.map(([value, color]) => ({ value, color })),
  ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(all);
}

/** What a rule says of a gauge: the limit, and what is beyond it. */
export function gaugeThresholds({ badSide, bad, critical }: GaugeLimit) {
  if (badSide === 'above') return steps(COLOUR.good, [bad, COLOUR.critical]);
  if (critical === undefined) return steps(COLOUR.critical, [bad, COLOUR.good]);
  return steps(COLOUR.critical, [critical, COLOUR.bad], [bad, COLOUR.good]);
}

/** Good until `watch`, bad from `bad` on. */
export function risingThresholds(watch: number, bad: number) {
  return steps(COLOUR.good, [watch, COLOUR.watch], [bad, COLOUR.critical]);
}

/** Good at 0, bad from 1 on. */
export function noneIsGood(color: string = COLOUR.critical) {
  return steps(COLOUR.good, [1, color]);
}

/** Nothing to judge. */
export function neutral() {
  return steps(COLOUR.neutral);
}
