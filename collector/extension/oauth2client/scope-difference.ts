// What a token endpoint grants against what was asked for (RFC 6749, sections 3.3 and 5.1). Pure. What an endpoint says may
// be anything, so only a few short names are shown, and the others counted.

export interface ScopeDifference {
  /** Granted and not asked for. */
  readonly surplus: readonly string[];
  /** Asked for and not granted. */
  readonly missing: readonly string[];
}

export interface ShownScopes {
  /** Sorted: in which order an endpoint lists them says nothing. */
  readonly scopes: readonly string[];
  /** How many more there are, which are too many, too long, or no scopes by the RFC's grammar. Absent: none. */
  readonly others?: number;
}

/** A scope's characters: printable ASCII but for blanks, quotes and backslashes. */
export const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const MAX_SHOWN = 10;
const MAX_SHOWN_LENGTH = 80;
const SAME: ScopeDifference = { surplus: [], missing: [] };

/** As the answer lists them. An empty text grants nothing. */
export function scopesOf(text: string): readonly string[] {
  return text.split(' ').filter((scope) => scope !== '');
}

/** `granted` is undefined where the answer does not say: then it is what was asked for. Who asked for none can't compare. */
export function scopeDifference(
  asked: readonly string[],
  granted: readonly string[] | undefined,
): ScopeDifference {
  // Microsoft's `…/.default` stands for whatever was consented to: the answer never has that name.
  const isOpen = asked.some((scope) => scope.endsWith('/.default'));
  if (asked.length === 0 || granted === undefined || isOpen) return SAME;
  return { surplus: without(granted, asked), missing: without(asked, granted) };
}

function without(scopes: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return [...new Set(scopes)].filter((scope) => !known.has(scope));
}

/** A scope is no secret; but a careless endpoint may have put one there. */
export function shownScopes(scopes: readonly string[], secrets: readonly string[]): ShownScopes {
  const isShowable = (scope: string) =>
    scope.length <= MAX_SHOWN_LENGTH &&
    SCOPE.test(scope) &&
    !secrets.some((secret) => scope.includes(secret));
  const shown = scopes.filter(isShowable).sort().slice(0, MAX_SHOWN);
  const others = scopes.length - shown.length;
  return { scopes: shown, ...(others > 0 && { others }) };
}
