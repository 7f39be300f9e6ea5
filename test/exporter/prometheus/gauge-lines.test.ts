import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Attributes, ValueType } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { emptyResource } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type GaugeMetricData } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { GaugeLines } from '../../../exporter/prometheus/gauge-lines.ts';

function byLibrary(metric: GaugeMetricData): string {
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return serializer.serialize({
    resource: emptyResource(),
    scopeMetrics: [{ scope: { name: '' }, metrics: [metric] }],
  });
}

interface Point {
  readonly attributes: Attributes;
  readonly value: number;
}

function gauge(name: string, points: readonly Point[]): GaugeMetricData {
  return {
    descriptor: { name, unit: '', description: `What ${name} is\\n`, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.GAUGE,
    dataPoints: points.map((point) => ({ startTime: [0, 0], endTime: [1, 0], ...point })),
  };
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', ' ', '}', '#', ',', 'ä') }),
);
const descriptions = fc.array(fc.dictionary(fc.constantFrom('session_id', 'network.type', 'edge'), text), {
  minLength: 1,
  maxLength: 6,
});
const value = fc.oneof(fc.double(), fc.integer());

describe('the lines of gauges', () => {
  it('are those of the library, whichever gauge has which of the sessions', () => {
    const cases = descriptions.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.array(fc.array(fc.tuple(fc.nat(all.length - 1), value), { minLength: 1, maxLength: 8 }), {
          minLength: 1,
          maxLength: 4,
        }),
      ),
    );
    fc.assert(
      fc.property(cases, ([all, gauges]) => {
        const lines = new GaugeLines(byLibrary);
        for (const [index, points] of gauges.entries()) {
          const metric = gauge(
            `webrtc_video_${index}`,
            points.map(([description, each]) => ({ attributes: all[description]!, value: each })),
          );
          assert.equal(lines.render(metric), byLibrary(metric));
        }
      }),
    );
  });

  it('ask the library for the labels of a session once', () => {
    const asked: number[] = [];
    const lines = new GaugeLines((metric) => {
      asked.push(metric.dataPoints.length);
      return byLibrary(metric);
    });
    const sessions = Array.from({ length: 100 }, (_, index) => ({ session_id: `s-${index}` }));
    for (const name of ['a', 'b', 'c']) {
      lines.render(
        gauge(
          name,
          sessions.map((attributes, index) => ({ attributes, value: index })),
        ),
      );
    }
    assert.deepEqual(asked, [100, 1, 1]);
  });
});
