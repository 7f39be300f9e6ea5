// Panels over the histograms of all samples: where their values lie, and in which part of the fleet they are bad.
import { badShare } from '../bad-share.ts';
import { GAUGE_LIMITS, limitOf } from '../limits.ts';
import { buckets, type Matchers, RATE_INTERVAL, rate, sum, topK } from '../promql.ts';
import { distributionOf, type Measure, MEASURES } from '../series.ts';
import { heatmap, ranking } from './panels.ts';
import { risingThresholds } from './thresholds.ts';
import { grafanaUnit } from './units.ts';
import { OF_PART } from './variables.ts';

type Distribution = NonNullable<Measure['distribution']>;

/** So many parts of the fleet are named. */
const NAMED_PARTS = 10;

const distributed = MEASURES.filter(({ distribution }) => distribution !== undefined);
const isJudged = ({ gauge }: Measure) => GAUGE_LIMITS.has(gauge.otelName);

/** Measures with a distribution that a rule judges, and the others. */
export const JUDGED = distributed.filter(isJudged);
export const UNJUDGED = distributed.filter((measure) => !isJudged(measure));

/** Samples per second in each bucket, of the chosen part of the fleet. */
export function bucketRates(distribution: Distribution, matchers: Matchers = OF_PART): string {
  return sum(rate(buckets(distribution, matchers), RATE_INTERVAL), ['le']);
}

/** A heat map for each measure. */
export function distributionPanels(measures: readonly Measure[]) {
  return measures.map((measure) => {
    const distribution = distributionOf(measure);
    return heatmap(
      {
        title: titleOf(measure),
        description: `${measure.gauge.description} Samples per second by value. ${tellLimit(measure)}`,
        span: 12,
        unit: grafanaUnit(distribution),
      },
      bucketRates(distribution),
    );
  });
}

/** The parts of the fleet, by the dimension that was chosen, with most bad samples. */
export function worstPartPanels() {
  return ['webrtc.video.mos', 'webrtc.video.experience', 'webrtc.video.packet_loss'].map((otelName) => {
    const measure = MEASURES.find(({ gauge }) => gauge.otelName === otelName)!;
    const { bad, badSide } = limitOf(otelName);
    const side = badSide === 'below' ? 'at or below' : 'above';
    return ranking(
      {
        title: `${titleOf(measure)} ${side} ${bad}, by $dimension`,
        description: `Share of the samples of the last minutes that are ${side} ${bad}: the ${NAMED_PARTS} parts of the fleet with most of them.`,
        span: 8,
        unit: 'percentunit',
        height: 10,
      },
      { expr: topK(NAMED_PARTS, badShare(measure, OF_PART, '5m', ['$dimension'])), legend: '{{$dimension}}' },
      risingThresholds(0.1, 0.3),
    ).max(1);
  });
}

/** As a reader calls it: `Packet loss`. */
export function titleOf({ gauge }: Measure): string {
  const words = gauge.otelName.replace(/^webrtc\.video\./, '').replaceAll('_', ' ');
  return words === 'mos' ? 'MOS' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** What the rules say of it, in a sentence. */
export function tellLimit({ gauge }: Measure): string {
  const limit = GAUGE_LIMITS.get(gauge.otelName);
  if (limit === undefined) return 'No rule judges it by itself.';
  return `By default bad ${limit.badSide} ${limit.bad}.`;
}
