import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Attributes, ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { encodeMarks } from '../../../exporter/otlphttp/encode-marks.ts';
import { decodeJson } from '../../support/otlp-json.ts';
import { decodeProtobuf } from '../../support/otlp-protobuf.ts';
import type { DecodedRequest } from '../../support/otlp-request.ts';

interface MarkedMetric {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly points: readonly Attributes[];
}

const TIME_MS = 1_767_225_601_234;

function marksOf(resource: Attributes, metrics: readonly MarkedMetric[]): ResourceMetrics {
  const time: [number, number] = [Math.floor(TIME_MS / 1_000), (TIME_MS % 1_000) * 1e6];
  return {
    resource: resourceFromAttributes(resource),
    scopeMetrics: [
      {
        scope: { name: 'webrtc-quality-bridge' },
        metrics: metrics.map(({ points, ...names }) => ({
          descriptor: { ...names, valueType: ValueType.DOUBLE },
          aggregationTemporality: AggregationTemporality.CUMULATIVE,
          dataPointType: DataPointType.GAUGE,
          dataPoints: points.map((attributes) => ({
            startTime: time,
            endTime: time,
            attributes,
            value: NaN,
          })),
        })),
      },
    ],
  };
}

function decoded(encoding: 'proto' | 'json', body: Uint8Array): DecodedRequest {
  return encoding === 'proto' ? decodeProtobuf(body) : decodeJson(Buffer.from(body).toString('utf8'));
}

/** Long enough for lengths of one, two and three bytes. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.integer({ min: 100, max: 20_000 }).map((length) => 'é'.repeat(length)),
);
const attributes = fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), text, {
  maxKeys: 5,
  noNullPrototype: true,
});
const metric = fc.record({
  name: text,
  unit: text,
  description: text,
  points: fc.array(attributes, { maxLength: 4 }),
});

describe('encoded marks', () => {
  for (const encoding of ['proto', 'json'] as const) {
    it(`say the same when somebody else reads them, in ${encoding}`, () => {
      fc.assert(
        fc.property(attributes, fc.array(metric, { maxLength: 4 }), (resource, metrics) => {
          const body = encodeMarks(marksOf(resource, metrics), encoding);
          assert.deepEqual(decoded(encoding, body), {
            resource,
            metrics: metrics.map(({ points, ...names }) => ({
              ...names,
              kind: 'gauge',
              points: points.map((each) => ({
                attributes: each,
                startTimeMs: TIME_MS,
                timeMs: TIME_MS,
                hasNoRecordedValue: true,
              })),
            })),
          });
        }),
        { numRuns: 50 },
      );
    });

    it(`are refused when an attribute is no text, in ${encoding}`, () => {
      const marks = marksOf({ 'service.name': 'wqb' }, [
        { name: 'm', unit: '', description: '', points: [{ count: 7 }] },
      ]);
      assert.throws(() => encodeMarks(marks, encoding), TypeError);
    });
  }
});
