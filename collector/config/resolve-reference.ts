// What one `${…}` stands for: a variable, a file's text, or YAML given in place.
import { resolve } from 'node:path';
import { nameHint } from './nearest-name.ts';
import type { Piece } from './node.ts';
import { readTextFile } from './read-text-file.ts';
import { splitDefault, type Part } from './references.ts';

const ENV_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]+):/;
const SCHEMES = ['env', 'file', 'yaml'];
/** Far above any token or certificate; a larger file was named by mistake. */
const MAX_FILE_MIB = 1;

/** A reference that can't be resolved. The message tells why; the line of the file shows which, unless it is secret. */
export class UnresolvedError extends Error {
  override readonly name = 'UnresolvedError';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Resolves the references of one value. Files are found relative to `folder`. */
export class Resolver {
  /** Variables that were neither set nor given a default; explicit ones were written with `env:`. */
  readonly unset: { readonly name: string; readonly isExplicit: boolean }[] = [];
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #folder: string;

  constructor(env: Readonly<Record<string, string | undefined>>, folder: string) {
    this.#env = env;
    this.#folder = folder;
  }

  async pieces(parts: readonly Part[]): Promise<Piece[]> {
    const pieces: Piece[] = [];
    for (const part of parts) {
      if (part.kind === 'text') pieces.push({ written: part.text, text: part.text });
      else pieces.push({ written: part.written, ...(await this.#resolve(part.body, part.written)) });
    }
    return pieces;
  }

  async #text(parts: readonly Part[]): Promise<string> {
    return (await this.pieces(parts)).map((piece) => piece.text).join('');
  }

  async #resolve(body: readonly Part[], written: string): Promise<Omit<Piece, 'written'>> {
    const { head, fallback } = splitDefault(body);
    const headText = await this.#text(head);
    const scheme = SCHEME.exec(headText)?.[1];
    const rest = scheme === undefined ? headText : headText.slice(scheme.length + 1);
    if (scheme === undefined || scheme === 'env') {
      return { text: await this.#variable(rest, fallback, scheme !== undefined) };
    }
    if (!SCHEMES.includes(scheme)) {
      throw new UnresolvedError('unknown scheme in "${…}"', nameHint(scheme, SCHEMES, 'valid schemes'));
    }
    // Only variables have defaults: elsewhere `:-` is text like any other.
    const opaque = fallback === undefined ? rest : `${rest}:-${await this.#text(fallback)}`;
    return scheme === 'file' ? this.#file(opaque, written) : { text: opaque };
  }

  /** The default counts only when the variable is not set at all: set but empty stays empty. */
  async #variable(name: string, fallback: readonly Part[] | undefined, isExplicit: boolean): Promise<string> {
    if (!ENV_NAME.test(name)) {
      const hint = `a name must match ${ENV_NAME.source}; write "$$\{" for the two characters "$\{" themselves`;
      throw new UnresolvedError('environment variable has invalid name', hint);
    }
    const value = Object.hasOwn(this.#env, name) ? this.#env[name] : undefined;
    if (value !== undefined) return value;
    if (fallback !== undefined) return this.#text(fallback);
    this.unset.push({ name, isExplicit });
    return '';
  }

  /** The text of a file without the one line break that editors put at its end. */
  async #file(name: string, written: string): Promise<Omit<Piece, 'written'>> {
    const path = resolve(this.#folder, name);
    const file = await readTextFile(path, MAX_FILE_MIB);
    if (file.ok) return { text: file.text.replace(/\r?\n$/, ''), file: path };
    const shown = written.startsWith('${file:') ? written : 'file';
    throw new UnresolvedError(`${shown}: ${file.reason}`, 'a relative path starts at the file that names it');
  }
}
