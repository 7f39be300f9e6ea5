// The text of one configuration file, and places in it.

/** A piece of a file: from `start` up to, but not including, `end`, in UTF-16 units from the file's beginning. */
export interface Place {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

export class SourceFile {
  /** As the user named it. */
  readonly name: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  /** Line and column of an offset, both counted from 1. */
  positionOf(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#lineStarts[low]! + 1 };
  }

  /** Where a line, counted from 1, starts and ends; its line break is left out. */
  rangeOfLine(line: number): { readonly start: number; readonly end: number } {
    const start = this.#lineStarts[line - 1] ?? this.text.length;
    let end = this.#lineStarts[line] ?? this.text.length + 1;
    end -= 1;
    if (this.text[end - 1] === '\r' && end > start) end -= 1;
    return { start, end };
  }
}
