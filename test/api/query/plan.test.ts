import assert from 'node:assert/strict';
import { it } from 'node:test';
import { planQuery } from '../../../api/query/plan.ts';
import { analyticsQuerySchema } from '../../../api/query/query-schema.ts';
import { GroupFields } from '../../../api/rollup/group-fields.ts';
import { metricIndexOf } from '../../../api/rollup/rolled-metrics.ts';

const NOW_MS = Date.UTC(2026, 0, 2);

function plan(select: readonly string[]) {
  const rolledUp = {
    intervalMs: 300_000,
    fields: new GroupFields(['edge'], ['mos']),
    kept: { fromMs: NOW_MS - 86_400_000, toMs: NOW_MS + 300_000 },
  };
  return planQuery(analyticsQuerySchema.parse({ select }), rolledUp, NOW_MS);
}

it('reads each metric once, and sketches of those only whose percentiles are wanted', () => {
  const { columns, selections } = plan([
    'jitter_ms.avg',
    'mos.p95',
    'metrics.jitter.ms.max',
    'mos.min',
    'count',
  ]);
  const [jitter, mos] = [metricIndexOf('jitterMs'), metricIndexOf('mos')];
  assert.deepEqual(columns, { metrics: [jitter, mos], sketches: [mos] });
  assert.deepEqual(
    selections.map(({ column }) => column),
    [0, 1, 0, 1, undefined],
  );
});

it('reads no metric for a count', () => {
  assert.deepEqual(plan(['count']).columns, { metrics: [], sketches: [] });
});
