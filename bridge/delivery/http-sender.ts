// One POST: out over the guarded pool, the status and the first bytes of the answer back. No retries and no redirects
// here; the outbox is what tries again.
import { request, type Agent } from 'undici';
import type { Clock } from '../../collector/clock.ts';
import { assertAllowed, createGuardedAgent } from '../egress/guarded-agent.ts';
import type { EgressRules } from '../egress/address-rules.ts';
import type { IncomingAnswer } from './adapter.ts';
import { readAnswer } from './excerpt.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface HttpSenderOptions {
  readonly url: URL;
  readonly timeoutMs: number;
  readonly egress: EgressRules;
  readonly maxConnections: number;
  readonly clock: Clock;
}

export interface PostOptions {
  /** Another URL of the destination than its own. */
  readonly url?: URL;
  /** What of the URL and the body is secret. */
  readonly secrets?: readonly string[];
  /** How much of the answer's body is wanted. */
  readonly answerBytes?: number;
}

export class HttpSender {
  readonly #options: HttpSenderOptions;
  readonly #agent: Agent;

  constructor(options: HttpSenderOptions) {
    this.#options = options;
    this.#agent = createGuardedAgent({
      rules: options.egress,
      maxConnections: options.maxConnections,
      connectTimeoutMs: options.timeoutMs,
    });
  }

  /** Rejects when no status came back in time: what then happened at the other end is not known. */
  async post(
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
    { url = this.#options.url, secrets = [], answerBytes }: PostOptions = {},
  ): Promise<IncomingAnswer> {
    const { clock, timeoutMs, egress } = this.#options;
    assertAllowed(url, egress);
    const abort = new AbortController();
    const cancel = () => abort.abort(new Error('given up: the process is stopping'));
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    const timer = clock.after(timeoutMs, () => abort.abort(new Error(`no answer within ${timeoutMs} ms`)));
    try {
      const response = await request(url, {
        method: 'POST',
        headers,
        body,
        dispatcher: this.#agent,
        signal: abort.signal,
      });
      const header = response.headers['retry-after'];
      const retryAfterMs = parseRetryAfter(typeof header === 'string' ? header : undefined, clock.nowMs());
      const { excerpt, text } = await readAnswer(response.body, headers, {
        secrets,
        ...(answerBytes !== undefined && { textBytes: answerBytes }),
      });
      return {
        status: response.statusCode,
        excerpt,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        ...(answerBytes !== undefined && { body: text }),
      };
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', cancel);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}
