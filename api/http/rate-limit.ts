// How many requests a minute one key may make. What counts as one key is the caller's business, and is never an address:
// those are personal data, and behind a proxy all the same.
import type { Request, Response } from 'express';
import { rateLimit, type RateLimitRequestHandler } from 'express-rate-limit';
import type { Logger } from 'pino';
import type { Clock } from '../../collector/clock.ts';
import { ApiRefusal } from '../api-refusal.ts';
import { WindowStore } from './window-store.ts';

export interface RateLimitParts {
  readonly clock: Clock;
  readonly logger: Logger;
}

const WINDOW_MS = 60_000;

export class RateLimit {
  readonly #limiter: RateLimitRequestHandler;
  readonly #keys = new WeakMap<object, string>();

  /** `name` is that of the policy in the `RateLimit` headers (draft 8 of the IETF's). */
  constructor(name: string, perMinute: number, { clock, logger }: RateLimitParts) {
    this.#limiter = rateLimit({
      windowMs: WINDOW_MS,
      limit: perMinute,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      identifier: name,
      store: new WindowStore(WINDOW_MS, clock),
      keyGenerator: (request) => this.#keys.get(request)!,
      // The limiter has set Retry-After by then.
      handler: () => {
        throw new ApiRefusal(429, 'too.many.requests.retry.after', `at most ${perMinute} requests a minute`);
      },
      logger: {
        warn: (message) => logger.warn({ err: message }, 'the rate limit complains'),
        error: (message) => logger.error({ err: message }, 'the rate limit complains'),
      },
    });
  }

  /** Sets the headers that say how many more may come. Throws a 429 when this one is too many. */
  async take(key: string, request: Request, response: Response): Promise<void> {
    this.#keys.set(request, key);
    await new Promise<void>((resolve, reject) => {
      const next = (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('the rate limit failed', { cause: error }));
      };
      this.#limiter(request, response, next);
    });
  }
}
