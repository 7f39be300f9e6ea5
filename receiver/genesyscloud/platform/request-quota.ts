// When the next request to the platform may go out. A token bucket that learns from what the platform says of its own
// window. Pure: the time is handed in. One for all sources of a receiver, since they share the token that is counted.

/** Requests per minute and token (`token.rate.per.minute`), until the platform names another number. */
const USUAL_ALLOWANCE = 300;

const WINDOW_MS = 60_000;
/** This share of a minute's requests may go out at once; the rest follows evenly. Together no minute ever has more. */
const BURST_SHARE = 0.1;
/** Of a token: what sums of fractions may lack of a whole one. */
const ROUNDING = 1e-9;
/** Longest wait that is believed: a wrong header must not silence us for a day. */
const LONGEST_WAIT_MS = 3_600_000;

/** What `inin-ratelimit-count`, `-allowed` and `-reset` of an answer say. */
export interface QuotaReport {
  readonly countInWindow: number;
  readonly allowedInWindow: number;
  readonly resetAfterMs: number;
}

/** Undefined when a header is missing or no whole number. */
export function quotaReportOf(header: (name: string) => string | undefined): QuotaReport | undefined {
  const numberOf = (name: string) => {
    const text = header(`inin-ratelimit-${name}`)?.trim() ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  };
  const [count, allowed, resetS] = [numberOf('count'), numberOf('allowed'), numberOf('reset')];
  if (count === undefined || allowed === undefined || allowed === 0 || resetS === undefined) return undefined;
  return { countInWindow: count, allowedInWindow: allowed, resetAfterMs: resetS * 1_000 };
}

export class RequestQuota {
  #allowance: number;
  #tokens: number;
  #countedAtMs: number;
  #blockedUntilMs = -Infinity;
  /** What the platform's present window still has; without effect once it is over. */
  #window = { remaining: Infinity, endsAtMs: -Infinity };

  constructor(nowMs: number, allowance = USUAL_ALLOWANCE) {
    this.#allowance = allowance;
    this.#tokens = this.#burst;
    this.#countedAtMs = nowMs;
  }

  /** 0: the request may go out now, and is counted. Otherwise how long to wait before asking again. */
  take(nowMs: number): number {
    const waitMs = this.waitMs(nowMs);
    if (waitMs > 0) return waitMs;
    this.#tokens -= 1;
    this.#window = { ...this.#window, remaining: this.#window.remaining - 1 };
    return 0;
  }

  /** The same, and nothing is counted: for requests that need room in several quotas. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs);
    const { remaining, endsAtMs } = this.#window;
    const waitMs = Math.max(
      this.#blockedUntilMs - nowMs,
      nowMs < endsAtMs && remaining < 1 ? endsAtMs - nowMs : 0,
      this.#tokens > 1 - ROUNDING ? 0 : (1 - this.#tokens) / this.#tokensPerMs,
    );
    return waitMs > 0 ? Math.min(Math.ceil(waitMs), LONGEST_WAIT_MS) : 0;
  }

  /** The platform's own count includes what others do with the same token, so the newest one is believed. */
  learn({ countInWindow, allowedInWindow, resetAfterMs }: QuotaReport, nowMs: number): void {
    this.#refill(nowMs);
    this.#allowance = allowedInWindow;
    this.#tokens = Math.min(this.#tokens, this.#burst);
    this.#window = {
      remaining: Math.max(0, allowedInWindow - countInWindow),
      endsAtMs: nowMs + Math.min(resetAfterMs, LONGEST_WAIT_MS),
    };
  }

  /** After a 429: nothing goes out for so long. */
  block(durationMs: number, nowMs: number): void {
    const untilMs = nowMs + Math.min(durationMs, LONGEST_WAIT_MS);
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, untilMs);
  }

  get #burst(): number {
    return Math.max(1, Math.floor(this.#allowance * BURST_SHARE));
  }

  /** Of an allowance of one, half a token: one burst and a whole one in the same minute would be two. */
  get #tokensPerMs(): number {
    return Math.max(this.#allowance - this.#burst, 0.5) / WINDOW_MS;
  }

  /** A clock that was set back adds nothing. */
  #refill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#countedAtMs);
    this.#tokens = Math.min(this.#burst, this.#tokens + passedMs * this.#tokensPerMs);
    this.#countedAtMs = nowMs;
  }
}
