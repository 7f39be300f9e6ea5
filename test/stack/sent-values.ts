// What Prometheus has to show, worked out from the records that were sent and from nothing of ours: the names and units
// of the gauges are written down here once more.
import assert from 'node:assert/strict';
import type { QualitySample } from '../../receiver/sample.ts';
import type { RecordedCall } from './board-calls.ts';
import type { Question } from './board-questions.ts';
import { type BoardRun, GENESYS_SESSIONS } from './board-run.ts';
import type { RealPrometheus, Series, Span } from './real-prometheus.ts';

/** By the panel of the dashboard Session, the value of a sample in the unit of the panel; undefined where it tells none. */
const SHOWN_BY_PANEL: Readonly<Record<string, (sample: QualitySample) => number | undefined>> = {
  MOS: ({ mos }) => mos,
  'Packet loss': ({ packetLossPercent }) => scaled(packetLossPercent, (percent) => percent / 100),
  Jitter: ({ jitterMs }) => scaled(jitterMs, (ms) => ms / 1_000),
  'Round trip time': ({ rttMs }) => scaled(rttMs, (ms) => ms / 1_000),
  Bitrate: ({ bitrateKbps }) => scaled(bitrateKbps, (kbps) => kbps * 1_000),
  'Frame rate': ({ framesPerSecond }) => framesPerSecond,
  Freeze: ({ freezeRatio }) => freezeRatio,
  Experience: ({ experience }) => experience,
  'Frames dropped': ({ framesDroppedPercent }) => scaled(framesDroppedPercent, (percent) => percent / 100),
};

/** The same of the histograms, by their names. */
const COUNTED_BY_HISTOGRAM: typeof SHOWN_BY_PANEL = {
  webrtc_video_mos_distribution: SHOWN_BY_PANEL['MOS']!,
  webrtc_video_packet_loss_distribution: SHOWN_BY_PANEL['Packet loss']!,
  webrtc_video_jitter_distribution_seconds: SHOWN_BY_PANEL['Jitter']!,
  webrtc_video_round_trip_time_distribution_seconds: SHOWN_BY_PANEL['Round trip time']!,
  webrtc_video_bitrate_distribution_bit_per_second: SHOWN_BY_PANEL['Bitrate']!,
  webrtc_video_frame_rate_distribution_per_second: SHOWN_BY_PANEL['Frame rate']!,
  webrtc_video_freeze_distribution: SHOWN_BY_PANEL['Freeze']!,
  webrtc_video_experience_distribution: SHOWN_BY_PANEL['Experience']!,
  webrtc_video_frames_dropped_distribution: SHOWN_BY_PANEL['Frames dropped']!,
};

function scaled(value: number | undefined, to: (value: number) => number): number | undefined {
  return value === undefined ? undefined : to(value);
}

/** What a line goes through: the same value again is no step. */
function steps(values: readonly (number | undefined)[]): number[] {
  const known = values.filter((value) => value !== undefined);
  return known.filter((value, index) => index === 0 || value !== known[index - 1]);
}

/** How many of each there are, by what `key` calls them. */
export function tally<Item>(
  items: readonly Item[],
  key: (item: Item) => string | undefined,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) {
    const name = key(item);
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** By the values of these labels. */
export function byLabels(series: readonly Series[], ...labels: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    series.map((each) => [labels.map((label) => each.labels[label] ?? '').join(' '), each.value]),
  );
}

export function samplesOf({ sent }: BoardRun): QualitySample[] {
  return sent.map(({ record }) => record).filter((record) => record.kind === 'sample');
}

/** Of all sources. */
export function sessionIdsOf(run: BoardRun): Set<string> {
  return new Set([...run.sent.map(({ record }) => record.sessionId), ...GENESYS_SESSIONS]);
}

/** Each line of the dashboard Session goes through the values of the call's samples, in their order, and no others. */
export async function assertDrawn(
  prometheus: RealPrometheus,
  questions: readonly Question[],
  { sessionId, samples }: RecordedCall,
  span: Span,
): Promise<void> {
  for (const [title, read] of Object.entries(SHOWN_BY_PANEL)) {
    const { expr } = questions.find(({ where }) => where === `session: ${title}`)!;
    const lines = await prometheus.range(expr, span);
    const drawn = lines.flatMap(({ points }) => points.map(({ value }) => value));
    assert.deepEqual(steps(drawn), steps(samples.map(read)), `${title} of ${sessionId}`);
  }
}

/** The histograms have counted each sample, under its dimensions, with its value. */
export async function assertCounted(
  prometheus: RealPrometheus,
  samples: readonly QualitySample[],
): Promise<void> {
  const ofEdge = Map.groupBy(samples, ({ dimensions }) => dimensions['edge']!);
  for (const [name, read] of Object.entries(COUNTED_BY_HISTOGRAM)) {
    const buckets = await prometheus.query(`sum by (edge, le) (${name}_bucket{edge!=""})`);
    const sums = byLabels(await prometheus.query(`sum by (edge) (${name}_sum{edge!=""})`), 'edge');
    assert.deepEqual(Object.keys(sums).toSorted(), [...ofEdge.keys()].toSorted(), name);
    for (const [edge, ofThis] of ofEdge) {
      const values = ofThis.map(read).filter((value) => value !== undefined);
      const sum = values.reduce((before, value) => before + value, 0);
      assert.ok(Math.abs(sums[edge]! - sum) <= 1e-9 * sum, `${name} of ${edge}: ${sums[edge]}, ${sum}`);
      const ofThisEdge = buckets.filter(({ labels }) => labels['edge'] === edge);
      assert.ok(ofThisEdge.length > 1, `${name} of ${edge} has buckets`);
      for (const { labels, value } of ofThisEdge) {
        const bound = Number(labels['le']!.replace('Inf', 'Infinity'));
        const count = values.filter((each) => each <= bound).length;
        assert.equal(value, count, `${name} of ${edge} up to ${bound}`);
      }
    }
  }
}
