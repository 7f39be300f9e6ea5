// What Prometheus makes of our metrics on each of the three ways that lead there: scraped from us, scraped from the
// Collector that takes our OTLP, and taken by its own OTLP receiver.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { systemClock } from '../../collector/clock.ts';
import type { QualitySample } from '../../receiver/sample.ts';
import {
  CATALOGUE,
  DEGRADED_GAUGE,
  GAUGES,
  SESSIONS_GAUGE,
} from '../../receiver/session-gauges/catalogue.ts';
import { endedEvent, qualitySample } from '../support/quality-sample.ts';
import { Product } from './product.ts';
import { programPath, without } from './programs.ts';
import { RealCollector } from './real-collector.ts';
import { RealPrometheus, SCRAPE_INTERVAL_MS, type Series } from './real-prometheus.ts';
import { type Stack, stackPerTest } from './stack.ts';
import { until } from './until.ts';

/** For a sample to be exported and scraped once or twice, on a machine that has other things to do. */
const SEEN_MS = 30_000;

const EXPORT_INTERVAL_MS = 1_000;
/** What each way may still have of a session after its end; half a second more than that is for a busy machine. */
const LATEST_MS = {
  scraped: 0,
  'through-collector': EXPORT_INTERVAL_MS + SCRAPE_INTERVAL_MS + 500,
  'native-otlp': 0,
} as const;

/** The three ways by the jobs that their series stand under, and the labels that say of a series where it comes from. */
const ORIGIN_LABELS = {
  scraped: ['instance', 'job'],
  'through-collector': ['exported_job', 'instance', 'job', 'otel_scope_name'],
  'native-otlp': ['job'],
} as const;
type Way = keyof typeof ORIGIN_LABELS;
const WAYS = Object.keys(ORIGIN_LABELS) as Way[];

const DIMENSIONS = {
  site: 'berlin',
  region: 'eu',
  edge: 'fra-3',
  isp: 'a "good" one',
  'network.type': 'wifi',
  'client.version': '4.2.0',
};

/** What a session reports. */
const REPORTED: Partial<QualitySample> = {
  mos: 4.25,
  mosSource: 'estimated',
  packetLossPercent: 1.5,
  jitterMs: 20,
  rttMs: 80.5,
  bitrateKbps: 850,
  framesPerSecond: 29.97,
  freezeRatio: 0.125,
  experience: 4.5,
  framesDroppedPercent: 0.5,
  outage: false,
  codec: 'VP8',
  agentId: 'ägent "7"',
  dimensions: DIMENSIONS,
};

/** The same as Prometheus should show it. */
const EXPECTED_VALUES: Readonly<Record<string, number>> = {
  webrtc_video_mos: 4.25,
  webrtc_video_packet_loss_ratio: 0.015,
  webrtc_video_jitter_seconds: 0.02,
  webrtc_video_round_trip_time_seconds: 0.0805,
  webrtc_video_bitrate_bit_per_second: 850_000,
  webrtc_video_frame_rate_per_second: 29.97,
  webrtc_video_freeze_ratio: 0.125,
  webrtc_video_experience: 4.5,
  webrtc_video_frames_dropped_ratio: 0.005,
  webrtc_video_outage: 0,
  webrtc_video_degraded: 0,
};
const EXPECTED_LABELS = {
  session_id: 'session "1"',
  agent_id: 'ägent "7"',
  webrtc_codec: 'VP8',
  webrtc_mos_source: 'estimated',
  site: 'berlin',
  region: 'eu',
  edge: 'fra-3',
  isp: 'a "good" one',
  network_type: 'wifi',
  client_version: '4.2.0',
};

function sampleNow(fields: Partial<QualitySample>): QualitySample {
  return qualitySample({ ...fields, observedAtMs: systemClock.nowMs() });
}

interface Ways {
  readonly product: Product;
  readonly prometheus: RealPrometheus;
}

interface WaysOptions {
  /** How long the Collector shows what it is not told of any more. */
  readonly metricExpiration: string;
  readonly marksEnded?: boolean;
  readonly lookback?: string;
}

async function startWays(
  stack: Stack,
  { metricExpiration, lookback, marksEnded = true }: WaysOptions,
): Promise<Ways> {
  const collector = await RealCollector.start(stack, {
    metricsExporters: (port) => ({
      prometheus: { endpoint: `127.0.0.1:${port}`, metric_expiration: metricExpiration },
    }),
  });
  const prometheus = await RealPrometheus.start(stack, lookback === undefined ? {} : { lookback });
  const to = (endpoint: string) =>
    JSON.stringify({ endpoint, export_interval: `${EXPORT_INTERVAL_MS}ms`, mark_ended: marksEnded });
  const product = await Product.start(stack, [
    'service.telemetry.metrics.level=normal',
    'service.telemetry.resource={service.name: native-otlp}',
    `exporters.otlphttp/collector=${to(collector.otlpUrl)}`,
    `exporters.otlphttp/prometheus=${to(prometheus.otlpUrl)}`,
    'service.pipelines.metrics.exporters=[prometheus, otlphttp/collector, otlphttp/prometheus]',
  ]);
  await prometheus.scrape('scraped', product.address('exporter:prometheus'));
  await prometheus.scrape('through-collector', `127.0.0.1:${collector.exporterPort}`);
  return { product, prometheus };
}

/** Without the labels that say where a series comes from, of which each has to be there. */
function ownLabels({ labels }: Series, way: Way): Record<string, string> {
  const { __name__: _, ...own }: Record<string, string> = labels;
  for (const origin of ORIGIN_LABELS[way]) {
    assert.ok(own[origin] !== undefined, `${way} has the label ${origin}`);
    delete own[origin];
  }
  return own;
}

/** What the product found worth a warning. */
function troubles({ lines }: Product): unknown[] {
  return lines.filter(({ level }) => level === 'warn' || level === 'error');
}

function seen({ prometheus }: Ways, query: string): Promise<Series[]> {
  return until(`${query} shows something`, SEEN_MS, async () => {
    const series = await prometheus.query(query);
    return series.length > 0 ? series : undefined;
  });
}

describe('Prometheus', { skip: without('otelcol', 'prometheus', 'promtool') }, () => {
  const stack = stackPerTest();

  it('has the names, labels and values of the catalogue, on each way', async () => {
    const ways = await startWays(stack(), { metricExpiration: '5m' });
    await ways.product.push(sampleNow({ ...REPORTED, sessionId: 'session "1"' }));
    const names: Record<string, string[]> = {};
    for (const way of WAYS) {
      const name = DEGRADED_GAUGE.prometheusName;
      await seen(ways, `${name}{job="${way}"}`);
      const all = await ways.prometheus.query(`{job="${way}", __name__=~"webrtc_.+"}`);
      names[way] = [...new Set(all.map(({ labels }) => labels['__name__']!))].toSorted();

      const gauges = [...GAUGES, DEGRADED_GAUGE].map((gauge) => gauge.prometheusName);
      const values = all.filter(({ labels }) => gauges.includes(labels['__name__']!));
      assert.deepEqual(
        Object.fromEntries(values.map(({ labels, value }) => [labels['__name__'], value])),
        EXPECTED_VALUES,
        way,
      );
      for (const series of values) assert.deepEqual(ownLabels(series, way), EXPECTED_LABELS, way);

      const sessions = all.filter(({ labels }) => labels['__name__'] === SESSIONS_GAUGE.prometheusName);
      assert.deepEqual(
        Object.fromEntries(sessions.map(({ labels, value }) => [labels['webrtc_session_state'], value])),
        { ok: 1, candidate: 0, degraded: 0, critical: 0 },
        way,
      );
    }
    for (const { prometheusName } of CATALOGUE) {
      const isDistribution = GAUGES.some(
        ({ distribution }) => distribution?.prometheusName === prometheusName,
      );
      const expected = isDistribution
        ? ['_bucket', '_count', '_sum'].map((suffix) => prometheusName + suffix)
        : [prometheusName];
      for (const way of WAYS)
        for (const each of expected) assert.ok(names[way]!.includes(each), `${each}: ${way}`);
    }
    assert.deepEqual(
      names['through-collector'],
      names['scraped'],
      'the Collector makes the same names of ours',
    );
    assert.deepEqual(names['native-otlp'], names['scraped'], 'Prometheus makes the same names of ours');
  });

  it('has the same histograms on each way', async () => {
    const ways = await startWays(stack(), { metricExpiration: '5m' });
    const mos = [1.2, 2.9, 3.5, 4.1, 4.9];
    await ways.product.push(
      ...mos.map((each, index) => sampleNow({ mos: each, sessionId: `s-${index}`, dimensions: DIMENSIONS })),
    );
    const shown: Record<string, unknown> = {};
    for (const way of WAYS) {
      await seen(ways, `webrtc_video_mos_distribution_count{job="${way}"} == ${mos.length}`);
      const all = await ways.prometheus.query(`{job="${way}", __name__=~"webrtc_video_mos_distribution_.+"}`);
      const rows = all.map((series) => {
        const { le, ...labels } = ownLabels(series, way);
        return [series.labels['__name__'], le === undefined ? '' : Number(le), series.value, labels] as const;
      });
      shown[way] = rows.toSorted((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1));
      const belowThreshold = rows.find(([, bound]) => bound === 3.5);
      assert.equal(belowThreshold?.[2], 3, 'bounds are inclusive');
    }
    assert.deepEqual(shown['through-collector'], shown['scraped']);
    assert.deepEqual(shown['native-otlp'], shown['scraped']);
  });

  it('finds nothing to mend in what it scrapes, by its own linter', async () => {
    const product = await Product.start(stack(), ['service.telemetry.metrics.level=normal']);
    await product.push(sampleNow({ ...REPORTED, sessionId: 'session "1"' }));
    const response = await fetch(`http://${product.address('exporter:prometheus')}/metrics`);
    const linted = spawnSync(programPath('promtool'), ['check', 'metrics'], {
      input: await response.text(),
      encoding: 'utf8',
      timeout: SEEN_MS,
    });
    assert.deepEqual([linted.status, linted.stdout, linted.stderr], [0, '', '']);
  });

  it('shows an ended session no more within an export and a scrape, on each way, and shows it when it is back', async () => {
    const ways = await startWays(stack(), { metricExpiration: '5m' });
    const sampled = (fields: Partial<QualitySample>) => sampleNow({ ...REPORTED, ...fields });
    await ways.product.push(sampled({}), sampled({ sessionId: 's-2' }));
    const selector = (way: string, id: string) =>
      `{__name__=~"webrtc_video_.+", job="${way}", session_id="${id}"}`;
    const gaugeCount = GAUGES.length + 1;
    const shownCount = (way: string, id: string, count: number) =>
      until(`${way} shows ${count} gauges of ${id}`, SEEN_MS, async () =>
        (await ways.prometheus.query(selector(way, id))).length === count ? true : undefined,
      );
    for (const way of WAYS) for (const id of ['s-1', 's-2']) await shownCount(way, id, gaugeCount);

    await ways.product.push(endedEvent({ observedAtMs: systemClock.nowMs() }));
    const endedAtMs = systemClock.nowMs();
    for (const way of WAYS) {
      await shownCount(way, 's-1', 0);
      const lastAtMs = Math.max(...(await ways.prometheus.sampleTimes(selector(way, 's-1'))));
      assert.ok(lastAtMs - endedAtMs <= LATEST_MS[way], `${way}: ${lastAtMs - endedAtMs} ms after its end`);
      await shownCount(way, 's-2', gaugeCount);
    }

    await ways.product.push(sampled({}));
    for (const way of WAYS) await shownCount(way, 's-1', gaugeCount);
    assert.deepEqual(troubles(ways.product), []);
  });

  it('shows no gauge that is not known any more, and no description that is not true any more, on each way', async () => {
    const ways = await startWays(stack(), { metricExpiration: '5m' });
    const shows = (way: string, expected: Record<string, string>) =>
      until(`${way} shows ${JSON.stringify(expected)}`, SEEN_MS, async () => {
        const all = await ways.prometheus.query(
          `{__name__=~"webrtc_video_.+", job="${way}", session_id="s-1"}`,
        );
        const codecs = all.map(({ labels }) => [labels['__name__'], labels['webrtc_codec']]);
        return isDeepStrictEqual(Object.fromEntries(codecs), expected) && codecs.length === all.length
          ? true
          : undefined;
      });
    const [mos, loss, degraded] = [
      'webrtc_video_mos',
      'webrtc_video_packet_loss_ratio',
      'webrtc_video_degraded',
    ];
    await ways.product.push(sampleNow({ mos: 4, packetLossPercent: 1, codec: 'VP8' }));
    for (const way of WAYS) await shows(way, { [mos]: 'VP8', [loss]: 'VP8', [degraded]: 'VP8' });
    await ways.product.push(sampleNow({ packetLossPercent: 1, codec: 'VP8' }));
    for (const way of WAYS) await shows(way, { [loss]: 'VP8', [degraded]: 'VP8' });
    await ways.product.push(sampleNow({ packetLossPercent: 1, codec: 'VP9' }));
    for (const way of WAYS) await shows(way, { [loss]: 'VP9', [degraded]: 'VP9' });
    assert.deepEqual(troubles(ways.product), []);
  });

  it('shows an ended session for as long as it, or the Collector, looks back, where marks are switched off', async () => {
    const ways = await startWays(stack(), { metricExpiration: '3s', lookback: '4s', marksEnded: false });
    await ways.product.push(sampleNow({ mos: 4 }));
    const selector = (way: Way) => `webrtc_video_mos{job="${way}"}`;
    for (const way of WAYS) await seen(ways, selector(way));
    await ways.product.push(endedEvent({ observedAtMs: systemClock.nowMs() }));
    const endedAtMs = systemClock.nowMs();
    const goneAtMs = async (way: Way) =>
      until(`${way} shows it no more`, SEEN_MS, async () => {
        const atMs = systemClock.nowMs();
        return (await ways.prometheus.query(selector(way))).length === 0 ? atMs : undefined;
      });
    const lastAtMs = async (way: Way) => Math.max(...(await ways.prometheus.sampleTimes(selector(way))));
    const keptMs = (await goneAtMs('native-otlp')) - (await lastAtMs('native-otlp'));
    assert.ok(keptMs >= 4_000, `Prometheus, not before the lookback is over: ${keptMs} ms`);
    await goneAtMs('through-collector');
    const shownMs = (await lastAtMs('through-collector')) - endedAtMs;
    assert.ok(shownMs > 1_000, `the Collector, until its metric_expiration: ${shownMs} ms`);
  });
});
