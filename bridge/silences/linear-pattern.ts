// A regular expression that is matched against a whole value in a time that grows with pattern × value, whatever either
// of them is: all ways through the pattern are followed at once and none is tried twice (Thompson's construction, as in
// RE2). The language's own matcher backtracks, so that `(a|a)*b` could stall the process for hours.
import { parsePattern, PatternError, type PatternNode } from './pattern-syntax.ts';

type Step =
  | { readonly kind: 'character'; accepts(character: string): boolean }
  | { readonly kind: 'edge'; readonly at: 'start' | 'end' }
  /** Goes on at each of these steps; the list is filled in when they are known. */
  | { readonly kind: 'fork'; readonly to: number[] }
  | { readonly kind: 'matched' };

/** Counts multiply: `(a{99}){99}` is short, and what it stands for is not. */
const MAX_NODES = 500;

export class LinearPattern {
  readonly #steps: readonly Step[];
  /** One turn for each character, and one before the first. */
  #turn = 0;
  readonly #seenInTurn: Float64Array;

  private constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.#seenInTurn = new Float64Array(steps.length);
  }

  /** Throws a PatternError. */
  static compile(text: string): LinearPattern {
    const program = new Program();
    program.append(parsePattern(text));
    program.steps.push({ kind: 'matched' });
    return new LinearPattern(program.steps);
  }

  /** Whether the pattern matches all of `value`. */
  matches(value: string): boolean {
    let readLength = 0;
    let reached: number[] = [];
    let before: number[] = [];
    this.#turn += 1;
    this.#follow(0, reached, true, value === '');
    for (const character of value) {
      if (reached.length === 0) return false;
      [before, reached] = [reached, before];
      reached.length = 0;
      readLength += character.length;
      this.#turn += 1;
      for (const at of before) {
        const step = this.#steps[at]!;
        if (step.kind !== 'character' || !step.accepts(character)) continue;
        this.#follow(at + 1, reached, false, readLength === value.length);
      }
    }
    return reached.includes(this.#steps.length - 1);
  }

  /** Adds to `reached` the steps that wait for a character, or are the last, beyond forks and edges: each once a turn. */
  #follow(at: number, reached: number[], isAtStart: boolean, isAtEnd: boolean): void {
    if (this.#seenInTurn[at] === this.#turn) return;
    this.#seenInTurn[at] = this.#turn;
    const step = this.#steps[at]!;
    if (step.kind === 'fork') {
      for (const next of step.to) this.#follow(next, reached, isAtStart, isAtEnd);
    } else if (step.kind !== 'edge') {
      reached.push(at);
    } else if (step.at === 'start' ? isAtStart : isAtEnd) {
      this.#follow(at + 1, reached, isAtStart, isAtEnd);
    }
  }
}

/** Who comes out of a node at its end goes on with the step that is appended next. */
class Program {
  readonly steps: Step[] = [];
  #nodeCount = 0;

  append(node: PatternNode): void {
    // Counted by node: what matches the empty text only has no steps, and may be repeated all the same.
    this.#nodeCount += 1;
    if (this.#nodeCount > MAX_NODES) throw new PatternError('is too large; use smaller counts');
    switch (node.kind) {
      case 'character':
      case 'edge':
        this.steps.push(node);
        return;
      case 'sequence':
        for (const part of node.parts) this.append(part);
        return;
      case 'choice':
        this.#appendChoice(node.options);
        return;
      case 'repeat':
        for (let count = 0; count < node.min; count += 1) this.append(node.part);
        if (node.max === Infinity) this.#appendLoop(node.part);
        else this.#appendOptional(node.part, node.max - node.min);
    }
  }

  #appendChoice(options: readonly PatternNode[]): void {
    const begin = this.#fork();
    const ends: number[][] = [];
    for (const option of options) {
      begin.push(this.steps.length);
      this.append(option);
      ends.push(this.#fork());
    }
    for (const end of ends) end.push(this.steps.length);
  }

  /** As often as it likes. */
  #appendLoop(part: PatternNode): void {
    const loopAt = this.steps.length;
    const loop = this.#fork();
    loop.push(this.steps.length);
    this.append(part);
    this.#fork().push(loopAt);
    loop.push(this.steps.length);
  }

  /** At most so many times. */
  #appendOptional(part: PatternNode, maxCount: number): void {
    const exits: number[][] = [];
    for (let count = 0; count < maxCount; count += 1) {
      const more = this.#fork();
      more.push(this.steps.length);
      this.append(part);
      exits.push(more);
    }
    for (const exit of exits) exit.push(this.steps.length);
  }

  #fork(): number[] {
    const to: number[] = [];
    this.steps.push({ kind: 'fork', to });
    return to;
  }
}
