import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ReadingEngine } from '../../../receiver/get-stats/reading-engine.ts';
import type { StatsReading } from '../../../receiver/get-stats/reading.ts';
import { camera, reading, sentCamera, START_MS } from './readings.ts';

const TIMEOUT_MS = 60_000;

function engineFor(maxSessions = 10): ReadingEngine {
  return new ReadingEngine({ maxSessions, sessionTimeoutMs: TIMEOUT_MS });
}

function of(sessionId: string, ...seconds: readonly number[]): StatsReading[] {
  return seconds.map((second) => reading(second, [camera(second)], { sessionId }));
}

describe('ReadingEngine', () => {
  it('tells for each record the reading that it came from', () => {
    const engine = engineFor();
    const readings = [...of('a', 0), ...of('b', 0), ...of('b', 5), ...of('a', 5)];
    const { records, indexes } = engine.take(readings, START_MS);
    assert.deepEqual(
      records.map(({ sessionId }) => sessionId),
      ['b', 'a'],
    );
    assert.deepEqual(indexes, [2, 3]);
    assert.equal(engine.sessionCount, 2);
  });

  it('gives the same records however readings are batched', () => {
    const readings = of('a', 0, 5, 10, 15, 20);
    const whole = engineFor().take(readings, START_MS).records;
    const engine = engineFor();
    const single = readings.flatMap((one) => engine.take([one], START_MS).records);
    assert.deepEqual(single, whole);
    assert.equal(whole.length, 4);
  });

  it('counts what it drops, and boundaries by cause', () => {
    const engine = engineFor();
    const changed = [5, 10].map((second) =>
      reading(second, [camera(second, {}, { codec: `video/${second}` }), sentCamera(second)], {
        sessionId: 'a',
      }),
    );
    const taken = engine.take([...of('a', 0), ...changed, ...of('a', 10, 5)], START_MS);
    assert.deepEqual([taken.duplicateCount, taken.lateCount], [1, 1]);
    assert.deepEqual([...taken.boundaryCounts], [['codec_change', 2]]);
    assert.deepEqual([...engine.take(of('b', 0), START_MS).boundaryCounts], []);
  });

  it('refuses a session for which there is no room, and takes the known ones', () => {
    const engine = engineFor(1);
    engine.take(of('a', 0), START_MS);
    const { records, withoutRoom } = engine.take([...of('b', 5), ...of('a', 5), ...of('b', 6)], START_MS);
    assert.deepEqual(withoutRoom, [0, 2]);
    assert.deepEqual(
      records.map(({ sessionId }) => sessionId),
      ['a'],
    );
  });

  it('makes room by forgetting the silent when it is full', () => {
    const engine = engineFor(1);
    engine.take(of('a', 0), START_MS);
    assert.deepEqual(engine.take(of('b', 0), START_MS + TIMEOUT_MS - 1).withoutRoom, [0]);
    // It has just looked.
    assert.deepEqual(engine.take(of('b', 0), START_MS + TIMEOUT_MS).withoutRoom, [0]);
    assert.deepEqual(engine.take(of('b', 0), START_MS + TIMEOUT_MS + 1_000).withoutRoom, []);
  });

  it('forgets a session that has been silent for the timeout, and one that has ended', () => {
    const engine = engineFor();
    engine.take(of('a', 0), START_MS);
    engine.take(of('b', 0), START_MS + 1);
    engine.sweep(START_MS + TIMEOUT_MS);
    assert.equal(engine.sessionCount, 1);
    engine.forget('b');
    assert.equal(engine.sessionCount, 0);
    assert.deepEqual(engine.take(of('a', 5), START_MS).records, []);
  });
});

describe('rollback', () => {
  const body = [...of('a', 5, 10), ...of('b', 0, 5)];

  it('lets the same body give the same again', () => {
    const engine = engineFor();
    engine.take(of('a', 0), START_MS);
    const first = engine.take(body, START_MS);
    first.rollback();
    assert.equal(engine.sessionCount, 1);
    const { rollback: _, ...second } = engine.take(body, START_MS);
    const { rollback: __, ...expected } = first;
    assert.deepEqual(second, expected);
    assert.deepEqual(second.indexes, [0, 1, 3]);
  });

  it('without it, the same body is all repetition', () => {
    const engine = engineFor();
    engine.take(body, START_MS);
    const { records, duplicateCount, lateCount } = engine.take(body, START_MS);
    assert.deepEqual([records.length, duplicateCount, lateCount], [0, 2, 2]);
  });

  it('leaves a session alone that a later batch has changed', () => {
    const engine = engineFor();
    engine.take([...of('a', 0), ...of('b', 0)], START_MS);
    const refused = engine.take([...of('a', 5), ...of('b', 5)], START_MS);
    engine.take(of('a', 10), START_MS);
    refused.rollback();
    const again = engine.take([...of('a', 5), ...of('b', 5)], START_MS);
    assert.deepEqual(
      again.records.map(({ sessionId }) => sessionId),
      ['b'],
    );
    assert.equal(again.lateCount, 1);
  });

  it('does not bring back a session that was forgotten since', () => {
    const engine = engineFor();
    engine.take(of('a', 0), START_MS);
    const refused = engine.take(of('a', 5), START_MS);
    engine.forget('a');
    refused.rollback();
    assert.equal(engine.sessionCount, 0);
  });

  it('is safe twice', () => {
    const engine = engineFor();
    const refused = engine.take(of('a', 0), START_MS);
    refused.rollback();
    engine.take(of('a', 0), START_MS);
    refused.rollback();
    assert.equal(engine.sessionCount, 1);
  });
});
