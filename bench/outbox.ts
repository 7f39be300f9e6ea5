// What durability costs, and how fast the outbox comes back: transitions stored per second beside the bare fdatasync of the
// same bytes, a start with 100,000 rows waiting, and the drain of 20,000 after an outage. Run it with
// `node --expose-gc bench/outbox.ts`. Absolute numbers are the machine's and its disk's; the ratios are the result.
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNoopMeter } from '@opentelemetry/api';
import { pino } from 'pino';
import { SendingDestination, type Attempts } from '../bridge/delivery/sending-destination.ts';
import type { OutboxRow } from '../bridge/outbox/outbox-store.ts';
import { Outbox } from '../bridge/outbox/outbox.ts';
import { incidentDocument } from '../bridge/rendering/incident-document.ts';
import type { TransitionSink } from '../bridge/transition/batch.ts';
import type { Transition } from '../bridge/transition/transition.ts';
import { systemClock } from '../collector/clock.ts';
import type { Component, Host, Settings } from '../collector/component.ts';
import { FileStorage } from '../collector/extension/file_storage/file-storage.ts';
import { transitionOf } from '../test/support/transition.ts';

const STORED_COUNT = 2_000;
const RECOVERY_COUNT = 100_000;
const DRAIN_COUNT = 20_000;
const OUTAGE_MS = 6 * 3_600_000;
/** Every so many attempts of the drain a new critical incident opens. */
const CRITICAL_EVERY = 1_000;

const settings: Settings = {
  id: 'webhook/siem',
  clock: systemClock,
  logger: pino({ level: 'silent' }),
  meter: createNoopMeter(),
  telemetry: { collect: () => Promise.reject(new Error('not part of the measurement')) },
  resourceAttributes: {},
  reportStatus: () => {},
  crashPoint: () => {},
};

/** A destination that takes everything at once, or nothing while it is down. */
class StandIn implements Attempts {
  onAttempt: (row: OutboxRow) => void = () => {};

  open(): void {}

  attempt(row: OutboxRow) {
    this.onAttempt(row);
    const startedAtMs = systemClock.nowMs();
    const outcome = { kind: 'delivered', reason: 'status 200' } as const;
    return Promise.resolve({ startedAtMs, durationMs: 0, outcome, status: 200 });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Running {
  readonly outbox: Outbox;
  readonly sink: TransitionSink;
  readonly standIn: StandIn;
  readonly destination: SendingDestination;
  startDestination(): Promise<void>;
  stop(): Promise<void>;
}

async function run(directory: string, concurrency: number): Promise<Running> {
  const storage = new FileStorage(settings, { directory, createDirectory: true, lock: true });
  await storage.start();
  const host = { extensions: new Map<string, Component>([['file_storage', storage]]) } as unknown as Host;
  const outbox = new Outbox(settings);
  const standIn = new StandIn();
  const rendering = {
    render: (transition: Transition) => JSON.stringify(incidentDocument(transition)),
    shrink: () => undefined,
  };
  const destination = new SendingDestination(
    settings,
    outbox,
    { rendering, attempts: standIn },
    {
      minSeverity: 'warning',
      schedule: { initialMs: 1_000, multiplier: 2, maxMs: 60_000, maxRetryAfterMs: 300_000 },
      concurrency,
    },
  );
  await outbox.start(host);
  return {
    outbox,
    sink: outbox.sink('logs', [destination]),
    standIn,
    destination,
    startDestination: () => destination.start(host),
    async stop() {
      await destination.shutdown(AbortSignal.abort());
      await outbox.shutdown();
      await storage.shutdown();
    },
  };
}

/** Openings of so many sessions, spread over the time before now. */
function openings(count: number, label: string, overMs = 0): Transition[] {
  const nowMs = systemClock.nowMs();
  return Array.from({ length: count }, (_, index) => {
    const atMs = Math.round(nowMs - overMs + (overMs * index) / count);
    return transitionOf({
      subject: `${label}-${index}`,
      triggerAtMs: atMs,
      occurredAtMs: atMs,
      decidedAtMs: atMs,
      severity: index % 4 === 0 ? 'critical' : 'high',
    });
  });
}

async function inFolder<Result>(work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-outbox-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const startNs = process.hrtime.bigint();
  await work();
  return count / (Number(process.hrtime.bigint() - startNs) / 1e9);
}

/** Bodies appended to a file, each followed by fdatasync: what a disk can do at all, one after the other. */
function bareSyncs(): Promise<number> {
  return inFolder(async (directory) => {
    const file = await open(join(directory, 'bare'), 'a');
    const bodies = openings(STORED_COUNT, 'bare').map((transition) => JSON.stringify(transition));
    const rate = await perSecond(STORED_COUNT, async () => {
      for (const body of bodies) {
        await file.write(body);
        await file.datasync();
      }
    });
    await file.close();
    return rate;
  });
}

/** Transitions stored by so many senders at once, each waiting for its commit before it sends the next `batchCount`. */
function stored(senderCount: number, batchCount: number): Promise<number> {
  return inFolder(async (directory) => {
    const { sink, stop } = await run(directory, 4);
    const transitions = openings(STORED_COUNT, 'stored');
    const rate = await perSecond(STORED_COUNT, async () => {
      const send = async () => {
        for (;;) {
          const batch = transitions.splice(0, batchCount);
          if (batch.length === 0) return;
          await sink.consume({ transitions: batch, records: [] });
        }
      };
      await Promise.all(Array.from({ length: senderCount }, send));
    });
    await stop();
    return rate;
  });
}

/** Milliseconds from the start of a process's outbox until its first attempt, with so many rows waiting. */
function recovery(pendingCount: number): Promise<number> {
  return inFolder(async (directory) => {
    const before = await run(directory, 4);
    const transitions = openings(pendingCount, 'pending', OUTAGE_MS);
    while (transitions.length > 0) {
      await before.sink.consume({ transitions: transitions.splice(0, 1_000), records: [] });
    }
    await before.stop();
    const startMs = performance.now();
    const after = await run(directory, 4);
    const first = new Promise<void>((resolve) => (after.standIn.onAttempt = () => resolve()));
    await after.startDestination();
    await after.sink.consume({ transitions: openings(1, 'new'), records: [] });
    await first;
    const tookMs = performance.now() - startMs;
    await after.stop();
    return tookMs;
  });
}

interface Drain {
  readonly rowsPerSecond: number;
  readonly heapGrowthBytes: number;
  /** Attempts between the commit of a critical opening and its own attempt, the worst. */
  readonly worstOvertakenBy: number;
}

function drain(concurrency: number): Promise<Drain> {
  return inFolder(async (directory) => {
    const { sink, standIn, destination, startDestination, stop } = await run(directory, concurrency);
    const transitions = openings(DRAIN_COUNT, 'drain', OUTAGE_MS).map((transition): Transition => ({
      ...transition,
      severity: 'high',
      peakSeverity: 'high',
    }));
    while (transitions.length > 0) {
      await sink.consume({ transitions: transitions.splice(0, 1_000), records: [] });
    }
    globalThis.gc?.();
    const heapBeforeBytes = process.memoryUsage().heapUsed;
    let heapMostBytes = heapBeforeBytes;
    let attemptCount = 0;
    let worstOvertakenBy = 0;
    const committedAt = new Map<string, number>();
    const commits: Promise<void>[] = [];
    standIn.onAttempt = ({ subject }) => {
      attemptCount += 1;
      const sinceCommit = committedAt.get(subject);
      if (sinceCommit !== undefined)
        worstOvertakenBy = Math.max(worstOvertakenBy, attemptCount - sinceCommit - 1);
      if (attemptCount % CRITICAL_EVERY !== 0) return;
      globalThis.gc?.();
      heapMostBytes = Math.max(heapMostBytes, process.memoryUsage().heapUsed);
      const [critical] = openings(1, `critical-${attemptCount}`);
      const commit = sink.consume({ transitions: [critical!], records: [] });
      commits.push(commit.then(() => void committedAt.set(critical!.subject, attemptCount)));
    };
    const rowsPerSecond = await perSecond(DRAIN_COUNT, async () => {
      await startDestination();
      await destination.flush();
    });
    await Promise.all(commits);
    await stop();
    return { rowsPerSecond, heapGrowthBytes: heapMostBytes - heapBeforeBytes, worstOvertakenBy };
  });
}

const bare = await bareSyncs();
const rows: [what: string, perSecond: number][] = [
  ['bare fdatasync of the same bytes, one after the other', bare],
  ['1 sender, 1 transition each', await stored(1, 1)],
  ['16 senders, 1 transition each', await stored(16, 1)],
  ['64 senders, 1 transition each', await stored(64, 1)],
  ['1 sender, 100 transitions each', await stored(1, 100)],
];
console.log('| stored | transitions/s | against the bare fdatasync |');
console.log('| --- | ---: | ---: |');
for (const [what, rate] of rows)
  console.log(`| ${what} | ${rate.toFixed(0)} | ${(rate / bare).toFixed(1)} |`);

console.log('\n| rows waiting | from the start to the first attempt |');
console.log('| ---: | ---: |');
for (const count of [0, 1_000, RECOVERY_COUNT]) {
  console.log(`| ${count.toLocaleString('en')} | ${(await recovery(count)).toFixed(0)} ms |`);
}

console.log(
  `\n| attempts at once | ${DRAIN_COUNT.toLocaleString('en')} rows drain at | heap grows by | a critical one waits for |`,
);
console.log('| ---: | ---: | ---: | ---: |');
for (const concurrency of [4, 16, 64]) {
  const { rowsPerSecond, heapGrowthBytes, worstOvertakenBy } = await drain(concurrency);
  const growth = `${(heapGrowthBytes / 1e6).toFixed(1)} MB`;
  console.log(`| ${concurrency} | ${rowsPerSecond.toFixed(0)}/s | ${growth} | ${worstOvertakenBy} others |`);
}
