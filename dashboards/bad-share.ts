// The share of samples that a rule would call bad, from the buckets of a distribution. Panels and rules ask for it.
import { limitOf } from './limits.ts';
import { bucketUpTo, type Matchers, observations, rate, ratio, sum } from './promql.ts';
import { distributionOf, type Measure } from './series.ts';

/** Share of the samples beyond the limit of the rule. A sample that lies exactly on it counts as below. */
export function badShare(
  measure: Measure,
  matchers: Matchers,
  window: string,
  by: readonly string[],
): string {
  const distribution = distributionOf(measure);
  const { bad, badSide } = limitOf(measure.gauge.otelName);
  const all = sum(rate(observations(distribution, matchers), window), by);
  const upTo = sum(rate(bucketUpTo(distribution, bad, matchers), window), by);
  return badSide === 'below' ? ratio(upTo, all) : ratio(`(${all} - ${upTo})`, all);
}
