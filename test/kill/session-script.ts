// The life of one made-up session: samples every five seconds of event time, in stretches that are wholly good or wholly
// bad, with disconnects and silences in between. What it must lead to is judged in session-promises.ts.
import type { QualitySample, SessionEvent, SessionEventType } from '../../receiver/sample.ts';
import { parseTimeline, START_MS } from '../support/timeline.ts';
import type { Receipt } from './honest-sender.ts';
import type { Seeded } from './seeded.ts';

export interface ScriptedRecord {
  readonly record: QualitySample | SessionEvent;
  /** Set when it was acknowledged. */
  receipt?: Receipt;
}

export interface Stretch {
  readonly kind: 'good' | 'bad';
  readonly samples: ScriptedRecord[];
  /** Of a bad stretch: the samples at its end whose path is broken. */
  readonly critical: ScriptedRecord[];
}

export interface SessionScript {
  readonly sessionId: string;
  /** In order of event time; the last one is its end. */
  readonly records: ScriptedRecord[];
  readonly stretches: Stretch[];
  readonly disconnects: ScriptedRecord[];
  /** The samples on either side of each silence. */
  readonly silences: { readonly before: ScriptedRecord; readonly after: ScriptedRecord }[];
}

const STEP_S = 5;
const GOOD = 'freeze=0';
/** Each rule on its own: everything else looks perfect. */
const BAD = ['freeze=0 mos=3.4', 'freeze=0 loss=5', 'freeze=0 kbps=100', 'freeze=0.5'];
const CRITICAL = 'freeze=0 mos=2.5';

/** How many samples: of a blip, which must open nothing; of what may; of what must, dedup window included. */
const [BLIP, MIDDLING, LONG] = [
  [1, 6],
  [7, 15],
  [20, 28],
] as const;

export function writeScript(sessionId: string, random: Seeded): SessionScript {
  const writer = new Writer(sessionId, random.whole(1, 120) * STEP_S);
  const sort = random.fraction();
  if (sort < 0.1) writer.stretch('good', random.whole(10, 40), GOOD);
  else if (sort < 0.2) writeMuted(writer, random);
  else writeTroubled(writer, random, sort < 0.35 ? [BLIP] : [BLIP, MIDDLING, LONG, LONG]);
  writer.event('ended');
  return writer.script;
}

/** A camera that was muted on purpose, as an event said; the samples know nothing of it. */
function writeMuted(writer: Writer, random: Seeded): void {
  writer.event('muted');
  writer.stretch('good', random.whole(20, 40), 'freeze=0 kbps=15');
}

function writeTroubled(
  writer: Writer,
  random: Seeded,
  lengths: readonly (readonly [number, number])[],
): void {
  writer.stretch('good', random.whole(2, 6), GOOD);
  for (let troubles = random.whole(2, 4); troubles > 0; troubles -= 1) {
    const length = random.pick(lengths);
    writer.stretch('bad', random.whole(...length), random.pick(BAD));
    if (length !== BLIP && random.chance(0.4)) writer.worsen(random.whole(8, 16), CRITICAL);
    // Long enough for a blip to be forgotten, and mostly for a recovery.
    writer.stretch('good', random.whole(8, 14), GOOD);
    const trouble = random.fraction();
    if (trouble < 0.3) writer.disconnect();
    else if (trouble < 0.5) writer.silence(random.whole(4, 6));
    writer.stretch('good', random.whole(2, 10), GOOD);
  }
}

class Writer {
  readonly script: SessionScript;
  #second: number;

  constructor(sessionId: string, startS: number) {
    this.script = { sessionId, records: [], stretches: [], disconnects: [], silences: [] };
    this.#second = startS;
  }

  stretch(kind: Stretch['kind'], count: number, words: string): void {
    this.script.stretches.push({ kind, samples: this.#samples(count, words), critical: [] });
  }

  /** Goes on with the stretch, now with a broken path. */
  worsen(count: number, words: string): void {
    const stretch = this.script.stretches.at(-1)!;
    const samples = this.#samples(count, words);
    stretch.samples.push(...samples);
    stretch.critical.push(...samples);
  }

  /** An event shortly after the last sample. */
  event(type: SessionEventType, afterS = 1): ScriptedRecord {
    return this.#add(`${this.#second - STEP_S + afterS}: !${type}`)[0]!;
  }

  /** Gone and back between two samples. */
  disconnect(): void {
    this.script.disconnects.push(this.event('disconnected', 1));
    this.event('connected', 3);
  }

  /** So many samples are missing, and a good one follows. */
  silence(missedCount: number): void {
    const before = this.script.records.at(-1)!;
    this.#second += missedCount * STEP_S;
    this.stretch('good', 1, GOOD);
    this.script.silences.push({ before, after: this.script.records.at(-1)! });
  }

  #samples(count: number, words: string): ScriptedRecord[] {
    const last = this.#second + (count - 1) * STEP_S;
    const samples = this.#add(`${this.#second}..${last}: ${words}`);
    this.#second = last + STEP_S;
    return samples;
  }

  #add(timeline: string): ScriptedRecord[] {
    const added = parseTimeline(timeline, this.script.sessionId).flatMap((entry): ScriptedRecord[] => {
      if (entry.kind === 'now') return [];
      return [{ record: entry.kind === 'sample' ? entry.sample : entry.event }];
    });
    this.script.records.push(...added);
    return added;
  }
}

/** `90 s`: event time since the start of all timelines. */
export function secondOf(atMs: number): string {
  return `${(atMs - START_MS) / 1_000} s`;
}
