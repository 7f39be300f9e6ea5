import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Admission } from '../../../receiver/admission.ts';
import { compileFilter } from '../../../receiver/filter-expression/compile.ts';
import { admitRecords } from '../../../receiver/http/admit-records.ts';
import { endedEvent, qualitySample, SAMPLE_START_MS } from '../../support/quality-sample.ts';

const NOW_MS = SAMPLE_START_MS;
const bad = compileFilter('metrics.mos < 3.5');

function admission(maxSessions = 10): Admission {
  return new Admission({ maxSessions, sessionTimeoutMs: 60_000 });
}

describe('a filter before admission', () => {
  it('tells what it held back by its place', () => {
    const offered = [qualitySample({ mos: 4 }), qualitySample({ mos: 2 }), endedEvent()];
    const { records, filtered } = admitRecords(admission(), offered, NOW_MS, bad);
    assert.deepEqual([records, filtered], [[offered[1]], [0, 2]]);
  });

  it('is nothing to who has none', () => {
    const { records, filtered } = admitRecords(admission(), [qualitySample(), endedEvent()], NOW_MS);
    assert.deepEqual([records.length, filtered], [2, []]);
  });

  it('keeps what it holds back from taking room', () => {
    const sessions = admission(1);
    const offered = [qualitySample({ mos: 4 }), qualitySample({ sessionId: 's-2', mos: 2 })];
    const admitted = admitRecords(sessions, offered, NOW_MS, bad);
    assert.deepEqual([admitted.records, admitted.withoutRoom], [[offered[1]], []]);
    assert.equal(sessions.sessionCount, 1);
  });

  it('keeps what it holds back from making others late, or repetitions', () => {
    const offered = [
      qualitySample({ mos: 4, observedAtMs: NOW_MS + 5_000 }),
      qualitySample({ mos: 4 }),
      qualitySample({ mos: 2 }),
    ];
    const { records, duplicateCount, lateCount } = admitRecords(admission(), offered, NOW_MS, bad);
    assert.deepEqual([records, duplicateCount, lateCount], [[offered[2]], 0, 0]);
  });
});
