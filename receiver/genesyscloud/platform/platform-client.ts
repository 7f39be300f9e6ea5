// One request in the platform's JSON, within the quota that all sources share, with the credential renewed once when it is
// refused. What a failure means, and when to ask again, is the caller's to decide.
import type { Clock } from '../../../collector/clock.ts';
import { faultText } from '../../../collector/egress/fault-text.ts';
import type { ExchangeAnswer, GuardedClient } from '../../../collector/egress/guarded-client.ts';
import { messageOf } from '../../../collector/errors.ts';
import {
  type ClientAuthenticator,
  CredentialRefusedError,
} from '../../../collector/extension/authenticator.ts';
import { pause } from '../../../collector/pause.ts';
import { type Cause, causeOfStatus } from './cause.ts';
import { readWhole } from './read-whole.ts';
import { quotaReportOf, type RequestQuota } from './request-quota.ts';

export interface PlatformRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** From the root of the API, encoded, such as `/api/v2/notifications/channels?x=y`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Parsed JSON; undefined where a success has no body, as 202 and 204 may. */
export type PlatformAnswer =
  { readonly kind: 'answered'; readonly status: number; readonly body: unknown } | PlatformFault;

export interface PlatformFault {
  readonly kind: 'failed';
  readonly cause: Cause;
  /** A phrase for people. */
  readonly reason: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** What the platform's support asks for. */
  readonly correlationId?: string;
}

export interface PlatformClientParts {
  readonly clock: Clock;
  readonly client: Pick<GuardedClient, 'exchange'>;
  /** May have a path of its own, where a gateway serves the API. */
  readonly baseUrl: URL;
  /** Absent: requests go out without a credential. */
  readonly authenticator?: ClientAuthenticator | undefined;
  readonly quota: RequestQuota;
}

type Headers = Readonly<Record<string, string>>;

/** How long nothing goes out after a 429 that names no time: where the guide begins its back-off. */
const USUAL_BLOCK_MS = 5_000;
const CORRELATION_ID = /^[\w.:-]{1,64}$/;

const STOPPING: PlatformFault = {
  kind: 'failed',
  cause: 'unreachable',
  reason: 'the process is stopping',
};

export class PlatformClient {
  readonly #parts: PlatformClientParts;

  constructor(parts: PlatformClientParts) {
    this.#parts = parts;
  }

  /**
   * Never rejects. What it resolves to after `signal` has aborted means nothing. `further` is a quota that the request
   * needs room in beside the shared one.
   */
  async ask(request: PlatformRequest, signal: AbortSignal, further?: RequestQuota): Promise<PlatformAnswer> {
    const first = await this.#try(request, signal, further);
    if (first.kind !== 'refused_credential') return first;
    const isRenewed = !signal.aborted && (await this.#renew(first.credential));
    const second = isRenewed && !signal.aborted ? await this.#try(request, signal, further) : first;
    return second.kind === 'refused_credential' ? second.fault : second;
  }

  async #try(
    request: PlatformRequest,
    signal: AbortSignal,
    further: RequestQuota | undefined,
  ): Promise<PlatformAnswer | { kind: 'refused_credential'; credential: Headers; fault: PlatformFault }> {
    let credential: Headers;
    try {
      // Before it waits for its turn, since a request without a token needs none; and after, since that may take an hour.
      await this.#credential();
      if (!(await this.#turn(signal, further))) return STOPPING;
      credential = await this.#credential();
    } catch (error) {
      const cause = error instanceof CredentialRefusedError ? 'token_refused' : 'no_token';
      return { kind: 'failed', cause, reason: messageOf(error) };
    }
    if (signal.aborted) return STOPPING;
    const answer = await this.#exchange(request, credential, signal);
    if (answer.kind === 'answered' || answer.cause !== 'unauthorized') return answer;
    return { kind: 'refused_credential', credential, fault: answer };
  }

  async #credential(): Promise<Headers> {
    return (await this.#parts.authenticator?.headers()) ?? {};
  }

  /** Whether the credential is another one now. An authenticator that fails has none. */
  async #renew(refused: Headers): Promise<boolean> {
    try {
      return (await this.#parts.authenticator?.refresh(refused)) ?? false;
    } catch {
      return false;
    }
  }

  /** Waits until all quotas have room for one request, and takes it of all of them; false when that will not be. */
  async #turn(signal: AbortSignal, further: RequestQuota | undefined): Promise<boolean> {
    const { clock, quota } = this.#parts;
    const quotas = further === undefined ? [quota] : [quota, further];
    while (!signal.aborted) {
      const nowMs = clock.nowMs();
      const waitMs = Math.max(...quotas.map((each) => each.waitMs(nowMs)));
      if (waitMs > 0) {
        await pause(clock, waitMs, signal);
        continue;
      }
      for (const each of quotas) each.take(nowMs);
      return true;
    }
    return false;
  }

  async #exchange(
    { method, path, body }: PlatformRequest,
    credential: Headers,
    signal: AbortSignal,
  ): Promise<PlatformAnswer> {
    const headers = {
      ...credential,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const request = { method, url: urlOf(this.#parts.baseUrl, path), headers, ...text };
    let hasAnswered = false;
    try {
      return await this.#parts.client.exchange(request, signal, (answer) => {
        hasAnswered = true;
        return this.#read(answer);
      });
    } catch (error) {
      return { kind: 'failed', cause: hasAnswered ? 'broken' : 'unreachable', reason: faultText(error) };
    }
  }

  async #read(answer: ExchangeAnswer): Promise<PlatformAnswer> {
    const { clock, quota } = this.#parts;
    const { status, retryAfterMs } = answer;
    const nowMs = clock.nowMs();
    const report = quotaReportOf((name) => answer.header(name));
    if (report !== undefined) quota.learn(report, nowMs);
    if (status >= 200 && status <= 299) return readWhole(status, answer.body);
    answer.body.destroy();
    const cause = causeOfStatus(status);
    if (cause === 'rate_limited') quota.block(retryAfterMs ?? USUAL_BLOCK_MS, nowMs);
    const correlationId = answer.header('inin-correlation-id') ?? '';
    return {
      kind: 'failed',
      cause,
      reason: `it answered ${status}`,
      status,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(CORRELATION_ID.test(correlationId) && { correlationId }),
    };
  }
}

function urlOf(baseUrl: URL, path: string): URL {
  const url = new URL(baseUrl);
  const queryAt = path.indexOf('?');
  const pathname = queryAt < 0 ? path : path.slice(0, queryAt);
  url.pathname = url.pathname.replace(/\/+$/, '') + pathname;
  url.search = queryAt < 0 ? '' : path.slice(queryAt);
  return url;
}
