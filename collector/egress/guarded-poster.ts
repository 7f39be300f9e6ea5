// One POST over the guarded pool, within its time. No retries, no redirects and no idea of what is sent: whoever posts
// decides what an answer means.
import { request, type Agent } from 'undici';
import type { Clock } from '../clock.ts';
import type { EgressRules } from './address-rules.ts';
import { assertAllowed, createGuardedAgent } from './guarded-agent.ts';
import { parseRetryAfter } from './retry-after.ts';
import { withinTime } from './within-time.ts';

export interface GuardedPosterOptions {
  /** How long an answer may take, with its body. */
  readonly timeoutMs: number;
  readonly egress: EgressRules;
  readonly maxConnections: number;
  readonly clock: Clock;
  /** Authorities that are trusted in place of the usual ones, as PEM. */
  readonly ca?: string | undefined;
}

export interface PostRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The head of an answer, and its body to be read or destroyed. */
export interface PostAnswer {
  readonly status: number;
  /** Absent when the answer has none, or several. */
  readonly contentType?: string;
  readonly retryAfterMs?: number;
  readonly body: AsyncIterable<Uint8Array> & { destroy(): unknown };
}

export class GuardedPoster {
  readonly #options: GuardedPosterOptions;
  readonly #agent: Agent;

  constructor(options: GuardedPosterOptions) {
    this.#options = options;
    this.#agent = createGuardedAgent({
      rules: options.egress,
      maxConnections: options.maxConnections,
      connectTimeoutMs: options.timeoutMs,
      ca: options.ca,
    });
  }

  /**
   * What `read` makes of the answer, which it has the rest of the time for. Rejects when no status came back in time,
   * or when the URL's address is forbidden.
   */
  async post<Read>(
    { url, headers, body }: PostRequest,
    signal: AbortSignal,
    read: (answer: PostAnswer) => Promise<Read>,
  ): Promise<Read> {
    const { clock, timeoutMs, egress } = this.#options;
    assertAllowed(url, egress);
    const limit = { clock, timeoutMs, signal, overdue: `no answer within ${timeoutMs} ms` };
    return withinTime(limit, async ({ signal }) => {
      const dispatcher = this.#agent;
      const response = await request(url, { method: 'POST', headers, body, dispatcher, signal });
      const contentType = response.headers['content-type'];
      const retryAfter = response.headers['retry-after'];
      const retryAfterMs = parseRetryAfter(
        typeof retryAfter === 'string' ? retryAfter : undefined,
        clock.nowMs(),
      );
      return await read({
        status: response.statusCode,
        ...(typeof contentType === 'string' && { contentType }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        body: response.body,
      });
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}
