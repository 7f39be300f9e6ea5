import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOf, type StreamStart } from '../../../api/events/resumption.ts';

const CASES: [what: string, id: string | undefined, start: StreamStart][] = [
  ['nothing: with what happens next', undefined, { next: 31 }],
  ['an empty id, as if there were none', '', { next: 31 }],
  ['the newest', 'e1-30', { next: 31 }],
  ['one that is kept', 'e1-25', { next: 26 }],
  ['the oldest that is kept', 'e1-21', { next: 22 }],
  ['the last that is no longer kept: nothing is missing', 'e1-20', { next: 21 }],
  ['one before that', 'e1-19', { next: 21, fault: 'late', missedCount: 1 }],
  ['the place before the first event', 'e1-0', { next: 21, fault: 'late', missedCount: 20 }],
  ['one that has not been', 'e1-31', { next: 21, fault: 'unknown' }],
  ['one of an earlier process', 'e0-25', { next: 21, fault: 'unknown' }],
  ['one whose epoch only begins alike', 'e11-25', { next: 21, fault: 'unknown' }],
  ['one of another system', '2f1c', { next: 21, fault: 'unknown' }],
  ['no number', 'e1-2x', { next: 21, fault: 'unknown' }],
  ['a negative number', 'e1--1', { next: 21, fault: 'unknown' }],
];

describe('a stream whose client has seen', () => {
  for (const [what, id, start] of CASES) {
    it(what, () => assert.deepEqual(startOf(id, 'e1', { oldest: 21, newest: 30 }), start));
  }
});
