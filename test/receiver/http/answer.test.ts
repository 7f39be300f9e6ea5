// The status of an answer, by what became of the entries of a body.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerOf } from '../../../receiver/http/answer.ts';

const ROWS: [
  accepted: number,
  duplicates: number,
  filtered: number,
  bad: number,
  full: number,
  200 | 400 | 429,
][] = [
  [1, 0, 0, 0, 0, 200],
  [1, 0, 0, 1, 1, 200],
  [0, 1, 0, 1, 1, 200],
  [0, 0, 0, 0, 0, 200],
  [0, 0, 0, 1, 0, 400],
  [0, 0, 0, 0, 1, 429],
  [0, 0, 0, 1, 1, 429],
  [0, 0, 2, 0, 0, 200],
  // What is filtered was understood: the body is no mistake.
  [0, 0, 1, 1, 0, 200],
  // Sent again, the one is filtered again, and the other may find room.
  [0, 0, 1, 0, 1, 429],
  [1, 0, 1, 0, 1, 200],
];

const rejections = (count: number) =>
  Array.from({ length: count }, () => ({ index: 0, path: '', reason: '' }));

describe('the answer to a body', () => {
  for (const [acceptedCount, duplicateCount, filteredCount, bad, full, status] of ROWS) {
    const counts = `${acceptedCount} accepted, ${duplicateCount} repeated, ${filteredCount} filtered`;
    it(`is ${status} to ${counts}, ${bad} malformed and ${full} without room`, () => {
      const entries = { malformed: rejections(bad), withoutRoom: rejections(full), roomAfterMs: 1_500 };
      const answer = answerOf({ acceptedCount, duplicateCount, filteredCount, ...entries });
      assert.equal(answer.status, status);
      assert.deepEqual(answer.headers, status === 429 ? { 'retry-after': '2' } : {});
      assert.equal(answer.body.filtered, filteredCount);
      assert.equal(answer.body.rejected.length, bad + full);
    });
  }

  it('does not speak of a filter where there is none', () => {
    const none = { malformed: [], withoutRoom: [], roomAfterMs: 0 };
    const { body } = answerOf({ acceptedCount: 1, duplicateCount: 0, ...none });
    assert.equal(JSON.stringify(body), '{"accepted":1,"rejected":[],"duplicates":0}');
  });
});
