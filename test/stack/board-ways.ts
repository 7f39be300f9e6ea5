// The ways on which our metrics get to a Prometheus, each with a Prometheus of its own, so that dashboards and rules stay
// as they are. Prometheus and the Collector are configured by the files of dashboards/compose; only what must be different
// on one machine and in two minutes is: addresses and intervals.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { GENERATED } from '../../dashboards/generate.ts';
import { ProductProcess } from './product-process.ts';
import { RealCollector } from './real-collector.ts';
import { RealPrometheus, SCRAPE_INTERVAL_MS } from './real-prometheus.ts';
import type { Stack } from './stack.ts';

/** Of the process's own telemetry, whatever the way: the rules know it by this. */
export const OWN_JOB = 'webrtc-quality-bridge';

/** By the label `job` that the product's metrics have at the end of each way. */
export const JOB_OF_WAY = {
  scraped: 'webrtc-quality',
  'scraped from the Collector': 'webrtc-quality',
  'by OTLP': OWN_JOB,
  'by OTLP through the Collector': OWN_JOB,
} as const;

export type Way = keyof typeof JOB_OF_WAY;
export const WAYS = Object.keys(JOB_OF_WAY) as Way[];

export interface BoardWays {
  readonly product: ProductProcess;
  readonly prometheus: Readonly<Record<Way, RealPrometheus>>;
}

interface ScrapeJob {
  readonly job_name: string;
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
}

/** Ids of the product's exporters of metrics. The Collector has a `prometheus`, too, and others besides. */
export const METRICS_EXPORTERS = [
  'prometheus',
  'otlphttp/collector',
  'otlphttp/prometheus',
  'otlphttp/dead',
] as const;

/** Nothing listens there. */
const DEAD = 'http://127.0.0.1:1';
const COMPOSE = new URL('../../dashboards/compose/', import.meta.url);
const INTERVAL = `${SCRAPE_INTERVAL_MS}ms`;

/** `configuration` is the product's, without exporters of metrics. */
export async function startBoardWays(
  stack: Stack,
  configuration: (metricsExporters: object) => object,
): Promise<BoardWays> {
  const started = await Promise.all(
    WAYS.map(
      async (way, index) =>
        [way, await RealPrometheus.start(stack, { name: `prometheus-${index}` })] as const,
    ),
  );
  const prometheus = Object.fromEntries(started) as Record<Way, RealPrometheus>;
  const collector = await startCollector(stack, prometheus['by OTLP through the Collector'].otlpUrl);
  const to = (endpoint: string) => ({ endpoint, export_interval: '1s' });
  const exporters: Readonly<Partial<Record<(typeof METRICS_EXPORTERS)[number], object>>> = {
    'otlphttp/collector': to(collector.otlpUrl),
    'otlphttp/prometheus': to(prometheus['by OTLP'].otlpUrl),
    'otlphttp/dead': to(DEAD),
  };
  const product = await ProductProcess.start(stack, configuration(exporters));
  const scraped: Partial<Record<Way, string>> = {
    scraped: product.address('exporter:prometheus'),
    'scraped from the Collector': `127.0.0.1:${collector.exporterPort}`,
  };
  const telemetry = {
    [OWN_JOB]: product.address('telemetry:metrics'),
    collector: new URL(collector.telemetryUrl).host,
  };
  for (const way of WAYS) {
    const gauges = scraped[way];
    const more = gauges === undefined ? {} : { [JOB_OF_WAY[way]]: gauges };
    await prometheus[way].configure(await composed(telemetry, more));
  }
  return { product, prometheus };
}

/** Gives what it takes to a Prometheus, and lets itself be scraped as well. */
async function startCollector(stack: Stack, otlpUrl: string): Promise<RealCollector> {
  const { exporters } = await compose<{ exporters: { otlphttp: object } }>('collector.yaml');
  return RealCollector.start(stack, {
    metricsExporters: (port) => ({
      otlphttp: { ...exporters.otlphttp, endpoint: otlpUrl },
      prometheus: { endpoint: `127.0.0.1:${port}` },
    }),
  });
}

/** The file of `compose` with these addresses by job, and further jobs as it shows one in a comment. */
async function composed(
  telemetry: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>>,
): Promise<object> {
  const configuration = await compose<{ scrape_configs: readonly ScrapeJob[] }>('prometheus.yaml');
  const at = (address: string) => ({ static_configs: [{ targets: [address] }] });
  return {
    ...configuration,
    global: { scrape_interval: INTERVAL, evaluation_interval: INTERVAL },
    rule_files: ['recording', 'alerting'].map((name) => `${GENERATED}/prometheus/${name}.rules.yaml`),
    scrape_configs: [
      ...configuration.scrape_configs.map((job) => ({ ...job, ...at(telemetry[job.job_name]!) })),
      ...Object.entries(more).map(([job_name, address]) => ({ job_name, ...at(address) })),
    ],
  };
}

async function compose<Configuration>(file: string): Promise<Configuration> {
  return parse(await readFile(new URL(file, COMPOSE), 'utf8')) as Configuration;
}
