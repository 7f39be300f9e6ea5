// The grammar of `${…}` inside one value. Only the text is read here; nothing is looked up.

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reference'; readonly written: string; readonly body: readonly Part[] };

export type ParsedReferences =
  | { readonly ok: true; readonly parts: readonly Part[] }
  | { readonly ok: false; readonly message: string; readonly hint: string };

const MAX_DEPTH = 20;

/**
 * Splits a value into plain text and references, innermost ones nested. `$$` is a dollar sign, so `$${A}` is the text
 * `${A}`; a dollar sign before anything but `{` is one too. Braces inside a reference have to pair up.
 */
export function parseReferences(text: string): ParsedReferences {
  let at = 0;
  let problem: { message: string; hint: string } | undefined;

  const readParts = (depth: number): Part[] => {
    const parts: Part[] = [];
    let plain = '';
    let openBraces = 0;
    const flush = () => {
      if (plain !== '') parts.push({ kind: 'text', text: plain });
      plain = '';
    };
    while (at < text.length && problem === undefined) {
      if (text.startsWith('$$', at)) {
        plain += '$';
        at += 2;
      } else if (text.startsWith('${', at)) {
        flush();
        parts.push(readReference(depth + 1));
      } else {
        const character = text[at]!;
        if (depth > 0 && character === '}' && openBraces === 0) break;
        if (character === '{') openBraces += 1;
        else if (character === '}') openBraces -= 1;
        plain += character;
        at += 1;
      }
    }
    flush();
    return parts;
  };

  const readReference = (depth: number): Part => {
    const start = at;
    if (depth > MAX_DEPTH) {
      problem = { message: 'references nest too deeply', hint: `at most ${MAX_DEPTH} levels` };
      return { kind: 'text', text: '' };
    }
    at += 2;
    const body = readParts(depth);
    if (at >= text.length) {
      problem ??= { message: '"${" without its "}"', hint: 'write "$${" for the two characters themselves' };
    }
    at += 1;
    return { kind: 'reference', written: text.slice(start, at), body };
  };

  const parts = readParts(0);
  return problem === undefined ? { ok: true, parts } : { ok: false, ...problem };
}

export interface SplitBody {
  readonly head: readonly Part[];
  /** What stands after the first `:-`; absent when there is none. An empty list is the empty default. */
  readonly fallback?: readonly Part[];
}

/** Splits `env:NAME:-default` at its first `:-`. */
export function splitDefault(body: readonly Part[]): SplitBody {
  for (const [index, part] of body.entries()) {
    const cut = part.kind === 'text' ? part.text.indexOf(':-') : -1;
    if (part.kind !== 'text' || cut === -1) continue;
    const head = [...body.slice(0, index), { ...part, text: part.text.slice(0, cut) }];
    return { head, fallback: [{ ...part, text: part.text.slice(cut + 2) }, ...body.slice(index + 1)] };
  }
  return { head: body };
}
