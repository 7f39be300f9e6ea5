// Bytes as they come → lines. A line ends with CR, LF or both, wherever the chunks are cut, and has a longest length: of a
// longer one nothing is kept but that there was one.
import { GrowingBytes } from './growing-bytes.ts';

const [LF, CR] = [0x0a, 0x0d];

/** Longest line, and longest event of several lines: thousands of times a single sample. */
export const MAX_PAYLOAD_BYTES = 1_048_576;

/** Undefined stands for a line that was too long. A line may be a view of the chunk: use it before the next one comes. */
export type Line = Uint8Array | undefined;

export class LineSplitter {
  readonly #held = new GrowingBytes();
  #isOverlong = false;
  /** The last byte was a CR: an LF after it belongs to the same end. */
  #wasCr = false;

  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = this.#wasCr && chunk[0] === LF ? 1 : 0;
    if (chunk.length > 0) this.#wasCr = false;
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte !== LF && byte !== CR) continue;
      lines.push(this.#end(chunk.subarray(start, at)));
      if (byte === CR) {
        if (at + 1 === chunk.length) this.#wasCr = true;
        else if (chunk[at + 1] === LF) at += 1;
      }
      start = at + 1;
    }
    this.#hold(chunk.subarray(start));
    return lines;
  }

  /** What stands after the last end of a line; none when there is nothing. */
  end(): Line[] {
    return this.#held.length > 0 || this.#isOverlong ? [this.#end(new Uint8Array())] : [];
  }

  #end(rest: Uint8Array): Line {
    const isWhole = this.#held.length === 0 && !this.#isOverlong;
    if (isWhole && rest.length <= MAX_PAYLOAD_BYTES) return rest;
    this.#hold(rest);
    const isOverlong = this.#isOverlong;
    this.#isOverlong = false;
    return isOverlong ? undefined : this.#held.take();
  }

  #hold(piece: Uint8Array): void {
    if (this.#isOverlong || piece.length === 0) return;
    if (this.#held.length + piece.length <= MAX_PAYLOAD_BYTES) {
      this.#held.append(piece);
      return;
    }
    this.#isOverlong = true;
    this.#held.clear();
  }
}
