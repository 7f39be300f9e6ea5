// Marks as OTLP writes them: a point with attributes and times, the flag that it has no recorded value, and none. The
// serialisers of the SDK know no flags. Field numbers are those of opentelemetry-proto 1, and names those of its JSON.
import type { Attributes, HrTime } from '@opentelemetry/api';
import type { DataPoint, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { ProtobufWriter } from './protobuf-writer.ts';

/** DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK */
const NO_RECORDED_VALUE = 1;

/** The body of a request in which every point is a mark. */
export function encodeMarks(marks: ResourceMetrics, encoding: 'proto' | 'json'): Uint8Array {
  return encoding === 'proto' ? protobufOf(marks) : Buffer.from(JSON.stringify(jsonOf(marks)));
}

function jsonOf({ resource, scopeMetrics }: ResourceMetrics): object {
  return {
    resourceMetrics: [
      {
        resource: { attributes: jsonAttributes(resource.attributes) },
        scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
          scope: { name: scope.name },
          metrics: metrics.map(({ descriptor: { name, description, unit }, dataPoints }) => ({
            name,
            description,
            unit,
            gauge: { dataPoints: (dataPoints as DataPoint<number>[]).map(jsonPoint) },
          })),
        })),
      },
    ],
  };
}

function jsonPoint({ attributes, startTime, endTime }: DataPoint<number>): object {
  return {
    attributes: jsonAttributes(attributes),
    startTimeUnixNano: String(nanoseconds(startTime)),
    timeUnixNano: String(nanoseconds(endTime)),
    flags: NO_RECORDED_VALUE,
  };
}

function jsonAttributes(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: textOf(value) } }));
}

function protobufOf({ resource, scopeMetrics }: ResourceMetrics): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(1, () => {
    writer.message(1, () => writeAttributes(writer, 1, resource.attributes));
    for (const { scope, metrics } of scopeMetrics) {
      writer.message(2, () => {
        writer.message(1, () => writer.text(1, scope.name));
        for (const metric of metrics) writer.message(2, () => writeMetric(writer, metric));
      });
    }
  });
  return writer.bytes;
}

function writeMetric(writer: ProtobufWriter, { descriptor, dataPoints }: MetricData): void {
  writer.text(1, descriptor.name);
  writer.text(2, descriptor.description);
  writer.text(3, descriptor.unit);
  writer.message(5, () => {
    for (const { attributes, startTime, endTime } of dataPoints) {
      writer.message(1, () => {
        writer.fixed64(2, nanoseconds(startTime));
        writer.fixed64(3, nanoseconds(endTime));
        writeAttributes(writer, 7, attributes);
        writer.uint32(8, NO_RECORDED_VALUE);
      });
    }
  });
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const key in attributes) {
    const value = textOf(attributes[key]);
    writer.message(field, () => {
      writer.text(1, key);
      writer.message(2, () => writer.text(1, value));
    });
  }
}

/** Attributes of sessions and of the process are texts. Throws on anything else, since it would name another series. */
function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('an attribute is no text');
  return value;
}

function nanoseconds([seconds, nanos]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}
