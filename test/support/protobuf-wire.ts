// Reads the protobuf wire format without a schema: the fields of one message, as numbers and raw values. Written from the
// format's description, so that our exports are checked by something other than the library that wrote them.

/** Wire types that proto3 still uses. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A varint is a bigint; fixed-width and length-delimited values are their bytes. */
export type WireValue = bigint | Uint8Array;

/** The values of each field of one message by field number, in the order of the wire. Throws on anything malformed. */
export function readFields(bytes: Uint8Array): Map<number, WireValue[]> {
  const fields = new Map<number, WireValue[]>();
  let position = 0;

  const take = (length: number): Uint8Array => {
    if (position + length > bytes.length) throw new Error(`truncated at byte ${position}`);
    position += length;
    return bytes.subarray(position - length, position);
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = take(1)[0]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error(`endless varint before byte ${position}`);
  };
  const value = (wireType: number): WireValue => {
    switch (wireType) {
      case VARINT:
        return varint();
      case FIXED64:
        return take(8);
      case LENGTH_DELIMITED:
        return take(Number(varint()));
      case FIXED32:
        return take(4);
      default:
        throw new Error(`wire type ${wireType} at byte ${position}`);
    }
  };

  while (position < bytes.length) {
    const tag = Number(varint());
    const values = fields.get(tag >>> 3) ?? [];
    values.push(value(tag & 7));
    fields.set(tag >>> 3, values);
  }
  return fields;
}

export function asBytes(value: WireValue): Uint8Array {
  if (typeof value === 'bigint') throw new Error('a varint where bytes were expected');
  return value;
}

export function asText(value: WireValue): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(asBytes(value));
}

export function asDouble(value: WireValue): number {
  return viewOf(value).getFloat64(0, true);
}

export function asFixed64(value: WireValue): bigint {
  return viewOf(value).getBigUint64(0, true);
}

export function asSignedFixed64(value: WireValue): bigint {
  return viewOf(value).getBigInt64(0, true);
}

/** A repeated fixed-width field: packed into one value, or one value each. */
export function eachFixed64(values: readonly WireValue[]): Uint8Array[] {
  return values.flatMap((value) => {
    const bytes = asBytes(value);
    if (bytes.length % 8 !== 0) throw new Error(`${bytes.length} bytes of 64-bit values`);
    return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.subarray(index * 8, index * 8 + 8));
  });
}

function viewOf(value: WireValue): DataView {
  const bytes = asBytes(value);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
