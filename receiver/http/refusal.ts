// A request that is not taken, with the answer that says why. The one list of answers other than 200.

export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 413 | 415 | 429 | 500 | 503;

export interface RefusalOptions extends ErrorOptions {
  /** One word of a closed list, for senders that act upon the reason. */
  readonly code?: string;
}

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: RefusalStatus;
  /** Response headers beside those of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly code: string | undefined;

  /** `message` is for the sender: it quotes nothing of the request. A `cause` is a fault of ours, for the log. */
  constructor(
    status: RefusalStatus,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    options: RefusalOptions = {},
  ) {
    super(message, options);
    this.status = status;
    this.headers = headers;
    this.code = options.code;
  }
}

/** `Retry-After` in whole seconds, at least one: a sender must not come back at once. */
export function retryAfter(delayMs: number): { readonly 'retry-after': string } {
  return { 'retry-after': String(Math.max(1, Math.ceil(delayMs / 1_000))) };
}
