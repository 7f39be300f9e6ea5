// A destination as it looks from outside: it takes what it is sent, once per key, and answers as its day will have it.
// Everything that ever reached it is kept, for the oracle.
import { createHash } from 'node:crypto';
import type { Transition } from '../../bridge/transition/transition.ts';
import type { Seeded } from '../kill/seeded.ts';
import type { VirtualDay } from './virtual-day.ts';

/** How a destination can be. */
export const AILMENTS = [
  'unavailable',
  'busy',
  'hanging',
  'resetting',
  'dripping',
  'forgetful',
  'unauthorized',
  'choking',
  'gone',
  'nameless',
] as const;

export type Ailment = (typeof AILMENTS)[number];

/** From one time up to another the destination is ill. */
export interface Illness {
  readonly fromMs: number;
  readonly toMs: number;
  readonly ailment: Ailment;
}

export interface Effect {
  readonly atMs: number;
  readonly transition: Transition;
}

/** What the sender sees: a status, or a fault of the connection, so long after it has sent. */
export type Answer =
  | { readonly afterMs: number; readonly status: number; readonly retryAfterMs?: number }
  | { readonly afterMs: number; readonly fault: string };

export interface StandInOptions {
  readonly illnesses: readonly Illness[];
  /** What a repeated key is answered. */
  readonly repeatStatus: 200 | 409;
  /** Share of requests that go wrong on a good day, up to `steadyFromMs`. */
  readonly flakyShare: number;
  readonly steadyFromMs: number;
  trace(line: string): void;
}

/** Longer than anybody waits. */
const NEVER_MS = 3_600_000;
/** Every other key is choked on. */
const CHOKING_ONE_OF = 2;

export class StandIn {
  readonly name: string;
  /** The first effect of each key, in order. */
  readonly effects = new Map<string, Effect>();
  readonly texts = new Map<string, string>();
  /** Keys that came with other bytes than before. */
  readonly changedKeys = new Set<string>();
  /** Keys that came again while the process was still waiting for the answer to the last time. */
  readonly impatientKeys = new Set<string>();
  requestCount = 0;
  readonly illnesses: readonly Illness[];
  readonly #day: VirtualDay;
  readonly #random: Seeded;
  readonly #options: StandInOptions;
  readonly #seen = createHash('sha256');

  constructor(name: string, day: VirtualDay, random: Seeded, options: StandInOptions) {
    this.name = name;
    this.illnesses = options.illnesses;
    this.#day = day;
    this.#random = random;
    this.#options = options;
  }

  /** Of all requests, their times and their answers. */
  get digest(): string {
    return this.#seen.copy().digest('hex');
  }

  ailmentAt(atMs: number): Ailment | undefined {
    return this.illnesses.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.ailment;
  }

  receive(key: string, text: string): Answer {
    this.requestCount += 1;
    const known = this.texts.get(key);
    if (known === undefined) this.texts.set(key, text);
    else if (known !== text) this.changedKeys.add(key);
    const answer = this.#answer(key, text);
    this.#options.trace(lineOf(this.name, text, answer));
    this.#seen.update(`${this.#day.nowMs()} ${key} ${text} ${JSON.stringify(answer)}\n`);
    return answer;
  }

  #answer(key: string, text: string): Answer {
    const random = this.#random;
    const afterMs = random.whole(5, 200);
    switch (this.#ailmentNow()) {
      case undefined:
        return this.#take(key, text, afterMs);
      case 'unavailable':
        return { afterMs, status: random.pick([500, 502, 503, 504]) };
      case 'busy':
        return { afterMs, status: 429, ...(random.chance(0.5) && { retryAfterMs: this.#wishMs() }) };
      case 'hanging':
        if (random.chance(0.3)) this.#takeLater(key, text, random.whole(0, 20_000));
        return { afterMs: NEVER_MS, fault: 'no answer' };
      case 'resetting':
        return { afterMs, fault: 'connection reset' };
      case 'dripping':
        return this.#take(key, text, random.whole(4_000, 15_000));
      case 'forgetful':
        this.#takeLater(key, text, 0);
        return { afterMs, fault: 'connection reset' };
      case 'unauthorized':
        return { afterMs, status: random.pick([401, 403]) };
      case 'choking':
        if (isOneOf(key, CHOKING_ONE_OF)) return { afterMs, status: random.pick([400, 422]) };
        return this.#take(key, text, afterMs);
      case 'gone':
        return { afterMs, status: 410 };
      case 'nameless':
        return { afterMs, fault: 'no address for the host' };
    }
  }

  #ailmentNow(): Ailment | undefined {
    const nowMs = this.#day.nowMs();
    const { flakyShare, steadyFromMs } = this.#options;
    const ailment = this.ailmentAt(nowMs);
    if (ailment !== undefined || nowMs >= steadyFromMs || !this.#random.chance(flakyShare)) return ailment;
    return this.#random.pick(['unavailable', 'busy', 'hanging', 'resetting', 'dripping', 'forgetful']);
  }

  /** An ill one asks for more time than we have. */
  #wishMs(): number {
    const isIll = this.ailmentAt(this.#day.nowMs()) !== undefined;
    return this.#random.whole(1, isIll ? 600 : 30) * 1_000;
  }

  #take(key: string, text: string, afterMs: number): Answer {
    if (this.effects.has(key)) return { afterMs, status: this.#options.repeatStatus };
    this.#takeLater(key, text, 0);
    return { afterMs, status: 200 };
  }

  #takeLater(key: string, text: string, afterMs: number): void {
    const take = () => {
      if (this.effects.has(key)) return;
      this.effects.set(key, { atMs: this.#day.nowMs(), transition: JSON.parse(text) as Transition });
    };
    if (afterMs === 0) take();
    else this.#day.after(afterMs, take);
  }
}

function lineOf(name: string, text: string, answer: Answer): string {
  const { kind, category, sequence, subject } = JSON.parse(text) as Transition;
  const said = 'fault' in answer ? answer.fault : `${answer.status}`;
  const wish = 'retryAfterMs' in answer ? `, come again after ${answer.retryAfterMs} ms` : '';
  return `${name}: ${kind} (${category} ${sequence}) of ${subject}: ${said} after ${answer.afterMs} ms${wish}`;
}

/** The same keys each time they come. */
function isOneOf(key: string, count: number): boolean {
  return Number.parseInt(key.slice(0, 8), 16) % count === 0;
}
