// What happens to one session of a simulated day, as its records: a sample every five seconds in stretches that are
// wholly good or wholly bad, silences, disconnects, and mostly an end.
import type { Dimensions, QualitySample, SessionEvent, SessionEventType } from '../../receiver/sample.ts';
import type { Seeded } from '../kill/seeded.ts';

export interface LivedRecord {
  /** `receivedAtMs` is filled in when it is sent. */
  readonly record: QualitySample | SessionEvent;
  readonly isBad: boolean;
  /** Set when somebody was told that it was taken. */
  isAcknowledged: boolean;
}

export interface SessionLife {
  readonly sessionId: string;
  /** In order of event time. */
  readonly records: readonly LivedRecord[];
}

export const INTERVAL_MS = 5_000;

type Metrics = Partial<Pick<QualitySample, 'mos' | 'packetLossPercent' | 'bitrateKbps' | 'freezeRatio'>>;

const GOOD: Metrics = { mos: 4.2, packetLossPercent: 0, bitrateKbps: 1_200, freezeRatio: 0 };
/** Each rule on its own. */
const BAD: readonly Metrics[] = [
  { ...GOOD, mos: 3.4 },
  { ...GOOD, packetLossPercent: 5 },
  { ...GOOD, bitrateKbps: 100 },
  { ...GOOD, freezeRatio: 0.5 },
];
const BROKEN: Metrics = { ...GOOD, mos: 2.5 };

export class LifeWriter {
  readonly #sessionId: string;
  readonly #dimensions: Dimensions;
  readonly #records: LivedRecord[] = [];
  readonly #bad: Metrics;
  #atMs: number;

  constructor(sessionId: string, startMs: number, dimensions: Dimensions, random: Seeded) {
    this.#sessionId = sessionId;
    this.#dimensions = dimensions;
    this.#atMs = startMs;
    this.#bad = random.pick(BAD);
  }

  get atMs(): number {
    return this.#atMs;
  }

  good(count: number): this {
    return this.#samples(count, GOOD, false);
  }

  bad(count: number): this {
    return this.#samples(count, this.#bad, true);
  }

  broken(count: number): this {
    return this.#samples(count, BROKEN, true);
  }

  silence(count: number): this {
    this.#atMs += count * INTERVAL_MS;
    return this;
  }

  /** A second after the last sample. */
  event(type: SessionEventType): this {
    const observedAtMs = this.#atMs - INTERVAL_MS + 1_000;
    const record: SessionEvent = {
      kind: 'event',
      type,
      sessionId: this.#sessionId,
      observedAtMs,
      receivedAtMs: observedAtMs,
      dimensions: this.#dimensions,
    };
    this.#records.push({ record, isBad: false, isAcknowledged: false });
    return this;
  }

  life(): SessionLife {
    return { sessionId: this.#sessionId, records: this.#records };
  }

  #samples(count: number, metrics: Metrics, isBad: boolean): this {
    for (let left = count; left > 0; left -= 1) {
      const record: QualitySample = {
        kind: 'sample',
        sessionId: this.#sessionId,
        observedAtMs: this.#atMs,
        receivedAtMs: this.#atMs,
        media: 'camera',
        direction: 'inbound',
        dimensions: this.#dimensions,
        framesPerSecond: 30,
        ...metrics,
      };
      this.#records.push({ record, isBad, isAcknowledged: false });
      this.#atMs += INTERVAL_MS;
    }
    return this;
  }
}

/** A life by itself, nothing to do with anybody else's. */
export function writeLife(writer: LifeWriter, random: Seeded): SessionLife {
  writer.good(random.whole(2, 8));
  const sort = random.fraction();
  if (sort < 0.25) writer.good(random.whole(5, 30));
  else if (sort < 0.37) writer.bad(random.whole(1, 5)).good(random.whole(8, 15));
  else if (sort < 0.6) writer.bad(random.whole(8, 50)).good(random.whole(8, 15));
  else if (sort < 0.7)
    writer
      .bad(random.whole(0, 20))
      .broken(random.whole(8, 30))
      .bad(random.whole(0, 15))
      .good(random.whole(4, 15));
  else if (sort < 0.77) {
    for (let turns = random.whole(1, 3); turns > 0; turns -= 1)
      writer.silence(random.whole(4, 25)).good(random.whole(1, 6));
  } else if (sort < 0.84) writer.event('disconnected').silence(random.whole(0, 5)).good(random.whole(3, 10));
  else if (sort < 0.92) {
    for (let turns = random.whole(3, 8); turns > 0; turns -= 1)
      writer.bad(random.whole(7, 10)).good(random.whole(7, 9));
  } else {
    writer.bad(random.whole(7, 40));
  }
  // Now and then somebody leaves without a word.
  return random.chance(0.9) ? writer.event('ended').life() : writer.life();
}
