// Reads a regular expression into a tree: the part of RE2's syntax that Alertmanager's users write. What only a
// backtracking matcher could follow (back-references, look-around) is no part of it.

export type PatternNode =
  | { readonly kind: 'character'; accepts(character: string): boolean }
  | { readonly kind: 'edge'; readonly at: 'start' | 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number };

/** A pattern that can't be used. The message says what is wrong with it and quotes nothing of it. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

const MAX_LENGTH = 256;
/** As in RE2. How large a pattern grows by its counts is bounded where it is compiled. */
const MAX_COUNT = 1_000;
/** Escapes that mean a class of characters, or one that can't be written. */
const LETTER_ESCAPE = /^\\[dDwWsStnr]$/;

/** Throws a PatternError. */
export function parsePattern(text: string): PatternNode {
  if (text.length > MAX_LENGTH) throw new PatternError(`is longer than ${MAX_LENGTH} characters`);
  const reader = new PatternReader(Array.from(text));
  const node = reader.choice();
  if (!reader.isAtEnd) throw new PatternError('has a ")" without a "("');
  return node;
}

class PatternReader {
  readonly #characters: readonly string[];
  #position = 0;

  /** One element per code point. */
  constructor(characters: readonly string[]) {
    this.#characters = characters;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#characters.length;
  }

  choice(): PatternNode {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (!this.isAtEnd && this.#next !== '|' && this.#next !== ')') parts.push(this.#repeat());
    return { kind: 'sequence', parts };
  }

  #repeat(): PatternNode {
    const part = this.#atom();
    const count = this.#count();
    if (count === undefined) return part;
    // A lazy one finds another match, and finds one in the same cases.
    this.#take('?');
    if (this.#count() !== undefined)
      throw new PatternError('repeats a repetition; put the inner one in "()"');
    return { kind: 'repeat', part, ...count };
  }

  #count(): { readonly min: number; readonly max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Infinity };
    if (this.#take('+')) return { min: 1, max: Infinity };
    if (this.#take('?')) return { min: 0, max: 1 };
    if (!this.#take('{')) return undefined;
    const [whole, least, comma, most] = /^(\d+)(,?)(\d*)$/.exec(this.#until('}')) ?? [];
    if (whole === undefined)
      throw new PatternError('has a "{" that begins no count; write "\\{" for the brace');
    const min = Number(least);
    const max = comma === '' ? min : most === '' ? Infinity : Number(most);
    if (max < min) throw new PatternError('has a count whose end comes before its beginning');
    if (min > MAX_COUNT || (max > MAX_COUNT && max !== Infinity)) {
      throw new PatternError(`has a count above ${MAX_COUNT}`);
    }
    return { min, max };
  }

  #atom(): PatternNode {
    const character = this.#read();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return this.#characterClass();
      case '\\':
        return this.#escape();
      case '.':
        return { kind: 'character', accepts: () => true };
      case '^':
        return { kind: 'edge', at: 'start' };
      case '$':
        return { kind: 'edge', at: 'end' };
      case '*':
      case '+':
      case '?':
      case '{':
        throw new PatternError(`has a "${character}" with nothing before it to repeat`);
      default:
        return literal(character);
    }
  }

  #group(): PatternNode {
    if (this.#take('?') && !this.#take(':')) {
      throw new PatternError('has a "(?" that is no "(?:"; names, flags and look-around are not understood');
    }
    const node = this.choice();
    if (!this.#take(')')) throw new PatternError('has a "(" without a ")"');
    return node;
  }

  #escape(): PatternNode {
    if (this.isAtEnd) throw new PatternError('ends with a backslash');
    const character = this.#read();
    if (LETTER_ESCAPE.test(`\\${character}`)) return oneOf(`\\${character}`);
    if (/^[\p{L}\p{N}]$/u.test(character)) {
      throw new PatternError(
        'has an escape that is not understood; known are \\d \\w \\s \\D \\W \\S \\t \\n \\r',
      );
    }
    return literal(character);
  }

  /** What stands between the brackets is read by the language's own expressions, for one character at a time. */
  #characterClass(): PatternNode {
    let text = this.#take('^') ? '^' : '';
    let isEmpty = true;
    for (;;) {
      if (this.isAtEnd) throw new PatternError('has a "[" without a "]"');
      const character = this.#read();
      if (character === ']') break;
      if (character === '[') throw new PatternError('has a "[" inside of "[]"; write "\\[" for the bracket');
      text += character;
      if (character === '\\' && !this.isAtEnd) text += this.#read();
      isEmpty = false;
    }
    if (isEmpty) throw new PatternError('has empty brackets; write "\\]" for the bracket');
    return oneOf(`[${text}]`);
  }

  get #next(): string | undefined {
    return this.#characters[this.#position];
  }

  #read(): string {
    return this.#characters[this.#position++]!;
  }

  #take(character: string): boolean {
    if (this.#next !== character) return false;
    this.#position += 1;
    return true;
  }

  /** The text before the next `end`, which is passed over too; all that is left when there is none. */
  #until(end: string): string {
    let text = '';
    while (!this.isAtEnd && this.#next !== end) text += this.#read();
    return this.#take(end) ? text : '';
  }
}

function literal(wanted: string): PatternNode {
  return { kind: 'character', accepts: (character) => character === wanted };
}

function oneOf(characterClass: string): PatternNode {
  let test: RegExp;
  try {
    test = new RegExp(`^${characterClass}$`, 'u');
  } catch (cause) {
    throw new PatternError('has brackets that hold no set of characters', { cause });
  }
  return { kind: 'character', accepts: (character) => test.test(character) };
}
