// What the query API costs: recording a sample beside the session table's record of the same, what a day of 10,000 sessions
// takes on the disk, how long queries over it take, and how long they hold up the event loop. Run it with
// `node --expose-gc bench/api-query.ts`. One sample in ten is recorded, into the same groups; `--every 1` records all.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createNoopMeter } from '@opentelemetry/api';
import { pino } from 'pino';
import { queryOperation } from '../api/query/operation.ts';
import type { AnalyticsAnswer } from '../api/query/query-schema.ts';
import { rollupOptionsOf, rollupsSchema } from '../api/rollup/config.ts';
import { Rollups } from '../api/rollup/rollups.ts';
import { FileStorage } from '../collector/extension/file_storage/file-storage.ts';
import type { Row } from '../collector/extension/storage.ts';
import { SessionTable } from '../receiver/session-gauges/session-table.ts';
import { VirtualClock } from '../test/support/virtual-clock.ts';
import { Fleet, type FleetShape } from './api-query-load.ts';
import { threadCpuMs } from './gauges-load.ts';

const SESSION_COUNT = 10_000;
const SAMPLE_INTERVAL_MS = 5_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const QUERY_RUNS = 20;
/** The first ones compile. */
const WARM_UP_RUNS = 2;

const { values: options } = parseArgs({ options: { every: { type: 'string', default: '10' } } });
const every = Number(options.every);

type Body = Readonly<Record<string, unknown>>;

const AVERAGES = ['metrics.mos.avg', 'metrics.packetLossPercent.avg', 'metrics.jitter.ms.avg', 'count'];
const PERCENTILES = ['metrics.mos.p50', 'metrics.packetLossPercent.p95', 'metrics.jitter.ms.p99'];
const where = 'timestamp > now() - 24h';

const QUERIES: readonly (readonly [name: string, body: Body])[] = [
  [
    "averages by band of MOS, PT5M (the guide's)",
    { interval: 'PT5M', select: AVERAGES, group: ['metrics.mos.avg'], where },
  ],
  ['averages, PT1H', { interval: 'PT1H', select: AVERAGES, where }],
  ['averages by edge, PT5M', { interval: 'PT5M', select: AVERAGES, group: ['edge'], where }],
  [
    'count of one edge, PT5M, the last hour',
    { select: ['count'], where: "timestamp > now() - 1h && edge == 'edge-3'" },
  ],
  ['percentiles of three metrics, PT1H', { interval: 'PT1H', select: PERCENTILES, where }],
  [
    'percentiles of three metrics by edge, PT15M',
    { interval: 'PT15M', select: PERCENTILES, group: ['edge'], where },
  ],
];

const clock = new VirtualClock();
const settings = {
  id: 'api',
  clock,
  logger: pino({ level: 'silent' }),
  meter: createNoopMeter(),
  reportStatus: () => {},
};

interface Spent {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** The longest time between two turns of the event loop: of the clock on the wall, and of this thread's CPU. */
  readonly stallMs: number;
  readonly stallCpuMs: number;
}

async function spentOn(work: () => Promise<unknown>): Promise<Spent> {
  const started = { wallMs: performance.now(), cpuMs: threadCpuMs() };
  let last = started;
  let stallMs = 0;
  let stallCpuMs = 0;
  let isRunning = true;
  const turn = () => {
    const now = { wallMs: performance.now(), cpuMs: threadCpuMs() };
    stallMs = Math.max(stallMs, now.wallMs - last.wallMs);
    stallCpuMs = Math.max(stallCpuMs, now.cpuMs - last.cpuMs);
    last = now;
    if (isRunning) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  const ended = { wallMs: performance.now(), cpuMs: threadCpuMs() };
  turn();
  isRunning = false;
  return { wallMs: ended.wallMs - started.wallMs, cpuMs: ended.cpuMs - started.cpuMs, stallMs, stallCpuMs };
}

/** Records a day and stores it every minute of it. The session table records its first hour. CPU time per sample, each. */
async function recordDay(rollups: Rollups, fleet: Fleet): Promise<{ rollupNs: number; tableNs: number }> {
  const table = new SessionTable();
  const spentMs = { rollup: 0, table: 0 };
  const counts = { rollup: 0, table: 0 };
  const startMs = clock.nowMs();
  for (let storedAtMs = startMs; clock.nowMs() < startMs + DAY_MS;) {
    const nowMs = clock.nowMs();
    const batches = fleet.samplesAt(nowMs);
    const beganMs = threadCpuMs();
    for (const batch of batches) rollups.record(batch, nowMs);
    const betweenMs = threadCpuMs();
    spentMs.rollup += betweenMs - beganMs;
    counts.rollup += SESSION_COUNT;
    if (nowMs < startMs + HOUR_MS) {
      for (const batch of batches) for (const sample of batch) table.record(sample, nowMs, MINUTE_MS);
      spentMs.table += threadCpuMs() - betweenMs;
      counts.table += SESSION_COUNT;
    }
    clock.advance(SAMPLE_INTERVAL_MS * every);
    if (clock.nowMs() - storedAtMs < MINUTE_MS) continue;
    storedAtMs = clock.nowMs();
    await rollups.flush();
  }
  return { rollupNs: (spentMs.rollup * 1e6) / counts.rollup, tableNs: (spentMs.table * 1e6) / counts.table };
}

async function queryRow(
  ask: (body: Body) => Promise<AnalyticsAnswer>,
  [name, body]: (typeof QUERIES)[number],
): Promise<string> {
  const runs: Spent[] = [];
  let resultCount = 0;
  for (let run = 0; run < QUERY_RUNS + WARM_UP_RUNS; run += 1) {
    const spent = await spentOn(async () => (resultCount = (await ask(body)).results.length));
    if (run >= WARM_UP_RUNS) runs.push(spent);
  }
  const at = (quantile: number, key: keyof Spent) =>
    Math.round(
      runs.map((run) => run[key]).toSorted((one, other) => one - other)[
        Math.floor(quantile * (QUERY_RUNS - 1))
      ]!,
    );
  const cells = [
    name,
    resultCount,
    `${at(0.5, 'wallMs')} ms`,
    `${at(0.95, 'wallMs')} ms`,
    `${at(0.5, 'cpuMs')} ms`,
    `${at(1, 'stallMs')} ms`,
    `${at(1, 'stallCpuMs')} ms`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function heapBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const megabytes = (bytes: unknown) => `${(Number(bytes) / 1e6).toFixed(0)} MB`;

async function bench(name: string, shape: FleetShape): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-api-query-'));
  const storage = new FileStorage(settings, { directory, createDirectory: true, lock: true });
  await storage.start();
  const fleet = new Fleet(SESSION_COUNT, shape);
  const beforeBytes = heapBytes();
  // Checkpoints come by hand, and nothing goes: what a day takes is the question.
  const config = rollupsSchema.parse({ max_bytes: 2 ** 40 });
  const rollups = new Rollups(settings, { ...rollupOptionsOf(config), checkpointMs: 1_000 * DAY_MS });
  await rollups.start(storage);
  const { rollupNs, tableNs } = await recordDay(rollups, fleet);
  const memoryBytes = heapBytes() - beforeBytes;
  for (const batch of fleet.samplesAt(clock.nowMs())) rollups.record(batch, clock.nowMs());
  const checkpoint = await spentOn(() => rollups.flush());

  const operation = queryOperation({ rollups, clock });
  const ask = async (body: Body) => {
    const call = { body: operation.body!.parse(body), signal: new AbortController().signal };
    return ((await operation.handle(call as never)) as { body: AnalyticsAnswer }).body;
  };
  const rows: string[] = [];
  for (const query of QUERIES) rows.push(await queryRow(ask, query));

  // Without migrations it is not opened anew: the database is the one of the rollups.
  const database = await storage.open('rollups', { migrations: [], survives: 'process' });
  const [stored] = await database.read({
    sql: 'SELECT count(*) AS blocks, sum(length(counts)) / 8 AS groups, sum(size_bytes) AS bytes FROM blocks',
    values: [],
  });
  const { blocks, groups, bytes } = stored as Row;
  const fileBytes = (await stat(join(directory, 'rollups.db'))).size;
  const sampleCount = (SESSION_COUNT * DAY_MS) / SAMPLE_INTERVAL_MS / every;
  process.stdout.write(
    [
      `### ${name}`,
      '',
      `${SESSION_COUNT} sessions, ${sampleCount} samples (one in ${every}), ${String(groups)} groups of all intervals in ${String(blocks)} blocks`,
      '',
      `- a sample: ${Math.round(rollupNs)} ns in the rollups, ${Math.round(tableNs)} ns in the session table (${(rollupNs / tableNs).toFixed(2)})`,
      `- stored: ${megabytes(bytes)}, ${Math.round(Number(bytes) / Number(groups))} bytes per group; the file: ${megabytes(fileBytes)}`,
      `- memory: ${megabytes(memoryBytes)}; a checkpoint of one interval: ${Math.round(checkpoint.cpuMs)} ms of CPU, longest stall ${Math.round(checkpoint.stallMs)} ms, of it CPU ${checkpoint.stallCpuMs.toFixed(1)} ms`,
      '',
      '| query | results | p50 | p95 | CPU p50 | longest stall | of it CPU |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...rows,
      '',
      '',
    ].join('\n'),
  );
  await rollups.shutdown();
  await storage.shutdown();
  await rm(directory, { recursive: true, force: true });
}

await bench('A usual fleet', { edgeCount: 20, siteCount: 10, isWorst: false });
await bench('As many groups as may be', { edgeCount: 20, siteCount: 10, isWorst: true });
