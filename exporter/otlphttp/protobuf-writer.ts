// Writes the protobuf wire format, as far as our own messages need it.

/** Wire types. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

const INITIAL_CAPACITY = 16_384;
/** Of a varint of 32 bits. */
const MAX_VARINT_BYTES = 5;

export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(INITIAL_CAPACITY);
  #length = 0;

  /** What was written so far. Later writing may change it. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  text(field: number, text: string): void {
    const byteLength = Buffer.byteLength(text);
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(byteLength);
    this.#makeRoom(byteLength);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
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
    const start = this.#length;
    write();
    // Only now the length is known, and how many bytes it takes, so what was written moves back by them.
    const end = this.#length;
    this.#varint(end - start);
    const prefix = Uint8Array.from(this.#bytes.subarray(end, this.#length));
    this.#bytes.copyWithin(start + prefix.length, start, end);
    this.#bytes.set(prefix, start);
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
