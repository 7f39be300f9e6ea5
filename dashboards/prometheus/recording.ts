// Recording rules: what is asked often, or over many series. Alerts build on them; the dashboards don't, so that they
// work in a Prometheus without these rules.
import { badShare } from '../bad-share.ts';
import { buckets, observations, quantile, rate, ratio, select, sum } from '../promql.ts';
import { DIMENSION_LABELS, distributionOf, LABEL, MEASURES, measureOf, SERIES } from '../series.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';

const BY_JOB = ['job'];
const WINDOW = '5m';
/** Of a score the low end is bad, of a delay the high one. */
const QUANTILES = [0.05, 0.5, 0.95];
const MOS = measureOf('webrtc.video.mos');

/** Names of the recorded series. */
export const RECORDED = {
  sessions: 'job:webrtc_video_sessions:sum',
  degradedShare: 'job:webrtc_video_sessions_degraded:ratio',
  /** Of the samples of a part of the fleet, named by the labels `dimension` and `part`. */
  badMosShare: 'part:webrtc_video_mos_bad:ratio_rate5m',
  mosSamples: 'part:webrtc_video_mos_samples:rate5m',
} as const;

export function recordingGroups(): RuleGroup[] {
  return [
    { name: 'webrtc-quality-fleet', rules: [...sessionRules(), ...distributionRules()] },
    { name: 'webrtc-quality-parts', rules: DIMENSION_LABELS.flatMap(partRules) },
  ];
}

function sessionRules(): RecordingRule[] {
  const bad = select(SERIES.sessions, { [LABEL.sessionState]: '=~degraded|critical' });
  return [
    { record: RECORDED.sessions, expr: sum(select(SERIES.sessions), BY_JOB) },
    { record: RECORDED.degradedShare, expr: ratio(sum(bad, BY_JOB), RECORDED.sessions) },
  ];
}

/** Every distribution over the whole fleet: one series per bucket in place of one per bucket and combination. */
function distributionRules(): RecordingRule[] {
  return MEASURES.flatMap((measure) => {
    if (measure.distribution === undefined) return [];
    const { name } = measure.distribution;
    const perBucket = `job_le:${name}_bucket:rate5m`;
    return [
      { record: perBucket, expr: sum(rate(buckets(measure.distribution), WINDOW), [...BY_JOB, 'le']) },
      ...QUANTILES.map((q) => ({
        record: `job:${name}:p${q * 100}_rate5m`,
        expr: quantile(q, perBucket),
      })),
    ];
  });
}

/** For each value of a dimension: how many samples say a MOS, and how many of those are bad. */
function partRules(label: string): RecordingRule[] {
  const named = { [label]: '!=' } as const;
  const by = [...BY_JOB, label];
  const samples = sum(rate(observations(distributionOf(MOS), named), WINDOW), by);
  return [
    { record: RECORDED.mosSamples, expr: asPart(samples, label), labels: { dimension: label } },
    {
      record: RECORDED.badMosShare,
      expr: asPart(badShare(MOS, named, WINDOW, by), label),
      labels: { dimension: label },
    },
  ];
}

/** Calls the label `part`, so that one alert reads all dimensions. */
function asPart(expression: string, label: string): string {
  return sum(`label_replace(${expression}, "part", "$1", "${label}", "(.*)")`, [...BY_JOB, 'part']);
}
