import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rollupOptionsOf, rollupsSchema } from '../../../api/rollup/config.ts';

it('nothing has to be configured', () => {
  assert.equal(rollupsSchema.parse({}).enabled, true);
  assert.deepEqual(rollupOptionsOf(rollupsSchema.parse({})), {
    intervalMs: 300_000,
    retentionMs: 86_400_000,
    dimensions: ['site', 'region', 'edge'],
    bandedMetrics: ['mos'],
    maxGroups: 1_000,
    maxBytes: 256 * 1_024 * 1_024,
    checkpointMs: 60_000,
  });
});

const REFUSED: [rule: string, config: Record<string, unknown>, path: string, message: RegExp][] = [
  ['an interval that doesn’t divide an hour', { interval: '7m' }, 'interval', /divide an hour/],
  [
    'an interval of a moment',
    { interval: '1s', retention: '10m', checkpoint_interval: '1s' },
    'interval',
    /10s or more/,
  ],
  ['an interval of two hours', { interval: '2h' }, 'interval', /divide an hour/],
  ['a retention below the interval', { retention: '1m' }, 'retention', /shorter than interval/],
  [
    'more intervals than can be held',
    { interval: '10s', retention: '24h', checkpoint_interval: '10s' },
    'retention',
    /at most 2500 times/,
  ],
  ['checkpoints rarer than intervals', { checkpoint_interval: '6m' }, 'checkpoint_interval', /not be longer/],
  ['a dimension that is none', { dimensions: ['agent.id'] }, 'dimensions.0', /expected one of/],
  ['a dimension twice', { dimensions: ['site', 'site'] }, 'dimensions', /twice/],
  ['a metric without bands', { group_metrics: ['outage'] }, 'group_metrics.0', /expected one of/],
  ['a metric twice', { group_metrics: ['mos', 'mos'] }, 'group_metrics', /twice/],
  ['too many metrics', { group_metrics: ['mos', 'rttMs', 'jitterMs', 'experience'] }, 'group_metrics', /<=3/],
  ['a key that is none', { max_size: 1 }, '', /max_size/],
];

describe('refuses', () => {
  for (const [rule, config, path, message] of REFUSED) {
    it(rule, () => {
      const { error } = rollupsSchema.safeParse(config);
      assert.ok(error);
      assert.deepEqual(
        error.issues.map((issue) => issue.path.join('.')),
        [path],
      );
      assert.match(error.issues[0]!.message, message);
    });
  }
});
