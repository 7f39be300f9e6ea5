// One GET over the guarded pool. Its head must come within its time; its body may go on for ever, as long as it is never
// silent for longer than it may be. No retries, no redirects and no idea of what is read.
import { request, type Agent } from 'undici';
import type { EgressRules } from './address-rules.ts';
import { assertAllowed, createGuardedAgent } from './guarded-agent.ts';
import type { Clock } from '../clock.ts';
import { withinTime } from './within-time.ts';

export interface GuardedGetterOptions {
  /** How long the head of an answer may take. */
  readonly timeoutMs: number;
  readonly egress: EgressRules;
  readonly maxConnections: number;
  readonly clock: Clock;
  /** Authorities that are trusted in place of the usual ones, as PEM. */
  readonly ca?: string | undefined;
}

export interface GetRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** How long the body may be silent while somebody waits for it. */
  readonly silenceMs: number;
}

export interface GetAnswer {
  readonly status: number;
  /** A header by its lower-case name; undefined when the answer has none, or several. */
  header(name: string): string | undefined;
  /** To be read once. Throws a SilentPeerError after a silence that was too long, and anything when the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The connection may be there or not: nothing has come over it for too long. */
export class SilentPeerError extends Error {
  override readonly name = 'SilentPeerError';
}

export class GuardedGetter {
  readonly #options: GuardedGetterOptions;
  readonly #agent: Agent;

  constructor(options: GuardedGetterOptions) {
    this.#options = options;
    this.#agent = createGuardedAgent({
      rules: options.egress,
      maxConnections: options.maxConnections,
      connectTimeoutMs: options.timeoutMs,
      ca: options.ca,
    });
  }

  /**
   * What `read` makes of the answer, for which it has as much time as it needs. What it has left of the body is thrown
   * away with the connection. Rejects when no head came in time, or when the URL's address is forbidden.
   */
  async get<Read>(
    { url, headers, silenceMs }: GetRequest,
    signal: AbortSignal,
    read: (answer: GetAnswer) => Promise<Read>,
  ): Promise<Read> {
    const { clock, timeoutMs, egress } = this.#options;
    assertAllowed(url, egress);
    const limit = { clock, timeoutMs, signal, overdue: `no answer within ${timeoutMs} ms` };
    return withinTime(limit, async (watch) => {
      const response = await request(url, { headers, dispatcher: this.#agent, signal: watch.signal });
      watch.met();
      const fallSilent = () => watch.abort(new SilentPeerError(`no byte for ${silenceMs} ms`));
      try {
        return await read({
          status: response.statusCode,
          header: (name) => {
            const value = response.headers[name];
            return typeof value === 'string' ? value : undefined;
          },
          body: neverSilent(response.body, () => clock.after(silenceMs, fallSilent)),
        });
      } finally {
        // It reports its own end as an error, to nobody in particular.
        response.body.on('error', () => {}).destroy();
      }
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** The same chunks, with a timer running while one is waited for: a reader that takes its time is no silence. */
async function* neverSilent(
  body: AsyncIterable<Uint8Array>,
  watch: () => { cancel(): void },
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  for (;;) {
    const timer = watch();
    let next;
    try {
      next = await chunks.next();
    } finally {
      timer.cancel();
    }
    if (next.done === true) return;
    yield next.value;
  }
}
