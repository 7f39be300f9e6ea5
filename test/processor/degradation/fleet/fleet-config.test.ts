// How storms and the silence of everybody are configured: the defaults, and the mistakes that are refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configSchema } from '../../../../processor/degradation/factory.ts';
import { fleetLimitsOf } from '../../../../processor/degradation/fleet/fleet-config.ts';

describe('the limits of the fleet', () => {
  it('are by default those of the design', () => {
    assert.deepEqual(fleetLimitsOf(configSchema.parse({})), {
      storm: {
        enabled: true,
        minIncidentCount: 10,
        windowMs: 60_000,
        dimensions: ['edge', 'site', 'isp', 'region', 'client.version', 'codec'],
        degradedRatio: 0.2,
        updateIntervalMs: 60_000,
        cooldownMs: 300_000,
      },
      silence: { enabled: true, minSessionCount: 3 },
    });
  });

  for (const [what, config, path] of [
    ['an update interval of 240 s', { storm: { update_interval: '240s' } }, 'storm.update_interval'],
    ['a dimension that no sample has', { storm: { dimensions: ['rack'] } }, 'storm.dimensions.0'],
    ['a dimension twice', { storm: { dimensions: ['edge', 'edge'] } }, 'storm.dimensions'],
    ['a storm of one', { storm: { min_incidents: 1 } }, 'storm.min_incidents'],
    ['a share of nobody', { storm: { degraded_share: 0 } }, 'storm.degraded_share'],
    ['a silence of one', { pipeline_silence: { min_sessions: 1 } }, 'pipeline_silence.min_sessions'],
  ] as const) {
    it(`refuse ${what}`, () => {
      const { error } = configSchema.safeParse(config);
      assert.deepEqual(
        error?.issues.map((issue) => issue.path.join('.')),
        [path],
      );
    });
  }
});
