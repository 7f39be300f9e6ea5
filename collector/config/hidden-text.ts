// What of a file may be shown beside a problem. A value is shown only where a schema says that it is no secret: a
// token under a mistyped key stays hidden too.
import type { ConfigProblem } from './model.ts';
import type { ConfigNode } from './node.ts';
import type { Shape } from './shape.ts';
import type { Place, SourceFile } from './source-file.ts';

export const MASK = '[REDACTED]';

type Range = readonly [start: number, end: number];

/** What is known to be harmless in one file. */
export class ShownText {
  readonly #source: SourceFile;
  readonly #shown: Range[] = [];
  readonly #hidden: Range[] = [];

  constructor(source: SourceFile, tree: ConfigNode | undefined, shape: Shape) {
    this.#source = source;
    if (tree !== undefined) this.#sort(tree, shape);
  }

  /** The line of a place, up to the first thing on it that must not be seen. */
  positionOf(place: Place): NonNullable<ConfigProblem['position']> {
    const { line, column } = this.#source.positionOf(place.start);
    const range = this.#source.rangeOfLine(line);
    const whole = this.#source.text.slice(range.start, range.end);
    const cut = this.#firstHidden(range.start, range.end);
    const text = cut === undefined ? whole : whole.slice(0, cut - range.start) + MASK;
    return { file: this.#source.name, line, column, text };
  }

  #firstHidden(start: number, end: number): number | undefined {
    const hidden = this.#hidden
      .filter(([from, to]) => from < end && to > start)
      .map(([from]) => Math.max(from, start));
    const firstHidden = hidden.length === 0 ? undefined : Math.min(...hidden);
    const stop = firstHidden ?? end;
    for (let at = start; at < stop; at++) {
      const inside = this.#shown.find(([from, to]) => from <= at && at < to);
      if (inside !== undefined) {
        at = inside[1] - 1;
        continue;
      }
      const character = this.#source.text[at]!;
      // A comment may be shown; anything else that the parser did not recognise may be a part of a value.
      if (character === '#') return firstHidden;
      if (!/[\s:,{}[\]?&*<|>+-]/.test(character)) return at;
    }
    return firstHidden;
  }

  #sort(node: ConfigNode, shape: Shape | undefined): void {
    if (shape === undefined || shape.isSecret) {
      if (!isEmpty(node)) this.#add(this.#hidden, node.at, node.anchoredAt);
      return;
    }
    if (node.kind === 'map' && (shape.types.has('object') || shape.types.size === 0)) {
      for (const [key, { keyAt, value }] of node.entries) {
        this.#add(this.#shown, keyAt);
        this.#sort(value, shape.child(key));
      }
    } else if (node.kind === 'list' && shape.types.has('array')) {
      for (const [index, item] of node.items.entries()) this.#sort(item, shape.item(index));
    } else if (node.kind === 'scalar' && shape.isOpen) {
      this.#add(this.#shown, node.at, node.anchoredAt);
    } else if (!isEmpty(node)) {
      this.#add(this.#hidden, node.at, node.anchoredAt);
    }
  }

  #add(ranges: Range[], ...places: (Place | undefined)[]): void {
    for (const place of places) {
      if (place?.source === this.#source) ranges.push([place.start, place.end]);
    }
  }
}

function isEmpty(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
