// What one scrape of all sessions costs beside the library's serialiser alone, in the same run. Run it with
// `node bench/scrape.ts`. The table and the rendering are those of the product; nothing goes over a socket.
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { systemClock } from '../collector/clock.ts';
import { renderMetrics } from '../exporter/prometheus/render-metrics.ts';
import { SessionGauges } from '../receiver/session-gauges/session-gauges.ts';
import { sampleBatches, threadCpuMs } from './gauges-load.ts';

const SESSION_COUNTS = [10_000, 100_000] as const;
const SCRAPES = 5;

const exporter = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };

async function metricsOf(sessionCount: number): Promise<ResourceMetrics> {
  const hub = new SessionGauges({ clock: systemClock });
  const sink = hub.sink('metrics', [exporter]);
  for (const batch of sampleBatches(sessionCount, 0)) await sink.consume(batch);
  return (await hub.producer(exporter, { sessions: 'all', worstCount: 0 }).collect()).resourceMetrics;
}

function byLibrary(metrics: ResourceMetrics): string {
  return new PrometheusSerializer(undefined, false, undefined, true, true).serialize(metrics);
}

/** CPU of this thread for the quickest of several, the first of which warms up. */
async function leastCpuMs(work: () => unknown): Promise<number> {
  const costs: number[] = [];
  for (let count = 0; count <= SCRAPES; count++) {
    const before = threadCpuMs();
    await work();
    costs.push(threadCpuMs() - before);
  }
  return Math.min(...costs.slice(1));
}

console.log('| sessions | lines | sent | a scrape, CPU | the library alone | of it |');
console.log('| ---: | ---: | ---: | ---: | ---: | ---: |');
for (const sessionCount of SESSION_COUNTS) {
  const metrics = await metricsOf(sessionCount);
  const text = await renderMetrics(metrics);
  const lineCount = text.split('\n').length - 1;
  const ownMs = await leastCpuMs(() => renderMetrics(metrics));
  const libraryMs = await leastCpuMs(() => byLibrary(metrics));
  const cells = [
    sessionCount.toLocaleString('en'),
    lineCount.toLocaleString('en'),
    `${(Buffer.byteLength(text) / 1e6).toFixed(1)} MB`,
    `${ownMs.toFixed(0)} ms`,
    `${libraryMs.toFixed(0)} ms`,
    (ownMs / libraryMs).toFixed(2),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
