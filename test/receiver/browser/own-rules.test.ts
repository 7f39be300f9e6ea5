import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyIdentityRules, clampTimes } from '../../../receiver/browser/own-rules.ts';
import type { SessionEvent } from '../../../receiver/sample.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

function event(fields: Partial<SessionEvent> = {}): SessionEvent {
  return {
    kind: 'event',
    type: 'connected',
    sessionId: 's-1',
    observedAtMs: NOW_MS,
    receivedAtMs: NOW_MS,
    dimensions: {},
    ...fields,
  };
}

describe('applyIdentityRules', () => {
  it('keeps the configured dimensions and no others', () => {
    const record = event({ dimensions: { site: 'berlin', isp: 'x', region: 'eu' } });
    const { dimensions } = applyIdentityRules(record, { dimensions: ['site', 'region'] });
    assert.deepEqual(dimensions, { site: 'berlin', region: 'eu' });
  });

  it('replaces agent ids when there is a key, and keeps them when there is none', () => {
    const record = event({ agentId: 'anna' });
    const pseudonymOf = (agentId: string) => `~${agentId}`;
    assert.equal(applyIdentityRules(record, { dimensions: [], pseudonymOf }).agentId, '~anna');
    assert.equal(applyIdentityRules(record, { dimensions: [] }).agentId, 'anna');
    assert.ok(!('agentId' in applyIdentityRules(event(), { dimensions: [], pseudonymOf })));
  });
});

describe('clampTimes', () => {
  it('leaves alone what is 30 s ahead', () => {
    const records = [event({ observedAtMs: NOW_MS + 30_000 })];
    assert.deepEqual(clampTimes(records, NOW_MS), { records, clampedCount: 0 });
  });

  it('sets the newest record of a session to its arrival, and moves the others along', () => {
    const records = [0, 20_000, 40_000].map((aheadMs) => event({ observedAtMs: NOW_MS + aheadMs }));
    const clamped = clampTimes(records, NOW_MS);
    assert.equal(clamped.clampedCount, 1);
    assert.deepEqual(
      clamped.records.map(({ observedAtMs }) => observedAtMs - NOW_MS),
      [-40_000, -20_000, 0],
    );
  });

  it('moves no session for the clock of another one', () => {
    const other = event({ sessionId: 's-2', observedAtMs: NOW_MS + 10_000 });
    const { records } = clampTimes([event({ observedAtMs: NOW_MS + 90_000 }), other], NOW_MS);
    assert.deepEqual(records[1], other);
  });

  it('never leaves anything more than 30 s ahead, and keeps all distances within a session', () => {
    const aheads = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(aheads, (aheadMs) => {
        const records = aheadMs.map((each) => event({ observedAtMs: NOW_MS + each }));
        const clamped = clampTimes(records, NOW_MS).records;
        for (const [index, { observedAtMs }] of clamped.entries()) {
          assert.ok(observedAtMs <= NOW_MS + 30_000);
          const distanceMs = records[index]!.observedAtMs - records[0]!.observedAtMs;
          assert.equal(observedAtMs - clamped[0]!.observedAtMs, distanceMs);
        }
      }),
    );
  });
});
