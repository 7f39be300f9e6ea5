// Server-sent events (WHATWG HTML, 9.2): fields line by line, an event at each blank line. Beyond the standard, an event
// has a longest length, and an id that no header could carry is none.
import { GrowingBytes } from './growing-bytes.ts';
import { type Line, LineSplitter, MAX_PAYLOAD_BYTES } from './line-splitter.ts';
import { isBlank, type PayloadParser, type Payloads, type Resumption } from './payload-parser.ts';

const [COLON, SPACE] = [0x3a, 0x20];
const LINE_FEED = Uint8Array.of(0x0a);
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** Events that say only that the stream is alive. All other names carry data: which ones, nobody has written down. */
const HEARTBEATS: ReadonlySet<string> = new Set(['heartbeat', 'keepalive', 'keep-alive', 'ping']);

/** What `Last-Event-ID` may carry (RFC 9110, 5.5), within reason. Empty: forget the id. */
const HEADER_VALUE = /^(?:[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?)?$/;

export class SseParser implements PayloadParser {
  readonly #lines = new LineSplitter();
  readonly #resumption: Resumption;
  readonly #data = new GrowingBytes();
  #hasData = false;
  #isOverlong = false;
  #name = '';
  /** Becomes the last event id with the event that it stands in. */
  #id: string | undefined;
  #isFirstLine = true;

  /** `resumption` is kept up to date: an id is that of an event whose payload was given out. */
  constructor(resumption: Resumption) {
    this.#resumption = resumption;
    this.#id = resumption.lastEventId;
  }

  push(chunk: Uint8Array): Payloads {
    const payloads: Uint8Array[] = [];
    let overlongCount = 0;
    for (const line of this.#lines.push(chunk)) {
      if (line?.length !== 0) {
        this.#field(line);
        continue;
      }
      const payload = this.#data.take();
      if (this.#isOverlong) overlongCount += 1;
      else if (!isBlank(payload) && !HEARTBEATS.has(this.#name)) payloads.push(payload);
      this.#finishEvent();
    }
    return { payloads, overlongCount };
  }

  /** An event without its blank line is none. */
  end(): Payloads {
    return { payloads: [], overlongCount: 0 };
  }

  #finishEvent(): void {
    this.#resumption.lastEventId = this.#id;
    this.#hasData = false;
    this.#isOverlong = false;
    this.#name = '';
  }

  #field(line: Line): void {
    if (line === undefined) {
      this.#isOverlong = true;
      return;
    }
    const field = this.#isFirstLine ? withoutMark(line) : line;
    this.#isFirstLine = false;
    const colon = field.indexOf(COLON);
    // A comment.
    if (colon === 0) return;
    const name = textOf(field.subarray(0, colon < 0 ? field.length : colon));
    const valueAt = colon < 0 ? field.length : field[colon + 1] === SPACE ? colon + 2 : colon + 1;
    const value = field.subarray(valueAt);
    if (name === 'data') this.#addData(value);
    else if (name === 'event') this.#name = textOf(value);
    else if (name === 'id') this.#setId(textOf(value));
    else if (name === 'retry') this.#setRetry(textOf(value));
  }

  #addData(value: Uint8Array): void {
    if (this.#isOverlong) return;
    if (this.#data.length + value.length >= MAX_PAYLOAD_BYTES) {
      this.#isOverlong = true;
      this.#data.clear();
      return;
    }
    if (this.#hasData) this.#data.append(LINE_FEED);
    this.#data.append(value);
    this.#hasData = true;
  }

  #setId(id: string): void {
    if (id.includes('\0')) return;
    this.#id = id !== '' && HEADER_VALUE.test(id) ? id : undefined;
  }

  #setRetry(digits: string): void {
    if (/^\d{1,9}$/.test(digits)) this.#resumption.retryMs = Number(digits);
  }
}

function withoutMark(line: Uint8Array): Uint8Array {
  return BYTE_ORDER_MARK.equals(line.subarray(0, 3)) ? line.subarray(3) : line;
}

/** Names, ids and numbers are ASCII where they mean something. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
