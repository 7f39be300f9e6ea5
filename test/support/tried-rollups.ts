// Rollups on a database in memory and a clock that stands still, and the query operation on top of them: what is asked goes the
// way of a request whose body was checked.
import { ROLLUPS_MIGRATIONS } from '../../api/rollup/schema.ts';
import { type RollupOptions, Rollups } from '../../api/rollup/rollups.ts';
import { queryOperation } from '../../api/query/operation.ts';
import { type AnalyticsAnswer, analyticsAnswerSchema } from '../../api/query/query-schema.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { qualitySample, SAMPLE_START_MS } from './quality-sample.ts';
import { testSettings, type TestSettings } from './component-settings.ts';
import { MemoryDatabase } from './memory-database.ts';
import { FaultyDatabase } from './stored-outbox.ts';
import { VirtualClock } from './virtual-clock.ts';

export const MINUTE_MS = 60_000;

/** As the guide has it. */
export const GUIDE_QUERY = {
  eventTypes: ['webrtc-video'],
  interval: 'PT5M',
  select: ['metrics.mos.avg', 'metrics.packetLossPercent.avg', 'metrics.jitter.ms.avg', 'count'],
  group: ['metrics.mos.avg'],
  where: 'timestamp > now() - 24h',
};

const CHECKPOINTS_BY_HAND_MS = 1e12;

export class TriedRollups {
  readonly clock: VirtualClock;
  readonly settings: TestSettings;
  readonly memory: MemoryDatabase;
  readonly database: FaultyDatabase;
  /** What was told of the disk, in order. */
  readonly troubles: (string | undefined)[] = [];
  rollups: Rollups;
  #options: RollupOptions;

  private constructor(options: Partial<RollupOptions>, clock: VirtualClock) {
    this.clock = clock;
    this.settings = testSettings({ id: 'api', clock });
    this.memory = new MemoryDatabase(ROLLUPS_MIGRATIONS);
    this.database = new FaultyDatabase(this.memory);
    this.#options = {
      intervalMs: 300_000,
      retentionMs: 86_400_000,
      dimensions: ['site', 'edge'],
      bandedMetrics: ['mos'],
      maxGroups: 1_000,
      maxBytes: 2 ** 40,
      checkpointMs: CHECKPOINTS_BY_HAND_MS,
      ...options,
    };
    this.rollups = this.#make();
  }

  static async start(
    options: Partial<RollupOptions> = {},
    clock = new VirtualClock(),
  ): Promise<TriedRollups> {
    const tried = new TriedRollups(options, clock);
    await tried.#start();
    return tried;
  }

  record(...records: readonly (QualitySample | SessionEvent)[]): void {
    this.rollups.record(records, this.clock.nowMs());
  }

  /** As after the death of the process: what was not stored is gone. */
  async crash(options: Partial<RollupOptions> = {}): Promise<void> {
    this.#options = { ...this.#options, ...options };
    this.rollups = this.#make();
    await this.#start();
  }

  async restart(options: Partial<RollupOptions> = {}): Promise<void> {
    await this.rollups.shutdown();
    await this.crash(options);
  }

  /** Rejects with what the operation throws. The body goes through its schema first, and the answer through its own. */
  async query(body: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<AnalyticsAnswer> {
    const operation = queryOperation({ rollups: this.rollups, clock: this.clock });
    const call = {
      caller: { clientId: 'test', scopes: new Set(['analytics:read']) },
      path: undefined,
      query: undefined,
      body: operation.body!.parse(body),
      header: () => undefined,
      signal: signal ?? new AbortController().signal,
    };
    const answer = await operation.handle(call as never);
    if (!('body' in answer)) throw new Error('the operation answered without a body');
    return analyticsAnswerSchema.parse(JSON.parse(JSON.stringify(answer.body)));
  }

  #make(): Rollups {
    return new Rollups(this.settings, this.#options, (reason) => this.troubles.push(reason));
  }

  async #start(): Promise<void> {
    await this.rollups.start({ open: () => Promise.resolve(this.database) });
  }
}

/** A sample of so many minutes after the clock's start. */
export function sampleAt(minute: number, fields: Partial<QualitySample> = {}): QualitySample {
  return qualitySample({ observedAtMs: SAMPLE_START_MS + minute * MINUTE_MS, ...fields });
}

/** Rollups at so many minutes after the clock's start. */
export async function triedAt(minute: number): Promise<TriedRollups> {
  const tried = await TriedRollups.start();
  tried.clock.advance(minute * MINUTE_MS);
  return tried;
}
