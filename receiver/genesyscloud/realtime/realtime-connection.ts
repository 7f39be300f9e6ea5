// One try: asks for the stream, reads it for as long as it lasts, and tells how it ended. Waits for nothing but the
// platform and the next stage; when to try again is decided elsewhere.
import type { Clock } from '../../../collector/clock.ts';
import { faultText } from '../../../collector/egress/fault-text.ts';
import {
  type GetAnswer,
  type GuardedGetter,
  SilentPeerError,
} from '../../../collector/egress/guarded-getter.ts';
import { parseRetryAfter } from '../../../collector/egress/retry-after.ts';
import { withinTime } from '../../../collector/egress/within-time.ts';
import {
  type ClientAuthenticator,
  CredentialRefusedError,
} from '../../../collector/extension/authenticator.ts';
import { messageOf } from '../../../collector/errors.ts';
import type { Listening } from '../listening.ts';
import type { PulledIntake } from '../pulled-intake.ts';
import { quotaReportOf, type RequestQuota } from '../platform/request-quota.ts';
import { ACCEPT, answerFormatOf } from './answer-format.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { NdjsonParser } from './ndjson-parser.ts';
import type { Ending } from './next-try.ts';
import type { PayloadParser, Payloads, Resumption } from './payload-parser.ts';
import { SseParser } from './sse-parser.ts';

export interface RealtimeConnectionParts {
  readonly clock: Clock;
  readonly getter: Pick<GuardedGetter, 'get'>;
  readonly url: URL;
  /** Absent: requests go out without a credential. */
  readonly authenticator?: ClientAuthenticator | undefined;
  readonly intake: Pick<PulledIntake, 'take' | 'overlong'>;
  readonly listening: Listening;
  readonly quota: RequestQuota;
  /** How long a stream may be silent. */
  readonly silenceMs: number;
  /** Called when the platform answers with something that can be read. */
  answering(): void;
}

type Headers = Readonly<Record<string, string>>;

/** A stream that has lasted so long is no failure when it ends, even if it brought nothing. */
const PROVEN_MS = 60_000;
/** Longest answer that is no stream: more than 10,000 entries are refused anyway. */
const MAX_ANSWER_BYTES = 16 * 1_048_576;
const WHOLE_ANSWER_MS = 30_000;

export class RealtimeConnection {
  readonly resumption: Resumption = {};
  readonly #parts: RealtimeConnectionParts;

  constructor(parts: RealtimeConnectionParts) {
    this.#parts = parts;
  }

  /** Never rejects. What it resolves to after `signal` has aborted means nothing. */
  async run(signal: AbortSignal): Promise<Ending> {
    const { getter, url, authenticator, silenceMs } = this.#parts;
    let credential: Headers;
    try {
      credential = (await authenticator?.headers()) ?? {};
    } catch (error) {
      const kind = error instanceof CredentialRefusedError ? 'token_refused' : 'no_token';
      return { kind, reason: messageOf(error) };
    }
    const { lastEventId } = this.resumption;
    const headers = {
      ...credential,
      accept: ACCEPT,
      'cache-control': 'no-store',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    let hasAnswered = false;
    try {
      return await getter.get({ url, headers, silenceMs }, signal, (answer) => {
        hasAnswered = true;
        return this.#read(answer, credential, signal);
      });
    } catch (error) {
      return hasAnswered
        ? { kind: 'broken', isProven: false }
        : { kind: 'unreachable', reason: faultText(error) };
    }
  }

  async #read(answer: GetAnswer, credential: Headers, signal: AbortSignal): Promise<Ending> {
    const { clock, quota, authenticator, listening } = this.#parts;
    const { status } = answer;
    const report = quotaReportOf((name) => answer.header(name));
    if (report !== undefined) quota.learn(report, clock.nowMs());
    if (status === 401) {
      return { kind: 'unauthorized', isRenewed: (await authenticator?.refresh(credential)) ?? false };
    }
    if (status !== 200) {
      const retryAfterMs = parseRetryAfter(answer.header('retry-after'), clock.nowMs());
      return { kind: 'answered', status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
    const format = answerFormatOf(answer.header('content-type'));
    if (format === undefined) {
      return { kind: 'unreadable', reason: 'its Content-Type is neither SSE nor NDJSON nor JSON' };
    }
    if ((answer.header('content-encoding') ?? 'identity') !== 'identity') {
      return { kind: 'unreadable', reason: 'it is compressed, which was not asked for' };
    }
    if (format === 'json') return this.#readWhole(answer.body, signal);
    this.#parts.answering();
    listening.hear(clock.nowMs());
    return this.#readStream(
      answer.body,
      format === 'sse' ? new SseParser(this.resumption) : new NdjsonParser(),
      signal,
    );
  }

  async #readStream(body: GetAnswer['body'], parser: PayloadParser, signal: AbortSignal): Promise<Ending> {
    const { clock, listening } = this.#parts;
    const beganAtMs = clock.nowMs();
    let hasBrought = false;
    const take = async (payloads: Payloads) => {
      hasBrought ||= payloads.payloads.length > 0;
      await this.#take(payloads, signal);
    };
    const ended = (kind: 'ended' | 'broken'): Ending => ({
      kind,
      isProven: hasBrought || clock.nowMs() - beganAtMs >= PROVEN_MS,
    });
    const chunks = body[Symbol.asyncIterator]();
    for (;;) {
      let next;
      try {
        next = await chunks.next();
      } catch (error) {
        return error instanceof SilentPeerError ? { kind: 'silent', isProven: true } : ended('broken');
      }
      listening.hear(clock.nowMs());
      await take(next.done === true ? parser.end() : parser.push(next.value));
      if (next.done === true) return ended('ended');
    }
  }

  /** A plain JSON answer: what is there now, to be asked for again. */
  async #readWhole(body: GetAnswer['body'], signal: AbortSignal): Promise<Ending> {
    const { clock } = this.#parts;
    const bytes = new GrowingBytes();
    const limit = { clock, timeoutMs: WHOLE_ANSWER_MS, signal, overdue: 'the answer takes too long' };
    try {
      const isTooLong = await withinTime(limit, ({ signal }) => gather(body, bytes, signal));
      if (isTooLong) return { kind: 'unreadable', reason: `it has more than ${MAX_ANSWER_BYTES} bytes` };
    } catch (error) {
      return error instanceof SilentPeerError
        ? { kind: 'silent', isProven: false }
        : { kind: 'broken', isProven: false };
    }
    this.#parts.answering();
    const unreadableCount = await this.#take({ payloads: [bytes.take()], overlongCount: 0 }, signal);
    if (unreadableCount === 0) return { kind: 'polled' };
    return { kind: 'unreadable', reason: 'it is no JSON, or has too many entries' };
  }

  async #take({ payloads, overlongCount }: Payloads, signal: AbortSignal): Promise<number> {
    const { intake, listening, clock } = this.#parts;
    intake.overlong(overlongCount);
    if (payloads.length === 0) return 0;
    return intake.take({ payloads, listenedMs: listening.listenedMs(clock.nowMs()) }, signal);
  }
}

/** Whether there was more than may be. Rejects with the signal's reason when that aborts between two chunks. */
async function gather(body: GetAnswer['body'], bytes: GrowingBytes, timely: AbortSignal): Promise<boolean> {
  for await (const chunk of body) {
    timely.throwIfAborted();
    bytes.append(chunk);
    if (bytes.length > MAX_ANSWER_BYTES) return true;
  }
  return false;
}
