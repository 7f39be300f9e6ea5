import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '../../../bridge/delivery/outcome.ts';
import { settlementOf } from '../../../bridge/delivery/settlement.ts';
import type { OutboxRow, Settlement } from '../../../bridge/outbox/outbox-store.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

const ROW: OutboxRow = {
  rowId: 1,
  destination: 'webhook',
  incidentId: 'i-1',
  sequence: 0,
  kind: 'opened',
  category: 'quality',
  subject: 's-1',
  severity: 'high',
  idempotencyKey: 'key',
  body: 'all of it',
  state: 'pending',
  attemptCount: 0,
  conflictCount: 0,
  createdAtMs: NOW_MS,
  nextAttemptAtMs: NOW_MS,
};

function settle(outcome: Outcome, row: Partial<OutboxRow> = {}): Settlement {
  return settlementOf({ ...ROW, ...row }, outcome, {
    schedule: { initialMs: 1_000, multiplier: 2, maxMs: 60_000, maxRetryAfterMs: 300_000 },
    nowMs: NOW_MS,
    random: 0,
    shrink: (body) => (body === 'all of it' ? 'less' : undefined),
  });
}

const later = (waitMs: number): Settlement => ({ state: 'pending', nextAttemptAtMs: NOW_MS + waitMs });

describe('what becomes of a row', () => {
  const reason = 'because';
  const rows: [rule: string, outcome: Outcome, row: Partial<OutboxRow>, settlement: Settlement][] = [
    ['delivered', { kind: 'delivered', reason }, {}, { state: 'delivered' }],
    ['delivered before', { kind: 'already_delivered', reason }, {}, { state: 'delivered' }],
    ['never to be taken: dead', { kind: 'dead', reason }, {}, { state: 'dead' }],
    ['a first failure: again after the first step', { kind: 'retry', reason }, {}, later(500)],
    [
      'a fifth failure: again after the fifth step',
      { kind: 'retry', reason },
      { attemptCount: 4 },
      later(8_000),
    ],
    [
      'after a week of failures: still again',
      { kind: 'retry', reason },
      { attemptCount: 10_000 },
      later(30_000),
    ],
    ['a Retry-After: not before', { kind: 'retry', reason, retryAfterMs: 20_000 }, {}, later(20_000)],
    [
      'a Retry-After beyond the SLA: at the SLA',
      { kind: 'retry', reason, retryAfterMs: 3_600_000 },
      {},
      later(300_000),
    ],
    [
      'a refused credential: held, never discarded',
      { kind: 'credential', reason },
      { attemptCount: 99 },
      later(30_000),
    ],
    [
      'a destination that is gone: held, never discarded',
      { kind: 'disabled', reason },
      { attemptCount: 99 },
      later(30_000),
    ],
    [
      'a first conflict: an attempt of ours may be under way there and may fail',
      { kind: 'conflict', reason },
      {},
      { ...later(500), isConflict: true } as Settlement,
    ],
    [
      'a second conflict: likewise',
      { kind: 'conflict', reason },
      { conflictCount: 1, attemptCount: 1 },
      { ...later(1_000), isConflict: true } as Settlement,
    ],
    [
      'a third conflict: it has been processed',
      { kind: 'conflict', reason },
      { conflictCount: 2, attemptCount: 2 },
      { state: 'delivered' },
    ],
    [
      'too large: at once again, with less',
      { kind: 'too_large', reason },
      {},
      { ...later(0), body: 'less' } as Settlement,
    ],
    ['too large although shrunk: dead', { kind: 'too_large', reason }, { body: 'less' }, { state: 'dead' }],
  ];
  for (const [rule, outcome, row, settlement] of rows) {
    it(rule, () => assert.deepEqual(settle(outcome, row), settlement));
  }
});
