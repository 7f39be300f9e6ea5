// Time that jumps from one event to the next. Whatever a moment has set off is settled before the next one comes; a
// process that dies keeps its clock, which then shows the time and calls nobody any more.
import type { Clock, Timer } from '../../collector/clock.ts';
import type { Seeded } from '../kill/seeded.ts';
import { EventQueue, type QueuedEvent } from './event-queue.ts';

/** What repeats itself more often than this only looks whether there is something to do. */
const LONGEST_POLL_MS = 60_000;
/** Moments that may follow each other without any time in between. */
const MAX_STANDSTILLS = 10_000;

interface Poll {
  dueMs: number;
  readonly intervalMs: number;
  readonly callback: () => void;
}

export class VirtualDay {
  readonly #events = new EventQueue();
  readonly #polls = new Set<Poll>();
  readonly #pollsFromMs: () => number;
  #nowMs: number;
  #order = 0;
  /** How many moments had something to do. */
  momentCount = 0;
  #standstillCount = 0;

  /** `pollsFromMs`: polls before that time would find nothing. They are left out, which is most of the day. */
  constructor(startMs: number, pollsFromMs: () => number) {
    this.#nowMs = startMs;
    this.#pollsFromMs = pollsFromMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  at(dueMs: number, callback: () => void): Timer {
    const event: QueuedEvent = { dueMs: Math.max(dueMs, this.#nowMs), order: this.#order++, callback };
    this.#events.push(event);
    return { cancel: () => (event.callback = undefined) };
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.at(this.#nowMs + Math.max(0, delayMs), callback);
  }

  every(intervalMs: number, callback: () => void): Timer {
    if (intervalMs > LONGEST_POLL_MS) return this.#repeat(intervalMs, callback);
    const poll: Poll = { dueMs: this.#nowMs + intervalMs, intervalMs, callback };
    this.#polls.add(poll);
    return { cancel: () => this.#polls.delete(poll) };
  }

  /** Lives through everything until `untilMs`. */
  async liveUntil(untilMs: number): Promise<void> {
    await this.#settle();
    for (;;) {
      const nextMs = Math.min(this.#events.peek()?.dueMs ?? Infinity, this.#nextPollMs());
      if (nextMs > untilMs) break;
      this.#assertGoesOn(nextMs);
      this.#nowMs = nextMs;
      this.momentCount += 1;
      for (const poll of [...this.#polls]) {
        poll.dueMs = dueFrom(poll, nextMs);
        if (poll.dueMs > nextMs || !this.#polls.has(poll)) continue;
        poll.dueMs += poll.intervalMs;
        poll.callback();
      }
      while ((this.#events.peek()?.dueMs ?? Infinity) <= nextMs) this.#events.pop()!.callback!();
      await this.#settle();
    }
    this.#nowMs = untilMs;
  }

  /** What has always something to do at once would stop time. */
  #assertGoesOn(nextMs: number): void {
    this.#standstillCount = nextMs > this.#nowMs ? 0 : this.#standstillCount + 1;
    if (this.#standstillCount > MAX_STANDSTILLS) throw new Error('something is due again and again at once');
  }

  /** Nothing here does real input or output, so all that follows from a moment is over before the loop comes round. */
  #settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  #nextPollMs(): number {
    const fromMs = this.#pollsFromMs();
    let nextMs = Infinity;
    for (const poll of this.#polls) nextMs = Math.min(nextMs, dueFrom(poll, fromMs));
    return nextMs;
  }

  #repeat(intervalMs: number, callback: () => void): Timer {
    let timer: Timer;
    const fire = () => {
      timer = this.after(intervalMs, fire);
      callback();
    };
    timer = this.after(intervalMs, fire);
    return { cancel: () => timer.cancel() };
  }
}

/** When the poll is due for the first time from `fromMs` on. */
function dueFrom({ dueMs, intervalMs }: Poll, fromMs: number): number {
  return dueMs >= fromMs ? dueMs : dueMs + Math.ceil((fromMs - dueMs) / intervalMs) * intervalMs;
}

/** The clock of one life of the process. */
export class MortalClock implements Clock {
  readonly #day: VirtualDay;
  readonly #random: Seeded;
  #isDead = false;

  constructor(day: VirtualDay, random: Seeded) {
    this.#day = day;
    this.#random = random;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  die(): void {
    this.#isDead = true;
  }

  nowMs(): number {
    return this.#day.nowMs();
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#day.after(delayMs, () => {
      if (!this.#isDead) callback();
    });
  }

  every(intervalMs: number, callback: () => void): Timer {
    const timer = this.#day.every(intervalMs, () => {
      if (this.#isDead) timer.cancel();
      else callback();
    });
    return timer;
  }

  random(): number {
    return this.#random.fraction();
  }
}
