// One simulated day: the real collector, lived through by a seed, and all that could be seen of it from outside.
import { createHash } from 'node:crypto';
import { pino } from 'pino';
import type { Transition } from '../../bridge/transition/transition.ts';
import { Seeded } from '../kill/seeded.ts';
import { START_MS } from '../support/timeline.ts';
import {
  DAY_END_MS,
  PEACE_FROM_MS,
  planDay,
  type DayPlan,
  type Interval,
  type PlannedSilence,
} from './day-plan.ts';
import { MemoryDisk } from './memory-disk.ts';
import { Polling } from './polling.ts';
import { promisedOn } from './queue-log.ts';
import { Sender } from './sender.ts';
import type { SessionLife } from './session-life.ts';
import { createDestinations, silencesSection, type Destinations } from './configuration.ts';
import type { SimulatedDestination } from './simulated-process.ts';
import { Supervisor } from './supervisor.ts';
import { VirtualDay } from './virtual-day.ts';

/** A destination as the oracle sees it. */
export interface ObservedDestination extends SimulatedDestination {
  /** Of its rows that were not delivered: where they stand at the end of the day. By idempotency key. */
  readonly left: ReadonlyMap<string, string>;
}

export interface Observation {
  readonly seed: number;
  readonly sessions: readonly SessionLife[];
  /** What the queue was promised, in the order of the commits. */
  readonly promised: readonly Transition[];
  readonly webhook: ObservedDestination;
  readonly chat: ObservedDestination;
  /** Where alerts go that wait too long, and after some more time. */
  readonly mail: ObservedDestination;
  readonly sms: ObservedDestination;
  readonly silences: readonly PlannedSilence[];
  /** When the process was not there, or could not write. */
  readonly ownTroubles: readonly Interval[];
  /** Whether everything that was measured was acknowledged in the end. */
  readonly isAllSent: boolean;
  readonly passed: ReadonlyMap<string, number>;
  readonly died: ReadonlyMap<string, number>;
  readonly recordCount: number;
  readonly requestCount: number;
  readonly momentCount: number;
  /** The same seed gives the same. */
  readonly digest: string;
}

const SENDER_COUNT = 3;
export async function simulateDay(
  seed: number,
  trace: (line: string) => void = () => {},
): Promise<Observation> {
  const simulation = new Simulation(seed, planDay(seed), trace);
  try {
    return await simulation.run();
  } finally {
    simulation.close();
  }
}

class Simulation {
  readonly #seed: number;
  readonly #plan: DayPlan;
  readonly #day: VirtualDay;
  readonly #disk: MemoryDisk;
  readonly #polling: Polling;
  readonly #destinations: Destinations;
  readonly #supervisor: Supervisor;
  readonly #senders: readonly Sender[];

  constructor(seed: number, plan: DayPlan, trace: (line: string) => void) {
    this.#seed = seed;
    this.#plan = plan;
    const day = new VirtualDay(START_MS, () => this.#polling.fromMs());
    this.#day = day;
    this.#disk = new MemoryDisk(day, new Seeded(seed, 'disk'));
    this.#polling = new Polling(day, this.#disk);
    const stamp = (line: string) => trace(`${new Date(day.nowMs()).toISOString().slice(11, 23)}  ${line}`);
    this.#destinations = createDestinations(seed, plan, day, stamp);
    this.#supervisor = new Supervisor(day, {
      seed,
      parts: {
        disk: this.#disk,
        destinations: Object.values(this.#destinations),
        silences: silencesSection(plan.silences),
        logger: pino({ level: 'silent' }),
      },
      trace: stamp,
      onUp: () => {
        this.#polling.began();
        for (const sender of this.#senders) sender.wake();
      },
    });
    this.#senders = this.#startSenders();
    this.#schedule();
  }

  async run(): Promise<Observation> {
    await this.#day.liveUntil(PEACE_FROM_MS);
    this.#supervisor.disarm();
    this.#disk.isFull = false;
    this.#disk.isSteady = true;
    await this.#day.liveUntil(DAY_END_MS);
    return this.#observe();
  }

  close(): void {
    this.#disk.close();
  }

  #startSenders(): readonly Sender[] {
    const shares = Array.from({ length: SENDER_COUNT }, (): SessionLife['records'][number][] => []);
    for (const [index, { records }] of this.#plan.sessions.entries())
      shares[index % SENDER_COUNT]!.push(...records);
    return shares.map((records, index) => {
      records.sort((one, other) => one.record.observedAtMs - other.record.observedAtMs);
      const random = new Seeded(this.#seed, `sender ${index}`);
      return new Sender(this.#day, random, records, () => {
        return this.#supervisor.serving;
      });
    });
  }

  #schedule(): void {
    const { fullDisk, deaths, cleanRestartsMs } = this.#plan;
    for (const { fromMs, toMs } of fullDisk) {
      this.#day.at(fromMs, () => (this.#disk.isFull = true));
      this.#day.at(toMs, () => (this.#disk.isFull = false));
    }
    for (const death of deaths) this.#day.at(death.atMs, () => this.#supervisor.arm(death));
    for (const atMs of cleanRestartsMs) this.#day.at(atMs, () => this.#supervisor.restart());
  }

  #observe(): Observation {
    const promised = promisedOn(this.#disk);
    const { webhook, chat, mail, sms } = this.#destinations;
    const standIns = [webhook, chat, mail, sms].map(({ standIn }) => standIn);
    const hash = createHash('sha256');
    for (const { idempotencyKey } of promised) hash.update(idempotencyKey);
    for (const { digest } of standIns) hash.update(digest);
    const { sessions, fullDisk, silences } = this.#plan;
    const { downtimes, passed, died } = this.#supervisor;
    return {
      seed: this.#seed,
      sessions,
      promised,
      webhook: this.#observed(webhook),
      chat: this.#observed(chat),
      mail: this.#observed(mail),
      sms: this.#observed(sms),
      silences,
      ownTroubles: [...downtimes, ...fullDisk, ...this.#disk.pauses],
      isAllSent: this.#senders.every((sender) => !sender.hasUnsent),
      passed,
      died,
      recordCount: sessions.reduce((count, { records }) => count + records.length, 0),
      requestCount: standIns.reduce((count, standIn) => count + standIn.requestCount, 0),
      momentCount: this.#day.momentCount,
      digest: hash.digest('hex'),
    };
  }

  #observed(destination: SimulatedDestination): ObservedDestination {
    const rows = this.#disk.look(
      'incidents',
      `SELECT idempotency_key, state FROM outbox
        WHERE destination = '${destination.standIn.name}' AND state <> 'delivered'`,
    );
    return {
      ...destination,
      left: new Map(rows.map((row) => [String(row.idempotency_key), String(row.state)])),
    };
  }
}
