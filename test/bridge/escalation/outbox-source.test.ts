// How the outbox is asked for what waits: what a look costs must not grow with what has been told of.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { CREATE_ESCALATION_INDEX, OutboxEscalationSource } from '../../../bridge/escalation/outbox-source.ts';
import { INCIDENTS_MIGRATIONS } from '../../../bridge/outbox/schema.ts';
import type { Statement } from '../../../collector/extension/storage.ts';

/** The plans of all that is asked for in a look, a line each. */
async function plans(): Promise<readonly string[]> {
  const database = new DatabaseSync(':memory:');
  for (const script of [...INCIDENTS_MIGRATIONS, CREATE_ESCALATION_INDEX.sql]) database.exec(script);
  const lines: string[] = [];
  const explaining = {
    commit: () => Promise.resolve(),
    read({ sql, values }: Statement) {
      const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
      lines.push(...rows.map(({ detail }) => String(detail)));
      return Promise.resolve([]);
    },
  };
  const source = new OutboxEscalationSource(explaining, 'webhook');
  for (const step of [0, 1]) await source.readDue({ step, beforeMs: 0, limit: 10 });
  await source.readStillWaiting({ atMost: 1 });
  database.close();
  return lines;
}

describe('a look at the outbox', () => {
  it('finds rows by what has been told of them, and never reads through', async () => {
    const lines = await plans();
    const searches = lines.filter((line) => line.includes('outbox_by_escalation'));
    assert.ok(searches.length >= 6);
    for (const line of searches) assert.match(line, /\(destination=\? AND state=\? AND escalated_steps[=<>]/);
    assert.deepEqual(
      lines.filter((line) => /SCAN (outbox|told|attempts|transitions)/.test(line)),
      [],
    );
  });

  it('finds what was told of an incident by its id', async () => {
    const searches = (await plans()).filter((line) => line.startsWith('SEARCH told'));
    assert.ok(searches.length > 0);
    for (const line of searches) assert.match(line, /outbox_by_incident \(incident_id=\?/);
  });
});
