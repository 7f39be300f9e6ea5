import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { rowOf } from '../../support/golden.ts';
import { testOutcomes, type OutcomeRow } from '../../support/outcome-table.ts';
import { transitionOf } from '../../support/transition.ts';

const ANSWERS: readonly OutcomeRow[] = [
  [202, { status: 'ok' }, 'delivered', 'it is taken'],
  [400, { errors: ['bad request'] }, 'dead', 'it will never be taken'],
  [403, { errors: ['Forbidden'] }, 'credential', 'the key is not one of this site'],
  [413, '', 'too_large', 'with fewer details it fits'],
  [500, '', 'retry', 'Datadog is at fault'],
];
const HOUR_MS = 3_600_000;

for (const version of ['v1', 'v2'] as const) {
  const adapter = ADAPTERS[`datadog_events-${version}`];

  describe(`what an answer of Datadog's events ${version} means`, () => testOutcomes(adapter, ANSWERS));

  describe(`the time of an event of ${version}`, () => {
    const transition = transitionOf();
    const row = rowOf(adapter, transition);

    it('is its own for as long as Datadog takes it: the stored bytes go out', () => {
      for (const hours of [0, 1, 17]) {
        assert.equal(adapter.request(row, transition.occurredAtMs + hours * HOUR_MS).body, row.body);
      }
    });

    it('is left to Datadog when it would be refused for its age, and stays readable in the event', () => {
      for (const hours of [17.9, 18.1, 150]) {
        const { body } = adapter.request(row, transition.occurredAtMs + hours * HOUR_MS);
        assert.doesNotMatch(body, /"timestamp"|"date_happened"/);
        assert.match(body, /2026-01-01T00:00:00\.000Z/);
        const [late, stored] = [JSON.parse(body) as object, JSON.parse(row.body) as object];
        assert.deepEqual(
          Object.keys(late),
          Object.keys(stored).filter((key) => key !== 'date_happened'),
        );
      }
    });
  });
}

describe('an event of v1', () => {
  it('begins with its mentions, so that no cut can take them', () => {
    const { text } = JSON.parse(ADAPTERS['datadog_events-v1'].render(transitionOf())) as { text: string };
    assert.match(text, /^@slack-video\n/);
  });
});
