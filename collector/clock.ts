// Time and randomness enter the process here and nowhere else: every other file is handed a Clock, so that
// tests run on a virtual one and never sleep. Kept by an architecture rule.

/** A pending timer. `cancel` is safe at any time, also after it has fired. */
export interface Timer {
  cancel(): void;
}

/** The only source of wall-clock time, timers and randomness. All times are milliseconds since the Unix epoch. */
export interface Clock {
  /** Wall-clock time, milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Calls `callback` once, `delayMs` from now. The timer alone never keeps the process alive. */
  after(delayMs: number, callback: () => void): Timer;
  /** Calls `callback` each `intervalMs` until cancelled. The timer alone never keeps the process alive. */
  every(intervalMs: number, callback: () => void): Timer;
  /** A random number, 0 ≤ x < 1, for jitter. Not for secrets. */
  random(): number;
}

/** Node's timers take 24 days at most, and fire at once for anything longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    let handle: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);
      const end = leftMs > stepMs ? () => wait(leftMs - stepMs) : callback;
      handle = setTimeout(end, stepMs).unref();
    };
    wait(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
  every(intervalMs, callback) {
    if (intervalMs > LONGEST_TIMER_MS) {
      let timer: Timer;
      const wait = (): void => {
        timer = systemClock.after(intervalMs, () => {
          wait();
          callback();
        });
      };
      wait();
      return { cancel: () => timer.cancel() };
    }
    const handle = setInterval(callback, intervalMs).unref();
    return { cancel: () => clearInterval(handle) };
  },
  random: () => Math.random(),
};

/** A clock that starts at the present time and runs `factor` times as fast as `base`. Used to play captures quickly. */
export function acceleratedClock(base: Clock, factor: number): Clock {
  const originMs = base.nowMs();
  return {
    nowMs: () => Math.round(originMs + (base.nowMs() - originMs) * factor),
    after: (delayMs, callback) => base.after(delayMs / factor, callback),
    every: (intervalMs, callback) => base.every(intervalMs / factor, callback),
    random: () => base.random(),
  };
}
