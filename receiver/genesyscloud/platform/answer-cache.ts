// What has just been answered is not asked again, and what is being asked is not asked a second time: equal questions
// within a minute cost one request. Failures are answers to nobody but those who waited for them.
import type { Clock } from '../../../collector/clock.ts';
import type { PlatformAnswer, PlatformRequest } from './platform-client.ts';

/** The guide's. */
const KEPT_MS = 60_000;
/** The oldest goes first: an answer may be large, and few questions come again. */
const MAX_ANSWERS = 16;

interface Kept {
  readonly answer: PlatformAnswer;
  readonly untilMs: number;
}

interface Flight {
  readonly answer: Promise<PlatformAnswer>;
  /** Of the one who asks. */
  readonly signal: AbortSignal;
}

const GIVEN_UP: PlatformAnswer = { kind: 'failed', cause: 'unreachable', reason: 'the process is stopping' };

export class AnswerCache {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  readonly #flights = new Map<string, Flight>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `ask` never rejects. Neither does this. */
  async answer(
    request: PlatformRequest,
    signal: AbortSignal,
    ask: (request: PlatformRequest, signal: AbortSignal) => Promise<PlatformAnswer>,
  ): Promise<PlatformAnswer> {
    const key = JSON.stringify([request.method, request.path, request.body]);
    for (;;) {
      this.#forget();
      const kept = this.#kept.get(key);
      if (kept !== undefined) return kept.answer;
      const flight = this.#flights.get(key);
      if (flight === undefined) return this.#fly(key, signal, ask(request, signal));
      const answer = await unlessAborted(flight.answer, signal);
      if (signal.aborted) return GIVEN_UP;
      // Given up by the one who asked, and not by us: now it is our turn.
      if (answer.kind === 'answered' || !flight.signal.aborted) return answer;
    }
  }

  async #fly(key: string, signal: AbortSignal, answer: Promise<PlatformAnswer>): Promise<PlatformAnswer> {
    this.#flights.set(key, { answer, signal });
    const given = await answer;
    this.#flights.delete(key);
    if (given.kind === 'answered') {
      this.#kept.set(key, { answer: given, untilMs: this.#clock.nowMs() + KEPT_MS });
    }
    return given;
  }

  /** What is too old, and the oldest of too many; they stand in the order in which they came. */
  #forget(): void {
    const nowMs = this.#clock.nowMs();
    for (const [key, { untilMs }] of this.#kept) {
      if (untilMs > nowMs && this.#kept.size <= MAX_ANSWERS) return;
      this.#kept.delete(key);
    }
  }
}

function unlessAborted(answer: Promise<PlatformAnswer>, signal: AbortSignal): Promise<PlatformAnswer> {
  return new Promise((resolve) => {
    const end = () => resolve(GIVEN_UP);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    void answer.then((given) => {
      signal.removeEventListener('abort', end);
      resolve(given);
    });
  });
}
