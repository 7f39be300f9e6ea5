// What we serve at port 8888 beside what the Collector serves there: a dashboard or an alert that was made for the one
// has to work for the other.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../collector/clock.ts';
import { INSTRUMENTS } from '../../collector/telemetry/names.ts';
import { qualitySample } from '../support/quality-sample.ts';
import { hanging, ScriptedPeer } from '../support/scripted-peer.ts';
import { type ExposedMetric, exposedMetrics } from './exposition.ts';
import { Product } from './product.ts';
import { without } from './programs.ts';
import { RealCollector } from './real-collector.ts';
import { RealPrometheus } from './real-prometheus.ts';
import { type Stack, stackPerTest } from './stack.ts';
import { until } from './until.ts';

const SEEN_MS = 30_000;
/** Nothing listens there. */
const DEAD = 'http://127.0.0.1:1';

/** Metrics of the Collector's documentation that we do not have, or that have no series here, and why. */
const NOT_OURS: Readonly<Record<string, string>> = {
  otelcol_exporter_enqueue_failed_metric_points: 'metrics are read when they are sent, and wait in no queue',
  otelcol_exporter_in_flight_requests: 'under development in the Collector',
  otelcol_receiver_accepted_metric_points: 'a sample is one record, counted once as a log record',
  otelcol_receiver_refused_metric_points: 'the same',
  otelcol_receiver_failed_metric_points: 'the same',
  otelcol_process_runtime_total_alloc_bytes: 'Node does not tell',
};

/**
 * What the Collector's documentation recommends to look at (docs/monitoring.md, "Internal telemetry" on its site), as the
 * dashboards that follow it write it.
 */
const QUERIES = [
  // Data flow.
  'sum by (receiver, transport) (rate(otelcol_receiver_accepted_log_records[20s]))',
  'sum by (processor, otel_signal) (rate(otelcol_processor_incoming_items[20s]))',
  'sum by (processor, otel_signal) (rate(otelcol_processor_outgoing_items[20s]))',
  'sum by (exporter) (rate(otelcol_exporter_sent_log_records[20s]))',
  'sum by (exporter) (rate(otelcol_exporter_sent_metric_points[20s]))',
  // Failures on the way in and out.
  'sum by (receiver) (rate(otelcol_receiver_refused_log_records[20s]))',
  'sum by (receiver) (rate(otelcol_receiver_failed_log_records[20s]))',
  'sum by (exporter) (rate(otelcol_exporter_send_failed_log_records[20s]))',
  'sum by (exporter) (rate(otelcol_exporter_send_failed_metric_points[20s]))',
  'sum by (exporter) (rate(otelcol_exporter_enqueue_failed_log_records[20s]))',
  // Saturation.
  'max by (exporter) (otelcol_exporter_queue_size{data_type="logs"})',
  'max by (exporter) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)',
  'rate(otelcol_process_cpu_seconds[20s])',
  'otelcol_process_memory_rss',
  'otelcol_process_runtime_heap_alloc_bytes',
  'otelcol_process_runtime_total_sys_memory_bytes',
  'otelcol_process_uptime > 0',
];

/** A Collector in which each of its counters of exporters has counted something. */
async function startTroubledCollector(stack: Stack): Promise<RealCollector> {
  const peer = await new ScriptedPeer().start();
  stack.onClose(() => peer.stop());
  peer.answer = hanging;
  const queue = { queue_size: 1, num_consumers: 1 };
  const collector = await RealCollector.start(stack, {
    processors: { memory_limiter: { check_interval: '1s', limit_mib: 500 } },
    exporters: () => ({
      'otlp_http/full': { endpoint: peer.url, timeout: '10m', sending_queue: queue },
      'otlp_http/dead': {
        endpoint: DEAD,
        retry_on_failure: { enabled: false },
        sending_queue: { enabled: false },
      },
    }),
  });
  await busy(collector);
  return collector;
}

/** Sends it one point and one record, several times. */
async function busy({ otlpUrl }: RealCollector): Promise<void> {
  const dataPoints = [{ asDouble: 1, timeUnixNano: String(BigInt(systemClock.nowMs()) * 1_000_000n) }];
  const bodies = {
    metrics: { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints } }] }] }] },
    logs: { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'l' } }] }] }] },
  };
  for (let round = 0; round < 4; round++) {
    for (const [signal, body] of Object.entries(bodies)) {
      const response = await fetch(`${otlpUrl}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      await response.body?.cancel();
    }
  }
}

async function startProduct(stack: Stack): Promise<Product> {
  const peer = await new ScriptedPeer().start();
  stack.onClose(() => peer.stop());
  const product = await Product.start(stack, [
    'service.telemetry.metrics.level=normal',
    `exporters.webhook.endpoint=${peer.url}/incidents`,
  ]);
  await product.push(qualitySample({ mos: 4, observedAtMs: systemClock.nowMs() }));
  return product;
}

async function exposed(url: string): Promise<Map<string, ExposedMetric>> {
  return exposedMetrics(await (await fetch(url)).text());
}

describe('own telemetry', { skip: without('otelcol', 'prometheus') }, () => {
  const stack = stackPerTest();

  it("has the Collector's names, types and labels", async () => {
    const collector = await startTroubledCollector(stack());
    const product = await startProduct(stack());
    const ours = await exposed(`http://${product.address('telemetry:metrics')}/metrics`);
    const theirs = await exposed(collector.telemetryUrl);
    const names = Object.values(INSTRUMENTS).map(({ name }) => name);
    for (const name of names) {
      assert.ok(theirs.has(name), `the Collector has ${name}`);
      if (name in NOT_OURS) continue;
      const own = ours.get(name);
      assert.equal(own?.type, theirs.get(name)!.type, name);
      // The Collector may have more: an exporter over HTTP adds where it sends to. What a query groups by is in both.
      for (const combination of own.labels) {
        const isThere = [...theirs.get(name)!.labels].some((all) =>
          new Set(combination).isSubsetOf(new Set(all)),
        );
        assert.ok(isThere, `${name} has labels that the Collector's has: ${combination.join()}`);
      }
    }
    const oursAlone = [...ours.keys()].filter((name) => name.startsWith('otelcol_') && !theirs.has(name));
    assert.deepEqual(oursAlone, [], 'nothing is called as if the Collector had it');
  });

  it("lacks of the Collector's documented metrics only what is listed", async () => {
    const collector = await startTroubledCollector(stack());
    const product = await startProduct(stack());
    const ours = await exposed(`http://${product.address('telemetry:metrics')}/metrics`);
    const theirs = await exposed(collector.telemetryUrl);
    const missing = [...theirs.keys()].filter(
      // The memory limiter's own metrics belong to a component that we do not have.
      (name) => /^otelcol_(?!processor_(?:memory_limiter|internal_duration))/.test(name) && !ours.has(name),
    );
    assert.deepEqual(missing.toSorted(), Object.keys(NOT_OURS).toSorted());
  });

  it("answers the queries that the Collector's documentation recommends, as the Collector does", async () => {
    const collector = await startTroubledCollector(stack());
    const product = await startProduct(stack());
    const prometheus = await RealPrometheus.start(stack());
    await prometheus.scrape('ours', product.address('telemetry:metrics'));
    await prometheus.scrape('theirs', new URL(collector.telemetryUrl).host);
    for (const job of ['ours', 'theirs']) {
      for (const query of QUERIES) {
        const ofJob = query.replace(
          /(otelcol_\w+)(?:\{([^}]*)\})?/g,
          (_, name: string, labels = '') => `${name}{${[labels, `job="${job}"`].filter(Boolean).join()}}`,
        );
        await until(`${job} answers ${ofJob}`, SEEN_MS, async () => {
          const series = await prometheus.query(ofJob);
          return series.length > 0 ? series : undefined;
        });
      }
    }
  });
});
