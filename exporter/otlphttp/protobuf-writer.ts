// Writes the protobuf wire format, as far as our own messages need it.

/** Wire types. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

const INITIAL_CAPACITY = 16_384;
/** Of a varint of 32 bits. */
const MAX_VARINT_BYTES = 5;
/** Of a UTF-16 code unit. */
const MAX_UTF8_BYTES = 3;
const MAX_SHORT_LENGTH = 64;

export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(INITIAL_CAPACITY);
  #length = 0;

  /** What was written so far. Later writing may change it. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  text(field: number, text: string): void {
    this.#tag(field, LENGTH_DELIMITED);
    const start = this.#startLength();
    this.#makeRoom(MAX_UTF8_BYTES * text.length);
    // Short texts of ASCII, which most are, cost a multiple when they are handed over to `write`.
    const { length } = text;
    let index = 0;
    for (; length <= MAX_SHORT_LENGTH && index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) break;
      this.#bytes[this.#length + index] = code;
    }
    this.#length += index === length ? length : this.#bytes.write(text, this.#length, 'utf8');
    this.#endLength(start);
  }

  /** `value` is an integer of at most 32 bits. */
  uint32(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.#varint(value);
  }

  fixed64(field: number, value: bigint): void {
    this.#tag(field, FIXED64);
    this.#makeRoom(8);
    this.#length = this.#bytes.writeBigUInt64LE(value, this.#length);
  }

  /** A message with what `write` writes into this writer. */
  message(field: number, write: () => void): void {
    this.#tag(field, LENGTH_DELIMITED);
    const start = this.#startLength();
    write();
    this.#endLength(start);
  }

  /** Leaves a byte for a length that is known only when what it counts is written. Returns where that begins. */
  #startLength(): number {
    this.#makeRoom(1);
    return ++this.#length;
  }

  /** Writes the length; what it counts moves on when one byte was not enough. */
  #endLength(start: number): void {
    const length = this.#length - start;
    let further = 0;
    for (let rest = length; rest > 0x7f; rest >>>= 7) further++;
    if (further > 0) {
      this.#makeRoom(further);
      this.#bytes.copyWithin(start + further, start, this.#length);
    }
    this.#length = start - 1;
    this.#varint(length);
    this.#length += length;
  }

  #tag(field: number, wireType: number): void {
    this.#varint((field << 3) | wireType);
  }

  #varint(value: number): void {
    this.#makeRoom(MAX_VARINT_BYTES);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  #makeRoom(byteCount: number): void {
    const needed = this.#length + byteCount;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
