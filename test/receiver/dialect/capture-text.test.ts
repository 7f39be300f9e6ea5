import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCapture } from '../../../receiver/dialect/capture-text.ts';

const parse = (text: string) => parseCapture(Buffer.from(text));

describe('the text of a capture', () => {
  for (const [what, text, body] of [
    ['one JSON value', '{"a": [1,\n2]}\n', { a: [1, 2] }],
    ['JSON in one line without an end', '[1]', [1]],
    ['a line for each value', '[1]\n[2]\n', [[1], [2]]],
    ['lines that end as on Windows', '{"a":1}\r\n{"a":2}\r\n', [{ a: 1 }, { a: 2 }]],
    ['blank lines between them', '[1]\n\n \n[2]\n\n', [[1], [2]]],
    ['a byte order mark', '\ufeff{"a":1}', { a: 1 }],
    ['lines that are null', 'null\nnull\n', [null, null]],
    ['a file of rtcstats, without its first line', 'RTCStatsDump\n{"f":3}\n["g"]\n', [{ f: 3 }, ['g']]],
    ['a file of rtcstats that has metadata only', 'RTCStatsDump\n{"f":3}\n', [{ f: 3 }]],
  ] as const) {
    it(`may be ${what}`, () => assert.deepEqual(parse(text), { ok: true, body }));
  }

  it('drops a last line that was cut off, and says which', () => {
    assert.deepEqual(parse('[1]\n\n[2]\n["get'), { ok: true, body: [[1], [2]], cutOffLine: 4 });
  });

  it('drops a last line that was cut off within a character', () => {
    const bytes = Buffer.from('["ä"]\n["ä"]\n["ä').subarray(0, -1);
    assert.deepEqual(parseCapture(bytes), { ok: true, body: [['ä'], ['ä']], cutOffLine: 3 });
  });

  for (const [what, text, reason] of [
    ['is empty', ' \n', 'is empty'],
    ['has a broken line', '[1]\n\n[2,\n[3]\n', 'is no JSON in line 3: it breaks at column 4'],
    ['is JSON that was cut off', '{\n  "a": [1,\n', 'is no JSON: it breaks at the end'],
    ['is something else', 'PNG\n[1]\n', 'is no JSON: it breaks at line 1, column 1'],
  ] as const) {
    it(`is refused with the place when it ${what}`, () => {
      assert.deepEqual(parse(text), { ok: false, reason });
    });
  }

  it('is refused when it is not UTF-8', () => {
    assert.deepEqual(parseCapture(Buffer.from('[1]\n[\xff]\n[2]\n', 'latin1')), {
      ok: false,
      reason: 'is not UTF-8 in line 2',
    });
  });
});
