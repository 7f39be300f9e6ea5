// One POST to a destination: out through the egress guard, the status and the first bytes of the answer back. No retries
// and no redirects here; the outbox is what tries again.
import { GuardedClient, type GuardedClientOptions } from '../../collector/egress/guarded-client.ts';
import type { IncomingAnswer } from './adapter.ts';
import { readAnswer } from './excerpt.ts';

export interface HttpSenderOptions extends GuardedClientOptions {
  readonly url: URL;
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
  readonly #url: URL;
  readonly #client: GuardedClient;

  constructor({ url, ...options }: HttpSenderOptions) {
    this.#url = url;
    this.#client = new GuardedClient(options);
  }

  /** Rejects when no status came back in time: what then happened at the other end is not known. */
  post(
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
    { url = this.#url, secrets = [], answerBytes }: PostOptions = {},
  ): Promise<IncomingAnswer> {
    return this.#client.exchange({ method: 'POST', url, headers, body }, signal, async (answer) => {
      const { status, retryAfterMs } = answer;
      const { excerpt, text } = await readAnswer(answer.body, headers, {
        secrets,
        ...(answerBytes !== undefined && { textBytes: answerBytes }),
      });
      return {
        status,
        excerpt,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        ...(answerBytes !== undefined && { body: text }),
      };
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
