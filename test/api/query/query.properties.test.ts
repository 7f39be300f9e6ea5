// The query API against a brute-force answer over the same raw records: whatever was recorded, late or not, wherever the
// process died or was restarted, and whatever is asked.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { AnalyticsAnswer, AnalyticsResult } from '../../../api/query/query-schema.ts';
import { SAMPLE_START_MS } from '../../support/quality-sample.ts';
import { TriedRollups } from '../../support/tried-rollups.ts';
import { action, bruteForce, FUTURE_MS, made, type Raw, RETENTION_MS, startOf } from './brute-force.ts';

function assertSame(answer: AnalyticsAnswer, expected: ReturnType<typeof bruteForce>): void {
  if (expected.fromMs < expected.toMs) {
    assert.equal(answer.from, new Date(expected.fromMs).toISOString());
    assert.equal(answer.to, new Date(expected.toMs).toISOString());
  } else {
    assert.equal(answer.from, answer.to);
  }
  assert.equal(answer.undecidedCount, undefined);
  const keyOf = ({ from, group }: Pick<AnalyticsResult, 'from' | 'group'>) =>
    JSON.stringify([from, Object.entries(group).sort()]);
  const expectedByKey = new Map(expected.results.map((result) => [keyOf(result), result]));
  assert.deepEqual(answer.results.map(keyOf).sort(), [...expectedByKey.keys()].sort());
  assert.deepEqual(
    answer.results.map(({ from }) => from),
    answer.results.map(({ from }) => from).sort(),
  );
  for (const result of answer.results) {
    const { to, data } = expectedByKey.get(keyOf(result))!;
    assert.equal(result.to, to);
    assert.deepEqual(Object.keys(result.data).sort(), Object.keys(data).sort());
    for (const [text, value] of Object.entries(result.data)) assertNear(text, value, data[text]!);
  }
}

function assertNear(text: string, value: number, expected: number): void {
  const statistic = text.slice(text.lastIndexOf('.') + 1);
  const allowed = /^p\d/.test(statistic)
    ? Math.max(0.01 * expected, 0.001) * (1 + 1e-9)
    : statistic === 'avg'
      ? 1e-9 * expected
      : 0;
  assert.ok(Math.abs(value - expected) <= allowed, `${text}: ${value} is not ${expected}`);
}

it('answers as brute force over the raw records does', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (actions) => {
      const tried = await TriedRollups.start({
        retentionMs: RETENTION_MS,
        bandedMetrics: ['mos', 'packetLossPercent'],
      });
      tried.clock.advanceTo(SAMPLE_START_MS + 86_400_000 + 123_456);
      let raws: Raw[] = [];
      for (const each of actions) {
        const nowMs = tried.clock.nowMs();
        switch (each.do) {
          case 'record': {
            const records = each.plans.map((plan) => made(plan, nowMs));
            tried.record(...records);
            for (const record of records) {
              const { observedAtMs } = record;
              if (observedAtMs < startOf(nowMs - RETENTION_MS) || observedAtMs > nowMs + FUTURE_MS) continue;
              raws.push({ record, isStored: false });
            }
            break;
          }
          case 'wait':
            tried.clock.advance(each.ms);
            break;
          case 'store':
            await tried.rollups.flush();
            for (const raw of raws) raw.isStored = true;
            break;
          case 'fail to store':
            tried.database.commitFault = new Error('disk full');
            await tried.rollups.flush();
            tried.database.commitFault = undefined;
            break;
          case 'crash':
            await tried.crash();
            raws = raws.filter(({ isStored }) => isStored);
            break;
          case 'restart':
            await tried.restart();
            for (const raw of raws) raw.isStored = true;
            break;
          case 'ask': {
            const { sinceMs, untilMs, condition: wanted, ...body } = each.query;
            const where = [
              ...(sinceMs === undefined ? [] : [`timestamp >= now() - ${sinceMs}ms`]),
              ...(wanted === undefined ? [] : [`(${wanted})`]),
              ...(untilMs === undefined ? [] : [`timestamp <= '${new Date(nowMs - untilMs).toISOString()}'`]),
            ].join(' && ');
            const told = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
            const answer = await tried.query({ ...told, ...(where !== '' && { where }) });
            assertSame(answer, bruteForce(raws, each.query, nowMs));
            break;
          }
        }
      }
      tried.memory.close();
    }),
    { numRuns: Number(process.env.RUNS ?? 150) },
  );
});
