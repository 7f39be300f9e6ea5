// What one attempt came to, and the one table that says what an HTTP status means. A destination whose statuses mean
// something else has a table of its own beside its adapter.

/** Closed list; also the `outcome` attribute of the delivery metrics. */
export type Outcome =
  /** The destination has it. */
  | { readonly kind: 'delivered'; readonly reason: string }
  /** The destination had it already. */
  | { readonly kind: 'already_delivered'; readonly reason: string }
  /** Not now. `retryAfterMs` is the destination's own wish. */
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAfterMs?: number }
  /** The key is taken: by an attempt of ours that is still being processed there, or by one that has been. */
  | { readonly kind: 'conflict'; readonly reason: string }
  /** Too large: try again with less detail. */
  | { readonly kind: 'too_large'; readonly reason: string }
  /** Our credential is refused: hold everything, discard nothing. */
  | { readonly kind: 'credential'; readonly reason: string }
  /** The destination says that it is gone, until somebody configures another: hold everything, discard nothing. */
  | { readonly kind: 'disabled'; readonly reason: string }
  /** It will never be taken as it is. */
  | { readonly kind: 'dead'; readonly reason: string };

export function isDelivered({ kind }: Outcome): boolean {
  return kind === 'delivered' || kind === 'already_delivered';
}

/** The statuses that do not follow their class: 2xx delivered, 5xx and 1xx/3xx retry, 4xx dead. */
const STATUS_MEANING: Readonly<Record<number, Outcome['kind']>> = {
  401: 'credential',
  403: 'credential',
  407: 'credential',
  408: 'retry',
  409: 'conflict',
  // Standard Webhooks 1.0.0 and the CloudEvents webhook profile: the receiver wants nothing more here.
  410: 'disabled',
  413: 'too_large',
  425: 'retry',
  429: 'retry',
};

/** A redirect is not followed: the body and the credential would go to whom the answer names. */
export function outcomeOfStatus(status: number, retryAfterMs: number | undefined): Outcome {
  const reason = `status ${status}`;
  const kind = STATUS_MEANING[status] ?? meaningOfClass(status);
  if (kind === 'retry' && retryAfterMs !== undefined) return { kind, reason, retryAfterMs };
  return { kind, reason };
}

/** Nothing was heard, or not all: it may have been processed, so the same bytes go out again under the same key. */
export function outcomeOfFault(reason: string): Outcome {
  return { kind: 'retry', reason };
}

function meaningOfClass(status: number): Outcome['kind'] {
  if (status >= 200 && status < 300) return 'delivered';
  if (status >= 400 && status < 500) return 'dead';
  return 'retry';
}
