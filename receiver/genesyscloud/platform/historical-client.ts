// Questions about what is past. The guide gives them a quota of their own, which one tenant has for all who ask, and an
// answer serves for a minute. They have all the time: whoever asks here asks again later when it fails.
import type { Clock } from '../../../collector/clock.ts';
import { AnswerCache } from './answer-cache.ts';
import type { PlatformAnswer, PlatformClient, PlatformRequest } from './platform-client.ts';
import { RequestQuota } from './request-quota.ts';

export interface HistoricalClientParts {
  readonly clock: Clock;
  readonly platform: Pick<PlatformClient, 'ask'>;
  readonly requestsPerMinute: number;
}

export class HistoricalClient {
  readonly #platform: HistoricalClientParts['platform'];
  readonly #quota: RequestQuota;
  readonly #cache: AnswerCache;

  constructor({ clock, platform, requestsPerMinute }: HistoricalClientParts) {
    this.#platform = platform;
    this.#quota = new RequestQuota(clock.nowMs(), requestsPerMinute);
    this.#cache = new AnswerCache(clock);
  }

  /** Never rejects. What it resolves to after `signal` has aborted means nothing. */
  ask(request: PlatformRequest, signal: AbortSignal): Promise<PlatformAnswer> {
    return this.#cache.answer(request, signal, (request, signal) =>
      this.#platform.ask(request, signal, this.#quota),
    );
  }
}
