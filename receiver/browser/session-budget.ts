// How much one session may send: two token buckets a session, of requests and of bytes, that fill up over a minute. A page
// that runs wild can use up its own and nobody else's. Takes time as an argument, and knows nothing of HTTP.

export interface BudgetLimits {
  readonly requestsPerMinute: number;
  readonly bytesPerMinute: number;
  /** Sessions watched at one time. Further ones are not: whether there is room for them is decided elsewhere. */
  readonly maxSessions: number;
}

/** What is left of a session's budget. */
interface Bucket {
  requests: number;
  bytes: number;
  filledAtMs: number;
}

const MINUTE_MS = 60_000;
/** What fractions of a minute lose in doubles must not become a wait. */
const ROUNDING_MS = 1e-6;

export class SessionBudget {
  readonly #limits: BudgetLimits;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /** Sessions of which something is remembered. */
  get sessionCount(): number {
    return this.#buckets.size;
  }

  /**
   * Charges one request to each of the sessions, and the bytes in equal parts. Undefined when all of them can afford it;
   * otherwise nothing is charged, and the whole milliseconds until they can are returned.
   */
  charge(sessionIds: ReadonlySet<string>, byteCount: number, nowMs: number): number | undefined {
    const shareBytes = byteCount / sessionIds.size;
    const buckets: Bucket[] = [];
    let waitMs = 0;
    for (const sessionId of sessionIds) {
      const bucket = this.#bucketOf(sessionId, nowMs);
      if (bucket === undefined) continue;
      buckets.push(bucket);
      waitMs = Math.max(waitMs, this.#waitMs(bucket, shareBytes));
    }
    if (waitMs > 0) return waitMs;
    for (const bucket of buckets) {
      bucket.requests -= 1;
      bucket.bytes -= shareBytes;
    }
    return undefined;
  }

  /** Forgets the sessions whose budget is whole again. Call it now and then. */
  sweep(nowMs: number): void {
    for (const [sessionId, { filledAtMs }] of this.#buckets) {
      if (nowMs - filledAtMs >= MINUTE_MS) this.#buckets.delete(sessionId);
    }
  }

  #bucketOf(sessionId: string, nowMs: number): Bucket | undefined {
    const { requestsPerMinute, bytesPerMinute, maxSessions } = this.#limits;
    const known = this.#buckets.get(sessionId);
    if (known !== undefined) {
      const elapsedMinutes = Math.max(0, nowMs - known.filledAtMs) / MINUTE_MS;
      known.requests = Math.min(requestsPerMinute, known.requests + elapsedMinutes * requestsPerMinute);
      known.bytes = Math.min(bytesPerMinute, known.bytes + elapsedMinutes * bytesPerMinute);
      known.filledAtMs = nowMs;
      return known;
    }
    if (this.#buckets.size >= maxSessions) return undefined;
    const bucket = { requests: requestsPerMinute, bytes: bytesPerMinute, filledAtMs: nowMs };
    this.#buckets.set(sessionId, bucket);
    return bucket;
  }

  #waitMs(bucket: Bucket, byteCount: number): number {
    const { requestsPerMinute, bytesPerMinute } = this.#limits;
    const requestsMs = ((1 - bucket.requests) / requestsPerMinute) * MINUTE_MS;
    const bytesMs = ((byteCount - bucket.bytes) / bytesPerMinute) * MINUTE_MS;
    return Math.ceil(Math.max(requestsMs, bytesMs, 0) - ROUNDING_MS);
  }
}
