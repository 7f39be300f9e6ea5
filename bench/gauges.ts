// What a sample costs in the table of live sessions, and what a session takes of memory. Run it with
// `node bench/gauges.ts`; the unit of comparison is JSON.parse of one event in the same run.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../collector/clock.ts';
import type { Consumer } from '../collector/component.ts';
import type { QualityBatch } from '../receiver/sample.ts';
import { SessionGauges } from '../receiver/session-gauges/session-gauges.ts';
import { EVENT_JSON, nanosecondsPerParse, sampleBatches, threadCpuMs } from './gauges-load.ts';

const SESSION_COUNTS = [10_000, 100_000] as const;
const SAMPLES_PER_MEASUREMENT = 1_000_000;

setFlagsFromString('--expose-gc');
const collectOnce = runInNewContext('gc') as () => void;

/** What finalizers hold is freed by the second pass only. */
function collectGarbage(): void {
  collectOnce();
  collectOnce();
}

/** A hub with one exporter that never exports. */
function gaugesWithOneReader(): { hub: SessionGauges; sink: Consumer<QualityBatch> } {
  const hub = new SessionGauges({ clock: systemClock });
  const reader = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  return { hub, sink: hub.sink('metrics', [reader]) };
}

/** Steady state: every session is known. Making the samples is not measured. */
async function nanosecondsPerSample(sessionCount: number): Promise<number> {
  const { sink } = gaugesWithOneReader();
  for (const batch of sampleBatches(sessionCount, 0)) await sink.consume(batch);
  let measuredMs = 0;
  let sampleCount = 0;
  for (let round = 1; sampleCount < SAMPLES_PER_MEASUREMENT; round++) {
    for (const batch of sampleBatches(sessionCount, round)) {
      const startedMs = threadCpuMs();
      await sink.consume(batch);
      measuredMs += threadCpuMs() - startedMs;
      sampleCount += batch.records.length;
    }
  }
  return (measuredMs * 1e6) / sampleCount;
}

async function bytesPerSession(sessionCount: number): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage();
  const { sink, hub } = gaugesWithOneReader();
  // The second round lets go of everything that only the first samples needed.
  for (const round of [0, 1])
    for (const batch of sampleBatches(sessionCount, round)) await sink.consume(batch);
  collectGarbage();
  const after = process.memoryUsage();
  // Keeps the table alive until here.
  hub.setDegradedLevel('', 0);
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  return grown / sessionCount;
}

const parseNs = nanosecondsPerParse();
console.log(`JSON.parse of an event of ${EVENT_JSON.length} bytes: ${Math.round(parseNs)} ns\n`);
console.log('| sessions | record one sample | of one JSON.parse | memory per session |');
console.log('|---:|---:|---:|---:|');
for (const sessionCount of SESSION_COUNTS) {
  const sampleNs = await nanosecondsPerSample(sessionCount);
  const bytes = await bytesPerSession(sessionCount);
  const ratio = (sampleNs / parseNs).toFixed(2);
  console.log(`| ${sessionCount} | ${Math.round(sampleNs)} ns | ${ratio} | ${Math.round(bytes)} B |`);
}
