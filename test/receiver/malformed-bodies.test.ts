// Bodies that are broken in more than two hundred ways, sent over real HTTP: each gets an answer below 500, each good
// entry beside a bad one is kept, and the receiver goes on serving.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { MALFORMED_ENTRIES, MALFORMED_LINES } from './malformed-entries.ts';
import type { RequestOptions } from './http/exchange.ts';
import { goodEvent, type RunningReceiver, runReceiver } from './webrtcvideo/running-receiver.ts';

const MEBIBYTE = 1_048_576;
const NDJSON = { 'content-type': 'application/x-ndjson' };
const GZIP = { 'content-encoding': 'gzip' };
const GOOD = JSON.stringify(goodEvent());
const ZIPPED = gzipSync(GOOD);

/** Bodies of which nothing can be taken, whatever else is in them. */
const BROKEN: readonly (readonly [kind: string, status: number, body: unknown, options?: RequestOptions])[] =
  [
    ['nothing', 400, ''],
    ['blanks', 400, ' \n '],
    ['only a byte order mark', 400, '\ufeff'],
    ['two byte order marks', 400, `\ufeff\ufeff${GOOD}`],
    ['a list that breaks off', 400, `[${GOOD},`],
    ['a list with a comma at its end', 400, `[${GOOD},]`],
    ['two values', 400, `${GOOD}${GOOD}`],
    ['lines that are called JSON', 400, `${GOOD}\n${GOOD}`],
    ['NaN in a list', 400, `[${GOOD},NaN]`],
    ['a comment', 400, `[${GOOD}] // done`],
    ['a null byte', 400, Buffer.from([0])],
    ['random bytes', 400, Buffer.from([0x93, 0xff, 0x00, 0xc3, 0x28, 0xa0, 0xa1])],
    ['UTF-16', 400, Buffer.from(`\ufeff${GOOD}`, 'utf16le')],
    ['Latin-1', 400, Buffer.from('{"session":{"id":"Zoë"},"metrics":{"mos":4}}', 'latin1')],
    ['half a character of UTF-8', 400, Buffer.from(`${GOOD}é`).subarray(0, -1)],
    [
      'a surrogate in UTF-8',
      400,
      Buffer.concat([Buffer.from('["'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"]')]),
    ],
    ['200,000 open brackets', 400, '['.repeat(200_000)],
    ['100,000 open objects', 400, '{"a":'.repeat(100_000)],
    ['200,000 nested lists', 400, '['.repeat(200_000) + ']'.repeat(200_000)],
    ['no events under events', 400, '{"events":{"session":{"id":"bad"}}}'],
    ['events in events', 400, `{"events":[{"events":[${GOOD}]}]}`],
    ['a list in a list', 400, `[[${GOOD}]]`],
    ['a list as a line', 400, `[${GOOD}]`, { headers: NDJSON }],
    ['one event over many lines', 400, JSON.stringify(goodEvent(), null, 2), { headers: NDJSON }],
    ['10 MB', 413, Buffer.alloc(10 * MEBIBYTE, 0x20)],
    ['10 MB without its length', 413, Buffer.alloc(10 * MEBIBYTE, 0x20), { chunked: true }],
    ['10,001 entries', 413, `[${new Array(10_001).fill('0').join(',')}]`],
    ['10,001 lines', 413, '0\n'.repeat(10_001), { headers: NDJSON }],
    ['a gzip bomb', 413, gzipSync(Buffer.alloc(50 * MEBIBYTE)), { headers: GZIP }],
    [
      'a gzip bomb in many members',
      413,
      Buffer.concat(new Array(60).fill(gzipSync(Buffer.alloc(MEBIBYTE)))),
      { headers: GZIP },
    ],
    ['no gzip', 400, GOOD, { headers: GZIP }],
    ['gzip that breaks off', 400, ZIPPED.subarray(0, -9), { headers: GZIP }],
    ['gzip with a wrong checksum', 400, withByte(ZIPPED, ZIPPED.length - 6), { headers: GZIP }],
    ['gzip with a broken middle', 400, withByte(ZIPPED, 20), { headers: GZIP }],
    ['only the head of a gzip', 400, ZIPPED.subarray(0, 10), { headers: GZIP }],
    ['gzip of nothing', 400, gzipSync(''), { headers: GZIP }],
    ['gzip of gzip', 400, gzipSync(ZIPPED), { headers: GZIP }],
    ['zlib that is called gzip', 400, deflateSync(GOOD), { headers: GZIP }],
    ['gzip that is not called so', 400, ZIPPED],
    ['deflate', 415, deflateSync(GOOD), { headers: { 'content-encoding': 'deflate' } }],
    ['an unknown encoding', 415, GOOD, { headers: { 'content-encoding': 'zstd' } }],
    ['text', 415, GOOD, { headers: { 'content-type': 'text/plain' } }],
    ['XML', 415, GOOD, { headers: { 'content-type': 'application/xml' } }],
    ['a form', 415, GOOD, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['another kind of JSON', 415, GOOD, { headers: { 'content-type': 'application/vnd.api+json' } }],
    ['a prototype key for a type', 415, GOOD, { headers: { 'content-type': '__proto__' } }],
    ['another charset', 415, GOOD, { headers: { 'content-type': 'application/json; charset=iso-8859-1' } }],
  ];

describe('a malformed body', () => {
  let running: RunningReceiver;
  before(async () => {
    running = await runReceiver();
  });
  after(async () => {
    // Whatever came, it serves.
    assert.equal((await running.post(goodEvent('last'))).status, 200);
    assert.deepEqual(
      running.settings.lines.filter(({ level }) => level === 'error'),
      [],
    );
    await running.stop();
  });

  it('has more than two hundred kinds', () => {
    const kinds = [...MALFORMED_ENTRIES, ...MALFORMED_LINES, ...BROKEN.map(([kind]) => kind)];
    assert.equal(new Set(kinds).size, kinds.length, 'no kind is there twice');
    assert.ok(kinds.length >= 200, String(kinds.length));
  });

  for (const [index, entry] of MALFORMED_ENTRIES.entries()) {
    it(`loses only the bad entry ${shorten(entry)}`, async () => {
      const sessionId = `good-${index}`;
      const good = JSON.stringify(goodEvent(sessionId));
      const asList = await running.post(`[${good},${entry}]`);
      assert.equal(asList.status, 200, asList.text);
      assert.deepEqual([asList.json().accepted, asList.json().rejected?.[0]?.index], [1, 1]);
      assert.equal(running.records().at(-1)?.sessionId, sessionId);

      const asLines = await running.post(`${entry}\n${JSON.stringify(goodEvent(`${sessionId}-line`))}`, {
        headers: NDJSON,
      });
      assert.equal(asLines.status, 200, asLines.text);
      assert.deepEqual([asLines.json().accepted, asLines.json().rejected?.[0]?.index], [1, 0]);

      const alone = await running.post(`[${entry}]`);
      assert.equal(alone.status, 400, alone.text);
      assert.equal(alone.json().rejected?.length, 1);
    });
  }

  for (const [index, line] of MALFORMED_LINES.entries()) {
    it(`loses only the bad line ${shorten(line)}`, async () => {
      const goods = [`first-${index}`, `last-${index}`].map((id) => JSON.stringify(goodEvent(id)));
      const reply = await running.post(goods.join(`\n${line}\n`), { headers: NDJSON });
      assert.equal(reply.status, 200, reply.text);
      assert.equal(reply.json().accepted, 2);
      assert.deepEqual(
        reply.json().rejected?.map((rejection) => rejection.index),
        [1],
      );
      assert.equal((await running.post(`[${goods[0]},${line}]`)).status, 400);
    });
  }

  for (const [kind, status, body, options] of BROKEN) {
    it(`is answered with ${status}: ${kind}`, async () => {
      const before = running.records().length;
      const reply = await running.post(body, options);
      assert.equal(reply.status, status, reply.text);
      assert.equal(running.records().length, before);
    });
  }
});

function withByte(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 0xff;
  return copy;
}

/** For a title: short, and without control characters. */
function shorten(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?');
  return text.length > 90 ? `${printable.slice(0, 60)}… (${text.length} characters)` : printable;
}
