// Writes an endless answer no faster than its client reads it. A client that doesn't read is cut off, so that nothing piles
// up for it.
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../collector/clock.ts';
import type { AnswerWriter } from '../operation.ts';

/** For how long a client may take nothing of what waits for it. */
export const LONGEST_STALL_MS = 30_000;
/** What may wait beyond what the connection itself holds, when a writer doesn't wait for `write`. */
export const MAX_WAITING_BYTES = 1_024 * 1_024;

export class AnswerStream implements AnswerWriter {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #drained: Promise<void> | undefined;
  /** Why it was cut off; undefined when it was not. */
  cutBecause: 'stalled' | 'overfull' | undefined;

  /** `signal` is that of the call: it aborts when the response is closed. */
  constructor(response: ServerResponse, clock: Clock, signal: AbortSignal) {
    this.#response = response;
    this.#clock = clock;
    this.#signal = signal;
  }

  write(text: string): Promise<void> {
    if (this.#signal.aborted || this.#response.destroyed) return Promise.resolve();
    const hasRoom = this.#response.write(text);
    if (hasRoom) return Promise.resolve();
    if (this.#response.writableLength > MAX_WAITING_BYTES) {
      this.#cut('overfull');
      return Promise.resolve();
    }
    this.#drained ??= this.#waitForRoom().finally(() => (this.#drained = undefined));
    return this.#drained;
  }

  async #waitForRoom(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const goOn = () => resolve();
    const stall = this.#clock.after(LONGEST_STALL_MS, () => this.#cut('stalled'));
    this.#response.once('drain', goOn);
    this.#signal.addEventListener('abort', goOn, { once: true });
    await promise;
    this.#response.off('drain', goOn);
    this.#signal.removeEventListener('abort', goOn);
    stall.cancel();
  }

  /** The response closes, and with it aborts the signal. */
  #cut(because: 'stalled' | 'overfull'): void {
    this.cutBecause = because;
    this.#response.destroy();
  }
}
