// How many may do something at once, and how many may wait for it: one client's heavy queries must not hold up the disk for
// everybody else.

export class Turnstile {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  #insideCount = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  get isFull(): boolean {
    return this.#insideCount >= this.#atOnce && this.#waiting.length >= this.#mostWaiting;
  }

  /** Does `work` when it is its turn; the first comes first. Rejects with the signal's reason when that aborts before. */
  async pass<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    if (this.#insideCount < this.#atOnce) this.#insideCount += 1;
    else await this.#wait(signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place is handed on, or given up.
      if (next === undefined) this.#insideCount -= 1;
      else next();
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(enter);
    });
  }
}
