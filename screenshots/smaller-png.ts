// The same picture in fewer bytes. A browser filters each line of a PNG for photographs and compresses it in haste; flat
// colours and straight edges compress best as they are.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE_LENGTH = 8;
/** For three or four channels of eight bits, which is what a browser writes. */
const BYTES_PER_PIXEL: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** Throws on a PNG with a palette, with other depths, or interlaced. */
export function smallerPng(png: Buffer): Buffer {
  const chunks = chunksOf(png);
  const header = chunks[0]!.data;
  const [width, height, bytesPerPixel] = [
    header.readUInt32BE(0),
    header.readUInt32BE(4),
    BYTES_PER_PIXEL[header[9]!],
  ];
  if (bytesPerPixel === undefined || header[8] !== 8 || header[12] !== 0)
    throw new Error('a PNG that no browser writes');
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const plain = unfiltered(inflateSync(packed), width * bytesPerPixel, height, bytesPerPixel);
  return Buffer.concat([
    png.subarray(0, SIGNATURE_LENGTH),
    chunkOf('IHDR', header),
    chunkOf('IDAT', deflateSync(plain, { level: 9, memLevel: 9 })),
    chunkOf('IEND', Buffer.alloc(0)),
  ]);
}

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_LENGTH; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    chunks.push({ type, data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function chunkOf(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** Lines with their filter undone, each behind a 0, which says that it has none (PNG, section 9). */
function unfiltered(lines: Buffer, lineLength: number, height: number, bytesPerPixel: number): Buffer {
  const plain = Buffer.alloc(lines.length);
  for (let row = 0; row < height; row++) {
    const start = row * (lineLength + 1);
    const filter = lines[start]!;
    for (let at = start + 1; at <= start + lineLength; at++) {
      const hasLeft = at - start > bytesPerPixel;
      const left = hasLeft ? plain[at - bytesPerPixel]! : 0;
      const above = row > 0 ? plain[at - lineLength - 1]! : 0;
      const corner = hasLeft && row > 0 ? plain[at - lineLength - 1 - bytesPerPixel]! : 0;
      plain[at] = lines[at]! + predicted(filter, left, above, corner);
    }
  }
  return plain;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((each) => Math.abs(guess - each));
  if (toLeft! <= toAbove! && toLeft! <= toCorner!) return left;
  return toAbove! <= toCorner! ? above : corner;
}
