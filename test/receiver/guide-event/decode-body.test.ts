import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BodyFormat, GuideDecoder } from '../../../receiver/guide-event/decode-body.ts';
import { BodyError, MAX_ENTRIES } from '../../../receiver/guide-event/parse-json.ts';
import { DIMENSION_KEYS } from '../../../receiver/sample.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

function decode(body: string | Uint8Array, format: BodyFormat = 'json') {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return new GuideDecoder({ dimensions: DIMENSION_KEYS }).decode(bytes, format, NOW_MS);
}

function event(sessionId: string): string {
  return JSON.stringify({ session: { id: sessionId }, metrics: { mos: 4 } });
}

function sessionsOf(body: string | Uint8Array, format?: BodyFormat): readonly string[] {
  return decode(body, format).records.map(({ sessionId }) => sessionId);
}

function problemOf(body: string | Uint8Array, format?: BodyFormat): { kind: string; message: string } {
  try {
    decode(body, format);
  } catch (error) {
    if (error instanceof BodyError) return { kind: error.kind, message: error.message };
    throw error;
  }
  throw new Error('the body was taken');
}

describe('a JSON body', () => {
  it('may be one event', () => assert.deepEqual(sessionsOf(event('a')), ['a']));

  it('may be a list', () => assert.deepEqual(sessionsOf(`[${event('a')},${event('b')}]`), ['a', 'b']));

  it('may be an empty list', () => assert.deepEqual(sessionsOf('[]'), []));

  it('may hold its events under events or entities', () => {
    assert.deepEqual(sessionsOf(`{"events":[${event('a')}]}`), ['a']);
    assert.deepEqual(sessionsOf(`{"entities":[${event('a')}],"total":1}`), ['a']);
  });

  it('may begin with a byte order mark', () => assert.deepEqual(sessionsOf(`\ufeff${event('a')}`), ['a']));

  it('is one bad entry when it is JSON but no event', () => {
    for (const body of ['null', '7', '"text"', 'true', '{"events":7}']) {
      assert.equal(decode(body).rejected.length, 1, body);
    }
  });

  it('keeps the good entries beside the bad ones, and tells the index of each', () => {
    const { records, indexes, rejected } = decode(`[7,${event('a')},{},${event('b')}]`);
    assert.deepEqual(
      records.map(({ sessionId }) => sessionId),
      ['a', 'b'],
    );
    assert.deepEqual(indexes, [1, 3]);
    assert.deepEqual(
      rejected.map(({ index, path }) => [index, path]),
      [
        [0, ''],
        [2, 'session.id'],
      ],
    );
  });

  it('is refused with the place where it stops being JSON, and without a word of it', () => {
    assert.deepEqual(problemOf('{"secret":\n tru}'), {
      kind: 'malformed',
      message: 'the body is no JSON: it breaks at line 2, column 2',
    });
    assert.match(problemOf('[1,2').message, /at the end$/);
  });

  it('is refused when it is not UTF-8', () => {
    assert.match(problemOf(Buffer.from([0x22, 0xff, 0x22])).message, /UTF-8/);
    assert.match(problemOf(Buffer.from(event('a'), 'utf16le')).message, /no JSON/);
  });

  it('is refused when it has too many entries', () => {
    const entries = (count: number) => `[${new Array<string>(count).fill('0').join(',')}]`;
    assert.equal(decode(entries(MAX_ENTRIES)).rejected.length, MAX_ENTRIES);
    assert.equal(problemOf(entries(MAX_ENTRIES + 1)).kind, 'too_many_entries');
  });

  it('may be nested as deeply as it likes', () => {
    const depth = 200_000;
    assert.equal(decode('['.repeat(depth) + ']'.repeat(depth)).rejected.length, 1);
    assert.match(problemOf('['.repeat(depth)).message, /at the end/);
    assert.match(problemOf('{"event":'.repeat(depth)).message, /at the end/);
  });

  it('counts what it changed, body by body', () => {
    const decoder = new GuideDecoder({ dimensions: DIMENSION_KEYS });
    const ahead = { session: { id: 'a' }, metrics: { mos: 4 }, timestamp: NOW_MS + 60_000, site: '::1' };
    const body = Buffer.from(JSON.stringify([ahead, ahead]));
    for (let time = 0; time < 2; time += 1) {
      const { clampedCount, droppedAddressCount } = decoder.decode(body, 'json', NOW_MS);
      assert.deepEqual([clampedCount, droppedAddressCount], [2, 2]);
    }
  });
});

describe('a body of lines', () => {
  it('has one event a line', () => {
    assert.deepEqual(sessionsOf(`${event('a')}\n${event('b')}\n`, 'ndjson'), ['a', 'b']);
  });

  it('may have blank lines, and lines that end as on Windows', () => {
    const { indexes } = decode(`\r\n${event('a')}\r\n \t\r\n\n${event('b')}`, 'ndjson');
    assert.deepEqual(indexes, [0, 1]);
  });

  it('may begin with a byte order mark', () => {
    assert.deepEqual(sessionsOf(`\ufeff${event('a')}`, 'ndjson'), ['a']);
  });

  it('loses only the lines that are no JSON, no object or no UTF-8', () => {
    const body = Buffer.concat([
      Buffer.from(`${event('a')}\n{"oops\n[]\n`),
      Buffer.from([0xff, 0x0a]),
      Buffer.from(event('b')),
    ]);
    const { indexes, rejected } = decode(body, 'ndjson');
    assert.deepEqual(indexes, [0, 4]);
    assert.deepEqual(rejected, [
      { index: 1, path: '', reason: 'must be JSON, which breaks at the end' },
      { index: 2, path: '', reason: 'must be an object' },
      { index: 3, path: '', reason: 'must be UTF-8' },
    ]);
  });

  it('is refused when all lines are blank', () => {
    assert.deepEqual(problemOf('\n \n', 'ndjson'), { kind: 'malformed', message: 'the body is empty' });
  });

  it('is refused when it has too many entries', () => {
    assert.equal(problemOf('0\n'.repeat(MAX_ENTRIES + 1), 'ndjson').kind, 'too_many_entries');
  });
});
