// What answers of a destination mean, as a table: one test per row.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DestinationAdapter, IncomingAnswer } from '../../bridge/delivery/adapter.ts';
import type { Outcome } from '../../bridge/delivery/outcome.ts';
import type { OutboxRow } from '../../bridge/outbox/outbox-store.ts';
import { rowOf } from './golden.ts';
import { CANARY } from './no-leak.ts';
import { transitionOf } from './transition.ts';

export type OutcomeRow = readonly [status: number, body: unknown, kind: Outcome['kind'], why: string];

/** An answer with this body: a text as it is, anything else as JSON. */
export function answerOf(status: number, body: unknown = '', retryAfterMs?: number): IncomingAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    status,
    excerpt: text.slice(0, 512),
    body: text,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

export function testOutcomes(
  adapter: DestinationAdapter,
  rows: readonly OutcomeRow[],
  row: OutboxRow = rowOf(adapter, transitionOf()),
): void {
  for (const [status, body, kind, why] of rows) {
    it(`${status} ${typeof body === 'string' ? body : JSON.stringify(body)} means ${kind}: ${why}`, () => {
      const outcome = adapter.outcome(answerOf(status, body), row);
      assert.equal(outcome.kind, kind);
      assert.match(outcome.reason, /status \d{3}/);
    });
  }

  it('passes on the wait that a 429 asks for', () => {
    const outcome = adapter.outcome(answerOf(429, '', 7_000), row);
    assert.deepEqual([outcome.kind, 'retryAfterMs' in outcome && outcome.retryAfterMs], ['retry', 7_000]);
  });

  it('quotes nothing of an answer but known words', () => {
    for (const status of [200, 202, 400, 403, 404, 500]) {
      const { reason } = adapter.outcome(
        answerOf(status, {
          ok: false,
          error: `bad ${CANARY}`,
          errors: [CANARY],
          message: CANARY,
          text: CANARY,
        }),
        row,
      );
      assert.ok(!reason.includes(CANARY), reason);
    }
  });
}
