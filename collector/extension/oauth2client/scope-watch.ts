// Tells the log where tokens allow something else than was asked for: too much is a risk that nobody wanted, and too
// little is why a request will be refused later. Once for each change, however often a token is renewed.
import type { Logger } from 'pino';
import type { Secret } from '../../secret.ts';
import { scopeDifference, shownScopes } from './scope-difference.ts';
import type { GrantedToken } from './token-request.ts';

const TEXTS = {
  surplus: {
    changed: 'the token allows more than was asked for',
    over: 'the token no longer allows more than was asked for',
  },
  missing: {
    changed: 'the token allows less than was asked for',
    over: 'the token allows all that was asked for again',
  },
} as const;

type Side = keyof typeof TEXTS;

export class ScopeWatch {
  readonly #asked: readonly string[];
  readonly #clientSecret: Secret;
  readonly #logger: Logger;
  /** What was said last of either side, as JSON; absent while there is nothing to say. */
  readonly #told = new Map<Side, string>();

  constructor(asked: readonly string[], clientSecret: Secret, logger: Logger) {
    this.#asked = asked;
    this.#clientSecret = clientSecret;
    this.#logger = logger;
  }

  granted({ scopes, token }: GrantedToken): void {
    const secrets = [token.reveal(), this.#clientSecret.reveal()];
    const difference = scopeDifference(this.#asked, scopes);
    for (const side of ['surplus', 'missing'] as const) this.#tell(side, difference[side], secrets);
  }

  #tell(side: Side, scopes: readonly string[], secrets: readonly string[]): void {
    const { changed, over } = TEXTS[side];
    if (scopes.length === 0) {
      if (this.#told.delete(side)) this.#logger.info(over);
      return;
    }
    const shown = shownScopes(scopes, secrets);
    const text = JSON.stringify(shown);
    if (this.#told.get(side) === text) return;
    this.#told.set(side, text);
    this.#logger.warn(shown, changed);
  }
}
