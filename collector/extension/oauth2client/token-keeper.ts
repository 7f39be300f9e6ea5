// The token at hand: fetched when it is first needed, renewed before it ends, and never by two requests at once. Knows
// when to ask for one and nothing of how that is done.
import type { Clock } from '../../clock.ts';
import type { Secret } from '../../secret.ts';
import { TokenRequestError, type GrantedToken } from './token-request.ts';
import { TryPace } from './try-pace.ts';

/** A token that had served for so long when it was refused was good once: the refusals before it count no more. */
const PROVEN_MS = 60_000;

export interface TokenKeeperOptions {
  readonly clock: Clock;
  /** How long before its end a token is renewed. */
  readonly expiryBufferMs: number;
  /** Asks for a token; rejects with a TokenRequestError. */
  readonly request: () => Promise<GrantedToken>;
  /** Told after each request: why there is no new token, or undefined when there is one. */
  readonly onOutcome: (fault: TokenRequestError | undefined) => void;
}

interface HeldToken {
  readonly token: Secret;
  readonly grantedAtMs: number;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

export class TokenKeeper {
  readonly #options: TokenKeeperOptions;
  #held: HeldToken | undefined;
  #underWay: Promise<HeldToken> | undefined;
  #lastFault: TokenRequestError | undefined;
  readonly #failures = new TryPace();
  /** Renewals because a token was refused. A receiver that refuses every token must not wear out the token endpoint. */
  readonly #refusals = new TryPace();

  constructor(options: TokenKeeperOptions) {
    this.#options = options;
  }

  /** Rejects with a TokenRequestError; at once while the last failure is too fresh for another try. */
  async token(): Promise<Secret> {
    const held = this.#held;
    const nowMs = this.#options.clock.nowMs();
    if (held === undefined || nowMs >= held.expiresAtMs) return (await this.#fetch()).token;
    // The old one serves until the new one is there. That this fails has been told by then.
    if (nowMs >= held.renewAtMs) this.#fetch().catch(() => {});
    return held.token;
  }

  /** After `refused` (absent: the token at hand) was refused. Whether the token at hand is another one now. */
  async renew(refused: string | undefined): Promise<boolean> {
    const before = this.#held;
    const beforeText = before?.token.reveal();
    if (refused !== undefined && beforeText !== undefined && refused !== beforeText) return true;
    const nowMs = this.#options.clock.nowMs();
    if (this.#underWay === undefined) {
      if (before !== undefined && nowMs - before.grantedAtMs >= PROVEN_MS) this.#refusals.reset();
      if (!this.#refusals.mayTry(nowMs)) return false;
      this.#refusals.tried(nowMs);
    }
    try {
      return (await this.#fetch()).token.reveal() !== beforeText;
    } catch {
      return false;
    }
  }

  #fetch(): Promise<HeldToken> {
    if (this.#underWay !== undefined) return this.#underWay;
    if (this.#lastFault !== undefined && !this.#failures.mayTry(this.#options.clock.nowMs())) {
      return Promise.reject(this.#lastFault);
    }
    const underWay = this.#ask().finally(() => (this.#underWay = undefined));
    this.#underWay = underWay;
    return underWay;
  }

  async #ask(): Promise<HeldToken> {
    const { clock, request, onOutcome } = this.#options;
    const askedAtMs = clock.nowMs();
    let fault: TokenRequestError | undefined;
    try {
      this.#held = this.#heldFrom(await request(), askedAtMs);
      this.#failures.reset();
      return this.#held;
    } catch (error) {
      fault = error instanceof TokenRequestError ? error : new TokenRequestError('the token request failed');
      this.#failures.tried(clock.nowMs(), fault.retryAfterMs);
      throw fault;
    } finally {
      this.#lastFault = fault;
      onOutcome(fault);
    }
  }

  /** Its life counts from when it was asked for: how long the answer was on its way is not known. */
  #heldFrom({ token, lifeMs = Infinity }: GrantedToken, askedAtMs: number): HeldToken {
    const expiresAtMs = askedAtMs + lifeMs;
    // A token that lives shorter than twice the buffer would otherwise be renewed all the time.
    const bufferMs = Math.min(this.#options.expiryBufferMs, lifeMs / 2);
    return { token, grantedAtMs: askedAtMs, renewAtMs: expiresAtMs - bufferMs, expiresAtMs };
  }
}
