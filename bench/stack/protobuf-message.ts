// Writes the four kinds of protobuf fields that an OTLP request of gauges is made of.

const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** A message, or bytes. */
export function bytesField(number: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([
    Buffer.from([...varint(number * 8 + LENGTH_DELIMITED), ...varint(length)]),
    ...parts,
  ]);
}

export function textField(number: number, text: string): Buffer {
  return bytesField(number, Buffer.from(text));
}

export function fixed64Field(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9, number * 8 + FIXED64);
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
}

export function doubleField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(9, number * 8 + FIXED64);
  bytes.writeDoubleLE(value, 1);
  return bytes;
}
