// NDJSON: one JSON text a line. Blank lines are heartbeats.
import { type Line, LineSplitter } from './line-splitter.ts';
import { isBlank, type PayloadParser, type Payloads } from './payload-parser.ts';

export class NdjsonParser implements PayloadParser {
  readonly #lines = new LineSplitter();

  push(chunk: Uint8Array): Payloads {
    return payloadsOf(this.#lines.push(chunk));
  }

  end(): Payloads {
    return payloadsOf(this.#lines.end());
  }
}

function payloadsOf(lines: readonly Line[]): Payloads {
  const whole = lines.filter((line) => line !== undefined);
  return {
    payloads: whole.filter((line) => !isBlank(line)),
    overlongCount: lines.length - whole.length,
  };
}
