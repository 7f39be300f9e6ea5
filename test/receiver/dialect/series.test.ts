import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { series } from '../../../receiver/dialect/series.ts';

const body: unknown = JSON.parse(
  readFileSync(new URL('../../fixtures/captures/series-netns-loss-1.json', import.meta.url), 'utf8'),
);

describe('a capture of this project', () => {
  it('begins when it is said to, with a reading each second', () => {
    assert.ok(series.recognises(body));
    const { records, refusals } = series.decode(body, { identity: { sessionId: 's' }, receivedAtMs: 1e12 });
    assert.deepEqual(refusals, []);
    const seconds = records.map(({ observedAtMs }) => Math.round((observedAtMs - 1e12) / 1_000));
    assert.deepEqual(seconds.slice(0, 3), [1, 2, 3]);
    assert.equal(records[0]?.kind, 'reading');
    assert.equal(records[0]?.sessionId, 's');
  });

  it('is refused when it is none after all', () => {
    const { records, refusals } = series.decode(
      { phases: [], series: [{ t: 'now' }] },
      { identity: { sessionId: 's' }, receivedAtMs: 0 },
    );
    assert.deepEqual(records, []);
    assert.deepEqual(refusals, [{ index: 0, path: '', reason: 'must be a capture of this project' }]);
  });

  it('is nobody’s without an identity', () => {
    assert.deepEqual(series.decode(body, { receivedAtMs: 0 }).records, []);
  });
});
