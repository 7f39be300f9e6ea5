// What a sample costs on its way in, stage by stage, beside the bare JSON.parse of the same bytes in the same run. Run it
// with `node bench/ingest.ts`. Absolute numbers are the machine's; the ratios are the result.
import { createNoopMeter } from '@opentelemetry/api';
import { pino } from 'pino';
import type { TransitionSink } from '../bridge/transition/batch.ts';
import { systemClock } from '../collector/clock.ts';
import type { Host, Settings } from '../collector/component.ts';
import { configSchema, thresholdsOf } from '../processor/degradation/factory.ts';
import { fleetLimitsOf } from '../processor/degradation/fleet/fleet-config.ts';
import { DegradationProcessor } from '../processor/degradation/processor.ts';
import { Admission } from '../receiver/admission.ts';
import { GuideDecoder } from '../receiver/guide-event/decode-body.ts';
import { encodeGuideEvent } from '../receiver/guide-event/encode.ts';
import {
  DIMENSION_KEYS,
  type QualityBatch,
  type QualitySample,
  type SessionEvent,
} from '../receiver/sample.ts';
import { SessionGauges } from '../receiver/session-gauges/session-gauges.ts';
import { sampleBatches, START_MS } from './gauges-load.ts';

const SESSION_COUNT = 10_000;
const ROUNDS = 20;
const RUNS = 5;
const SESSION_TIMEOUT_MS = 60_000;

const settings: Settings = {
  id: 'bench',
  clock: systemClock,
  logger: pino({ level: 'silent' }),
  meter: createNoopMeter(),
  telemetry: { collect: () => Promise.reject(new Error('not part of the measurement')) },
  resourceAttributes: {},
  reportStatus: () => {},
  crashPoint: () => {},
};

/** Takes everything and keeps nothing: the disk is measured elsewhere. */
const nowhere: TransitionSink = {
  consume: () => Promise.resolve(),
  checkpoint: () => Promise.resolve(),
  restore: () => Promise.resolve([]),
  restoreFleet: () => Promise.resolve(undefined),
};

/** One session in 33 has a bad call; the others have good ones, as in a fleet. */
function asInAFleet(record: QualitySample | SessionEvent, index: number): QualitySample | SessionEvent {
  if (record.kind === 'event') return record;
  const wobble = (record.mos ?? 0) % 1;
  return { ...record, mos: index % 33 === 0 ? 3.3 : 3.8 + wobble / 2, packetLossPercent: wobble * 1.5 };
}

/** NDJSON bodies as senders would post them: 500 events each, all sessions once per round. */
const bodies: { bytes: Buffer; lines: string[] }[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { records } of sampleBatches(SESSION_COUNT, round)) {
    const lines = records.map((record, index) => JSON.stringify(encodeGuideEvent(asInAFleet(record, index))));
    bodies.push({ bytes: Buffer.from(lines.join('\n')), lines });
  }
}
const sampleCount = SESSION_COUNT * ROUNDS;
const bytesPerSample = bodies.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) / sampleCount;

interface Stage {
  readonly name: string;
  /** Everything that a run needs is made anew in here, before the clock runs. */
  prepare(): Promise<(body: { bytes: Buffer; lines: string[] }) => unknown>;
}

const decoderOptions = { dimensions: DIMENSION_KEYS };

const STAGES: readonly Stage[] = [
  {
    name: 'JSON.parse of each line, and nothing else',
    prepare: () => Promise.resolve(({ lines }) => lines.map((line) => JSON.parse(line) as unknown)),
  },
  {
    name: 'decode',
    prepare: () => {
      const decoder = new GuideDecoder(decoderOptions);
      return Promise.resolve(({ bytes }) => decoder.decode(bytes, 'ndjson', START_MS));
    },
  },
  {
    name: 'decode, admit',
    prepare: () => {
      const take = intake();
      return Promise.resolve(({ bytes }) => take(bytes));
    },
  },
  {
    name: 'decode, admit, session table',
    prepare: () => {
      const take = intake();
      const table = new SessionGauges(settings).sink('metrics', []);
      return Promise.resolve(({ bytes }) => table.consume(take(bytes)));
    },
  },
  {
    name: 'decode, admit, session table, state machine',
    prepare: async () => {
      const take = intake();
      const gauges = new SessionGauges(settings);
      const table = gauges.sink('metrics', []);
      const config = configSchema.parse({});
      const thresholds = thresholdsOf(config);
      const processor = new DegradationProcessor(settings, thresholds, fleetLimitsOf(config), nowhere);
      const host = {
        extension: () => undefined,
        extensions: new Map(),
        hub: (signal: string) => (signal === 'metrics' ? gauges : undefined),
      } as unknown as Host;
      await processor.start(host);
      return async ({ bytes }) => {
        const batch = take(bytes);
        await Promise.all([table.consume(batch), processor.consume(batch)]);
      };
    },
  },
];

function intake(): (bytes: Uint8Array) => QualityBatch {
  const decoder = new GuideDecoder(decoderOptions);
  const admission = new Admission({ maxSessions: 100_000, sessionTimeoutMs: SESSION_TIMEOUT_MS });
  return (bytes) => {
    const { records } = decoder.decode(bytes, 'ndjson', START_MS);
    const admitted = records.filter((record) => admission.admit(record, START_MS) === 'admitted');
    return { records: admitted, sessionTimeoutMs: SESSION_TIMEOUT_MS };
  };
}

/** Nanoseconds per sample of one run over all bodies. */
async function measure(stage: Stage): Promise<number> {
  const take = await stage.prepare();
  globalThis.gc?.();
  const startNs = process.hrtime.bigint();
  for (const body of bodies) await take(body);
  return Number(process.hrtime.bigint() - startNs) / sampleCount;
}

/** Bytes on the heap per live session, of the last stage: what admission, table and state machine keep. */
async function heapPerSession(): Promise<number | undefined> {
  if (globalThis.gc === undefined) return undefined;
  globalThis.gc();
  const beforeBytes = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  const take = await STAGES.at(-1)!.prepare();
  for (const body of bodies) await take(body);
  globalThis.gc();
  const afterBytes = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  // Keeps what was filled alive until it has been measured.
  await take(bodies[0]!);
  return (afterBytes - beforeBytes) / SESSION_COUNT;
}

const bytesPerSession = await heapPerSession();
const results = STAGES.map(() => [] as number[]);
for (let run = 0; run < RUNS; run += 1) {
  for (const [index, stage] of STAGES.entries()) results[index]!.push(await measure(stage));
}
const medians = results.map((runs) => runs.toSorted((left, right) => left - right)[Math.floor(RUNS / 2)]!);

const rows = STAGES.map(({ name }, index) => {
  const ns = medians[index]!;
  const ratio = ns / medians[0]!;
  return `| ${name} | ${Math.round(ns)} | ${Math.round(1e9 / ns / 1_000)} k | ${ratio.toFixed(2)} |`;
});
process.stdout.write(
  [
    `${sampleCount} samples of ${Math.round(bytesPerSample)} bytes, ${SESSION_COUNT} sessions, median of ${RUNS} runs`,
    '',
    '| stages | ns per sample | samples/s | against JSON.parse |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    bytesPerSession === undefined
      ? 'heap per session: not measured, run with --expose-gc'
      : `heap per session, all stages: ${Math.round(bytesPerSession)} bytes`,
    '',
  ].join('\n'),
);
process.exit(0);
