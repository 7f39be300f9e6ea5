import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyResource } from '@opentelemetry/resources';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import { exportedMetrics } from '../../exporter/exported-metrics.ts';
import { metricNames, pointsOf } from '../support/collected-metrics.ts';
import { testSettings } from '../support/component-settings.ts';

/** A hub without a session. */
const sessions: MetricProducer = {
  collect: () =>
    Promise.resolve({ resourceMetrics: { resource: emptyResource(), scopeMetrics: [] }, errors: [] }),
};

describe('exportedMetrics', () => {
  it('adds the own metrics that tell about video, and no others', async () => {
    const settings = testSettings();
    settings.meter.createCounter('webrtc.transitions').add(2, { 'webrtc.transition.kind': 'opened' });
    settings.meter.createCounter('otelcol_exporter_sent_metric_points').add(7);
    const collected = await exportedMetrics(sessions, settings).collect();
    assert.deepEqual(metricNames(collected), ['webrtc.transitions']);
    assert.equal(pointsOf(collected, 'webrtc.transitions')[0]!.value, 2);
  });

  it('carries the attributes of the process on the resource', async () => {
    const settings = testSettings({ resourceAttributes: { 'service.name': 'wqb' } });
    const { resourceMetrics } = await exportedMetrics(sessions, settings).collect();
    assert.deepEqual(resourceMetrics.resource.attributes, { 'service.name': 'wqb' });
  });

  for (const [rule, collect] of [
    ['rejects', () => Promise.reject(new Error('no telemetry'))],
    [
      'throws',
      () => {
        throw new Error('no telemetry');
      },
    ],
  ] as const) {
    it(`gives the sessions even when reading the own metrics ${rule}`, async () => {
      const { resourceMetrics, errors } = await exportedMetrics(sessions, {
        telemetry: { collect },
        resourceAttributes: {},
      }).collect();
      assert.deepEqual(resourceMetrics.scopeMetrics, []);
      assert.deepEqual(errors.map(String), ['Error: no telemetry']);
    });
  }
});
