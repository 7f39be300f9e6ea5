// A PNG made smaller is the same picture: seen by a filter written the other way round.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { smallerPng } from '../../screenshots/smaller-png.ts';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

function header(width: number, height: number, depth: number, colours: number): Buffer {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, depth, colours, 0, 0, 0]);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  return chunk('IHDR', data);
}

/** As a browser writes it: each line by a filter of its own, the data in two chunks. */
function written(pixels: Buffer, width: number, filters: readonly number[], bytesPerPixel: number): Buffer {
  const length = width * bytesPerPixel;
  const lines = filters.map((filter, row) => {
    const pixel = (y: number, x: number) => (y < 0 || x < 0 ? 0 : pixels[y * length + x]!);
    const line = Array.from({ length }, (_, at) => {
      const [a, b, c] = [
        pixel(row, at - bytesPerPixel),
        pixel(row - 1, at),
        pixel(row - 1, at - bytesPerPixel),
      ];
      const p = a + b - c;
      const nearest = [a, b, c].reduce((best, each) =>
        Math.abs(p - each) < Math.abs(p - best) ? each : best,
      );
      const prediction = [0, a, b, Math.floor((a + b) / 2), nearest][filter]!;
      return (pixel(row, at) - prediction) & 0xff;
    });
    return Buffer.from([filter, ...line]);
  });
  const packed = deflateSync(Buffer.concat(lines));
  return Buffer.concat([
    SIGNATURE,
    header(width, filters.length, 8, bytesPerPixel === 3 ? 2 : 6),
    chunk('IDAT', packed.subarray(0, 5)),
    chunk('IDAT', packed.subarray(5)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('a PNG made smaller', () => {
  it('has the same pixels, whatever filters it had', () => {
    const picture = fc
      .record({
        width: fc.integer({ min: 1, max: 9 }),
        filters: fc.array(fc.nat(4), { minLength: 1, maxLength: 9 }),
        bytesPerPixel: fc.constantFrom(3, 4),
      })
      .chain((shape) => {
        const length = shape.width * shape.bytesPerPixel * shape.filters.length;
        return fc.record({
          shape: fc.constant(shape),
          pixels: fc.uint8Array({ minLength: length, maxLength: length }),
        });
      });
    fc.assert(
      fc.property(picture, ({ shape: { width, filters, bytesPerPixel }, pixels }) => {
        const png = written(Buffer.from(pixels), width, filters, bytesPerPixel);
        const expected = written(
          Buffer.from(pixels),
          width,
          filters.map(() => 0),
          bytesPerPixel,
        );
        assert.deepEqual(partsOf(smallerPng(png)), partsOf(expected));
      }),
    );
  });

  it('is none of a kind that no browser writes', () => {
    const end = chunk('IEND', Buffer.alloc(0));
    for (const [depth, colours] of [
      [8, 3],
      [16, 2],
    ] as const)
      assert.throws(
        () => smallerPng(Buffer.concat([SIGNATURE, header(1, 1, depth, colours), end])),
        /no browser/,
      );
  });
});

/** The header, and the lines as they lie there; throws where a sum is wrong. */
function partsOf(png: Buffer): { head: string; lines: string } {
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const end = at + 8 + png.readUInt32BE(at);
    assert.equal(png.readUInt32BE(end), crc32(png.subarray(at + 4, end)));
    const type = png.toString('latin1', at + 4, at + 8);
    parts.set(type, Buffer.concat([parts.get(type) ?? Buffer.alloc(0), png.subarray(at + 8, end)]));
    at = end + 4;
  }
  return {
    head: parts.get('IHDR')!.toString('hex'),
    lines: inflateSync(parts.get('IDAT')!).toString('hex'),
  };
}
