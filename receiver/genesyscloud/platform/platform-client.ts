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

const MAX_ANSWER_BYTES = 16 * 1_048_576;
/** How long nothing goes out after a 429 that names no time: where the guide begins its back-off. */
const USUAL_BLOCK_MS = 5_000;
const CORRELATION_ID = /^[\w.:-]{1,64}$/;

export class PlatformClient {
  readonly #parts: PlatformClientParts;

  constructor(parts: PlatformClientParts) {
    this.#parts = parts;
  }

  /** Never rejects. What it resolves to after `signal` has aborted means nothing. */
  async ask(request: PlatformRequest, signal: AbortSignal): Promise<PlatformAnswer> {
    const first = await this.#try(request, signal);
    if (first.kind !== 'refused_credential') return first;
    const isRenewed = (await this.#parts.authenticator?.refresh(first.credential)) ?? false;
    const second = isRenewed && !signal.aborted ? await this.#try(request, signal) : first;
    return second.kind === 'refused_credential' ? second.fault : second;
  }

  async #try(
    request: PlatformRequest,
    signal: AbortSignal,
  ): Promise<PlatformAnswer | { kind: 'refused_credential'; credential: Headers; fault: PlatformFault }> {
    const { authenticator } = this.#parts;
    let credential: Headers;
    try {
      credential = (await authenticator?.headers()) ?? {};
    } catch (error) {
      const cause = error instanceof CredentialRefusedError ? 'token_refused' : 'no_token';
      return { kind: 'failed', cause, reason: messageOf(error) };
    }
    await this.#turn(signal);
    if (signal.aborted) return { kind: 'failed', cause: 'unreachable', reason: 'the process is stopping' };
    const answer = await this.#exchange(request, credential, signal);
    if (answer.kind === 'answered' || answer.cause !== 'unauthorized') return answer;
    return { kind: 'refused_credential', credential, fault: answer };
  }

  /** Waits until the quota has room for one request. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { clock, quota } = this.#parts;
    while (!signal.aborted) {
      const waitMs = quota.take(clock.nowMs());
      if (waitMs === 0) return;
      await pause(clock, waitMs, signal);
    }
  }

  async #exchange(
    { method, path, body }: PlatformRequest,
    credential: Headers,
    signal: AbortSignal,
  ): Promise<PlatformAnswer> {
    const { client, baseUrl } = this.#parts;
    const url = new URL(baseUrl);
    const [pathname, search = ''] = path.split('?', 2);
    url.pathname = url.pathname.replace(/\/+$/, '') + pathname;
    url.search = search;
    const headers = {
      ...credential,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    try {
      return await client.exchange({ method, url, headers, ...text }, signal, (answer) => this.#read(answer));
    } catch (error) {
      return { kind: 'failed', cause: 'unreachable', reason: faultText(error) };
    }
  }

  async #read(answer: ExchangeAnswer): Promise<PlatformAnswer> {
    const { clock, quota } = this.#parts;
    const { status, retryAfterMs } = answer;
    const nowMs = clock.nowMs();
    const report = quotaReportOf((name) => answer.header(name));
    if (report !== undefined) quota.learn(report, nowMs);
    if (status < 200 || status > 299) {
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
    const bytes = await gather(answer.body);
    if (bytes === undefined) return unreadable(status, `it has more than ${MAX_ANSWER_BYTES} bytes`);
    if (bytes.length === 0) return { kind: 'answered', status, body: undefined };
    try {
      return { kind: 'answered', status, body: JSON.parse(bytes.toString('utf8')) as unknown };
    } catch {
      // What the parser says quotes the answer.
      return unreadable(status, 'it is no JSON');
    }
  }
}

function unreadable(status: number, reason: string): PlatformFault {
  return { kind: 'failed', cause: 'unreadable', reason: `the answer can not be read: ${reason}`, status };
}

/** Undefined when there is more than may be. */
async function gather(body: ExchangeAnswer['body']): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of body) {
    byteCount += chunk.byteLength;
    if (byteCount > MAX_ANSWER_BYTES) {
      body.destroy();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, byteCount);
}
