// One request over the guarded pool, answered as a whole within its time. No retries, no redirects and no idea of what is
// sent: whoever asks decides what an answer means. What is read without an end goes through guarded-getter.ts.
import { request, type Agent } from 'undici';
import type { Clock } from '../clock.ts';
import type { EgressRules } from './address-rules.ts';
import { assertAllowed, createGuardedAgent } from './guarded-agent.ts';
import { parseRetryAfter } from './retry-after.ts';
import { withinTime } from './within-time.ts';

export interface GuardedClientOptions {
  /** How long an answer may take, with its body. */
  readonly timeoutMs: number;
  readonly egress: EgressRules;
  readonly maxConnections: number;
  readonly clock: Clock;
  /** Authorities that are trusted in place of the usual ones, as PEM. */
  readonly ca?: string | undefined;
}

export interface ExchangeRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The head of an answer, and its body to be read or destroyed. */
export interface ExchangeAnswer {
  readonly status: number;
  /** Absent when the answer has none, or several. */
  readonly contentType?: string;
  readonly retryAfterMs?: number;
  /** A header by its lower-case name; undefined when the answer has none, or several. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array> & { destroy(): unknown };
}

export class GuardedClient {
  readonly #options: GuardedClientOptions;
  readonly #agent: Agent;

  constructor(options: GuardedClientOptions) {
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
  async exchange<Read>(
    { method, url, headers, body }: ExchangeRequest,
    signal: AbortSignal,
    read: (answer: ExchangeAnswer) => Promise<Read>,
  ): Promise<Read> {
    const { clock, timeoutMs, egress } = this.#options;
    assertAllowed(url, egress);
    const limit = { clock, timeoutMs, signal, overdue: `no answer within ${timeoutMs} ms` };
    return withinTime(limit, async ({ signal }) => {
      const dispatcher = this.#agent;
      const response = await request(url, { method, headers, body: body ?? null, dispatcher, signal });
      const header = (name: string) => {
        const value = response.headers[name];
        return typeof value === 'string' ? value : undefined;
      };
      const contentType = header('content-type');
      const retryAfterMs = parseRetryAfter(header('retry-after'), clock.nowMs());
      return await read({
        status: response.statusCode,
        ...(contentType !== undefined && { contentType }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        header,
        body: response.body,
      });
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}
