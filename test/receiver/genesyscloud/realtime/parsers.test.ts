import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MAX_PAYLOAD_BYTES } from '../../../../receiver/genesyscloud/realtime/line-splitter.ts';
import { NdjsonParser } from '../../../../receiver/genesyscloud/realtime/ndjson-parser.ts';
import type { PayloadParser, Resumption } from '../../../../receiver/genesyscloud/realtime/payload-parser.ts';
import { SseParser } from '../../../../receiver/genesyscloud/realtime/sse-parser.ts';

interface Read {
  readonly payloads: string[];
  overlongCount: number;
}

function read(parser: PayloadParser, chunks: readonly Uint8Array[]): Read {
  const whole: Read = { payloads: [], overlongCount: 0 };
  for (const { payloads, overlongCount } of [...chunks.map((chunk) => parser.push(chunk)), parser.end()]) {
    whole.payloads.push(...payloads.map((payload) => Buffer.from(payload).toString()));
    whole.overlongCount += overlongCount;
  }
  return whole;
}

function readSse(text: string, resumption: Resumption = {}): Read & Resumption {
  return { ...read(new SseParser(resumption), [Buffer.from(text)]), ...resumption };
}

const SSE: [rule: string, text: string, payloads: string[], resumption?: Resumption][] = [
  ['an event', 'data: {}\n\n', ['{}']],
  ['without a blank after the colon', 'data:{}\n\n', ['{}']],
  ['only one blank belongs to the colon', 'data:  1\n\n', [' 1']],
  ['data over several lines', 'data: {\ndata: }\n\n', ['{\n}']],
  ['an empty line of data among others', 'data: 1\ndata\ndata: 2\n\n', ['1\n\n2']],
  ['ends of lines by CR', 'data: 1\r\rdata: 2\r\r', ['1', '2']],
  ['ends of lines by CRLF', 'data: 1\r\n\r\ndata: 2\r\n\r\n', ['1', '2']],
  ['ends of lines mixed', 'data: 1\r\n\ndata: 2\r\r\ndata: 3\n\r', ['1', '2', '3']],
  ['comments', ': hello\ndata: 1\n:\n\n', ['1']],
  ['a comment alone as a heartbeat', ':\n\n: ping\n\n', []],
  ['an event without data as a heartbeat', 'event: x\n\ndata:\n\ndata: \n\n', []],
  ['an event that is called a heartbeat', 'event: heartbeat\ndata: {}\n\ndata: 1\n\n', ['1']],
  ['an event of any other name', 'event: webrtc-video\ndata: 1\n\n', ['1']],
  ['fields that nobody knows', 'foo: bar\ndata: 1\nfoo\n\n', ['1']],
  ['a byte order mark', '\ufeffdata: 1\n\n', ['1']],
  ['a byte order mark only at the beginning', 'data: 1\n\n\ufeffdata: 2\n\n', ['1']],
  ['an event that is cut off', 'data: 1\n\ndata: 2\n', ['1']],
  ['text beyond ASCII', 'data: "ü€😀"\n\n', ['"ü€😀"']],
  ['an id', 'id: 7\ndata: 1\n\n', ['1'], { lastEventId: '7' }],
  ['an id that stays for the next events', 'id: 7\ndata: 1\n\ndata: 2\n\n', ['1', '2'], { lastEventId: '7' }],
  ['the id of an event without data', 'id: 8\n\n', [], { lastEventId: '8' }],
  [
    'not the id of an event that is cut off',
    'id: 7\ndata: 1\n\nid: 8\ndata: 2\n',
    ['1'],
    { lastEventId: '7' },
  ],
  ['an empty id, which forgets', 'id: 7\ndata: 1\n\nid\ndata: 2\n\n', ['1', '2'], { lastEventId: undefined }],
  ['an id with a null, which counts for nothing', 'id: 7\n\nid: a\0b\n\n', [], { lastEventId: '7' }],
  ['an id that no header could carry', 'id: 7\n\nid: ü\n\n', [], { lastEventId: undefined }],
  ['a wish for the reconnect', 'retry: 2500\n\n', [], { lastEventId: undefined, retryMs: 2_500 }],
  ['a wish that is no number', 'retry: 25s\n\n', [], { lastEventId: undefined }],
];

describe('a stream of server-sent events has', () => {
  for (const [rule, text, payloads, resumption] of SSE) {
    it(rule, () => {
      const { payloads: found, overlongCount, ...rest } = readSse(text);
      assert.deepEqual([found, overlongCount], [payloads, 0]);
      if (resumption !== undefined) assert.deepEqual(rest, resumption);
    });
  }

  it('the id of the connection before it until it has one of its own', () => {
    assert.equal(readSse('data: 1\n\n', { lastEventId: '6' }).lastEventId, '6');
  });

  it('events of bounded length: what is longer is counted, and the next one is read', () => {
    const long = 'x'.repeat(MAX_PAYLOAD_BYTES);
    const half = 'x'.repeat(MAX_PAYLOAD_BYTES / 2);
    const { payloads, overlongCount } = readSse(
      `data: ${long}\n\ndata: 1\n\ndata: ${half}\ndata: ${half}\ndata: ${half}\n\ndata: 2\n\n`,
    );
    assert.deepEqual([payloads, overlongCount], [['1', '2'], 2]);
  });
});

const NDJSON: [rule: string, text: string, payloads: string[]][] = [
  ['a text a line', '{}\n[]\n', ['{}', '[]']],
  ['a last line without an end', '{}\n[]', ['{}', '[]']],
  ['CRLF', '{}\r\n[]\r\n', ['{}', '[]']],
  ['blank lines as heartbeats', '\n \t\n{}\n\r\n\n', ['{}']],
];

describe('a stream of NDJSON has', () => {
  for (const [rule, text, payloads] of NDJSON) {
    it(rule, () => assert.deepEqual(read(new NdjsonParser(), [Buffer.from(text)]).payloads, payloads));
  }

  it('lines of bounded length: what is longer is counted, and the next one is read', () => {
    const longest = 'x'.repeat(MAX_PAYLOAD_BYTES);
    const found = read(new NdjsonParser(), [Buffer.from(`${longest}\n${longest}x\n1\n${longest}x`)]);
    assert.equal(found.payloads[0]?.length, MAX_PAYLOAD_BYTES);
    assert.deepEqual([found.payloads.slice(1), found.overlongCount], [['1'], 2]);
  });

  it('no memory of a line that never ends', () => {
    const parser = new NdjsonParser();
    const chunk = Buffer.alloc(MAX_PAYLOAD_BYTES, 'x');
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 64; count += 1) parser.push(chunk);
    assert.ok(process.memoryUsage().arrayBuffers - before < 16 * MAX_PAYLOAD_BYTES);
  });
});

describe('any chunks', () => {
  const pieces = fc.constantFrom(
    'data: {"a":1}', 'data: ü😀', 'data', 'id: 7', 'id', 'event: ping', 'retry: 9', ': c', '{}', ' ', '\n', '\r', '\r\n', '\n\n', '\ufeff',
  ); // prettier-ignore
  const texts = fc.array(pieces, { maxLength: 30 }).map((parts) => Buffer.from(parts.join('')));

  function chunked(bytes: Buffer, cuts: readonly number[]): Buffer[] {
    const marks = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
    return marks.slice(1).map((mark, index) => bytes.subarray(marks[index], mark));
  }

  for (const [name, parse] of [
    [
      'server-sent events',
      (chunks: readonly Buffer[]) => {
        const resumption: Resumption = {};
        return { ...read(new SseParser(resumption), chunks), ...resumption };
      },
    ],
    ['NDJSON', (chunks: readonly Buffer[]) => read(new NdjsonParser(), chunks)],
  ] as const) {
    it(`give the same ${name}`, () => {
      fc.assert(
        fc.property(texts, fc.array(fc.nat(), { maxLength: 12 }), (bytes, cuts) => {
          assert.deepEqual(parse(chunked(bytes, cuts)), parse([bytes]));
        }),
        { numRuns: 500 },
      );
    });

    it(`give the same ${name} cut at every byte, and byte by byte`, () => {
      const bytes = Buffer.from(
        '\ufeffid: 1\r\ndata: {"é": 1}\r\n\r\n: c\rid: 2\rdata: {\rdata: }\r\rretry: 5\n\nevent: ping\ndata: x\n\n{"ü":"😀"}\n',
      );
      const whole = parse([bytes]);
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        assert.deepEqual(parse([bytes.subarray(0, cut), bytes.subarray(cut)]), whole, `cut at ${cut}`);
      }
      assert.deepEqual(parse([...bytes].map((byte) => Buffer.of(byte))), whole);
    });
  }
});
