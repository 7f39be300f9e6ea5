// What one export of all sessions costs: time, CPU, bytes, and the longest stall of the event loop, during which no
// sample is taken. Run it with `node bench/export.ts`. The exporter and the table are those of the product; the backend
// is another process on loopback.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { pino } from 'pino';
import { systemClock } from '../collector/clock.ts';
import type { Host, Settings } from '../collector/component.ts';
import type { OtlpHttpExporter } from '../exporter/otlphttp/exporter.ts';
import { otlpHttpFactory } from '../exporter/otlphttp/factory.ts';
import { SessionGauges } from '../receiver/session-gauges/session-gauges.ts';
import { EVENT_JSON, nanosecondsPerParse, sampleBatches, threadCpuMs } from './gauges-load.ts';

const SESSION_COUNTS = [10_000, 100_000] as const;
const EXPORTS_PER_MEASUREMENT = 3;
const VARIANTS = [
  { encoding: 'proto', compression: 'none' },
  { encoding: 'proto', compression: 'gzip' },
  { encoding: 'json', compression: 'none' },
] as const;

const settings: Settings = {
  id: 'otlphttp',
  clock: systemClock,
  logger: pino({ level: 'silent' }),
  meter: new MeterProvider().getMeter('bench'),
  telemetry: { collect: () => Promise.reject(new Error('not part of the measurement')) },
  resourceAttributes: { 'service.name': 'bench' },
  reportStatus: () => {},
  crashPoint: () => {},
};

const host: Host = {
  extension: () => undefined,
  extensions: new Map(),
  hub: (signal) => (signal === 'logs' ? hub : undefined),
  health: { report: () => ({ status: 'ok', components: new Map() }) },
};

const child = fork(new URL('export-sink.ts', import.meta.url), {
  execArgv: ['--disable-warning=ExperimentalWarning'],
});
const [{ port }] = (await once(child, 'message')) as [{ port: number }];

/** Bytes of body that the sink has taken since the last call. */
async function bytesTaken(): Promise<number> {
  child.send('report');
  const [{ byteCount }] = (await once(child, 'message')) as [{ byteCount: number }];
  return byteCount;
}

let hub = new SessionGauges(settings);

async function exporterOf(sessionCount: number, variant: object): Promise<OtlpHttpExporter> {
  hub = new SessionGauges(settings);
  const endpoint = `http://127.0.0.1:${port}`;
  const config = otlpHttpFactory.configSchema.parse({
    endpoint,
    ...variant,
    export_interval: '1h',
    timeout: '1m',
  });
  const exporter = otlpHttpFactory.create(settings, config as never, hub) as OtlpHttpExporter;
  const sink = hub.sink('metrics', [exporter]);
  await hub.start(host);
  await exporter.start(host);
  for (const batch of sampleBatches(sessionCount, 0)) await sink.consume(batch);
  return exporter;
}

interface Cost {
  readonly wallMs: number;
  /** Of all threads: compression runs beside the event loop. */
  readonly cpuMs: number;
}

async function measureCost(exporter: OtlpHttpExporter): Promise<Cost> {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  await exporter.flush();
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1_000 };
}

/** The longest time between two turns of the event loop, and the longest that the loop was at work between two. */
interface Stall {
  readonly wallMs: number;
  /** Without the time in which the machine did something else. */
  readonly cpuMs: number;
}

async function measureStall(exporter: OtlpHttpExporter): Promise<Stall> {
  let last = { wallMs: performance.now(), cpuMs: threadCpuMs() };
  let longest = { wallMs: 0, cpuMs: 0 };
  let isOver = false;
  const probe = () => {
    const now = { wallMs: performance.now(), cpuMs: threadCpuMs() };
    longest = {
      wallMs: Math.max(longest.wallMs, now.wallMs - last.wallMs),
      cpuMs: Math.max(longest.cpuMs, now.cpuMs - last.cpuMs),
    };
    last = now;
    if (!isOver) setImmediate(probe);
  };
  setImmediate(probe);
  await exporter.flush();
  isOver = true;
  return longest;
}

function medianBy(costs: readonly Cost[], key: keyof Cost): number {
  return costs.map((cost) => cost[key]).sort((a, b) => a - b)[Math.floor(costs.length / 2)]!;
}

/** Points of one export, by the exporter's own selection: all gauges of all sessions, and those over sessions. */
async function countPoints(exporter: OtlpHttpExporter): Promise<number> {
  const producer = hub.producer(exporter, { sessions: 'all', worstCount: 1 });
  const { resourceMetrics } = await producer.collect();
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
}

const parseNs = nanosecondsPerParse();
const columns = [
  'sessions',
  'points',
  'encoding',
  'compression',
  'wall',
  'CPU',
  'CPU per point',
  'of one JSON.parse',
  'longest stall',
  'of it CPU',
  'sent',
];
console.log(`JSON.parse of an event of ${EVENT_JSON.length} bytes: ${Math.round(parseNs)} ns\n`);
console.log(`| ${columns.join(' | ')} |`);
console.log(`|${columns.map(() => '---:').join('|')}|`);
for (const sessionCount of SESSION_COUNTS) {
  for (const variant of VARIANTS) {
    const exporter = await exporterOf(sessionCount, variant);
    const pointCount = await countPoints(exporter);
    await exporter.flush();
    await bytesTaken();
    const costs: Cost[] = [];
    for (let run = 0; run < EXPORTS_PER_MEASUREMENT; run++) costs.push(await measureCost(exporter));
    const megabytes = (await bytesTaken()) / EXPORTS_PER_MEASUREMENT / 1e6;
    const stalls: Stall[] = [];
    for (let run = 0; run < EXPORTS_PER_MEASUREMENT; run++) stalls.push(await measureStall(exporter));
    const cpuMs = medianBy(costs, 'cpuMs');
    const cells = [
      sessionCount,
      pointCount,
      variant.encoding,
      variant.compression,
      `${Math.round(medianBy(costs, 'wallMs'))} ms`,
      `${Math.round(cpuMs)} ms`,
      `${((cpuMs * 1_000) / pointCount).toFixed(2)} µs`,
      ((cpuMs * 1e6) / pointCount / parseNs).toFixed(2),
      `${Math.round(Math.max(...stalls.map((stall) => stall.wallMs)))} ms`,
      `${Math.round(Math.max(...stalls.map((stall) => stall.cpuMs)))} ms`,
      `${megabytes.toFixed(1)} MB`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
    await exporter.shutdown(AbortSignal.abort());
  }
}
child.disconnect();
