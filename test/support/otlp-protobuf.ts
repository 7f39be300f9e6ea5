// Reads an OTLP metrics request from protobuf. Field numbers are those of opentelemetry/proto/metrics/v1/metrics.proto and
// common/v1/common.proto, version 1.
import {
  type DecodedAttributes,
  type DecodedMetric,
  type DecodedPoint,
  type DecodedRequest,
  NANOS_PER_MS,
  TEMPORALITIES,
  valueOrFlag,
} from './otlp-request.ts';
import {
  asBytes,
  asDouble,
  asFixed64,
  asSignedFixed64,
  asText,
  eachFixed64,
  readFields,
  type WireValue,
} from './protobuf-wire.ts';

/** `body` is an ExportMetricsServiceRequest with one resource, uncompressed. */
export function decodeProtobuf(body: Uint8Array): DecodedRequest {
  const resourceMetrics = readFields(asBytes(only(readFields(body), 1)));
  const resource = readFields(asBytes(only(resourceMetrics, 1)));
  const metrics = all(resourceMetrics, 2).flatMap((scopeMetrics) =>
    all(readFields(asBytes(scopeMetrics)), 2).map((metric) => readMetric(asBytes(metric))),
  );
  return { resource: readAttributes(all(resource, 1)), metrics };
}

type Fields = Map<number, WireValue[]>;

function all(fields: Fields, number: number): WireValue[] {
  return fields.get(number) ?? [];
}

function only(fields: Fields, number: number): WireValue {
  const values = all(fields, number);
  if (values.length !== 1) throw new Error(`field ${number} stands ${values.length} times`);
  return values[0]!;
}

function optional<Value>(
  fields: Fields,
  number: number,
  read: (value: WireValue) => Value,
): Value | undefined {
  return fields.has(number) ? read(only(fields, number)) : undefined;
}

function readMetric(bytes: Uint8Array): DecodedMetric {
  const fields = readFields(bytes);
  const named = {
    name: asText(only(fields, 1)),
    description: optional(fields, 2, asText) ?? '',
    unit: optional(fields, 3, asText) ?? '',
  };
  const kinds = [
    [5, 'gauge'],
    [7, 'sum'],
    [9, 'histogram'],
  ] as const;
  for (const [number, kind] of kinds) {
    if (!fields.has(number)) continue;
    const data = readFields(asBytes(only(fields, number)));
    const read = kind === 'histogram' ? readHistogramPoint : readNumberPoint;
    const temporality = TEMPORALITIES[Number(optional(data, 2, Number) ?? 0)];
    return {
      ...named,
      kind,
      ...(temporality !== undefined && { temporality }),
      ...(kind === 'sum' && { isMonotonic: optional(data, 3, Number) === 1 }),
      points: all(data, 1).map((point) => read(readFields(asBytes(point)))),
    };
  }
  throw new Error(`metric ${named.name} has no data of a known kind`);
}

function readNumberPoint(fields: Fields): DecodedPoint {
  const asInt = (value: WireValue) => Number(asSignedFixed64(value));
  const value = optional(fields, 4, asDouble) ?? optional(fields, 6, asInt);
  const flags = optional(fields, 8, Number);
  return { attributes: readAttributes(all(fields, 7)), ...readTimes(fields), ...valueOrFlag(value, flags) };
}

function readHistogramPoint(fields: Fields): DecodedPoint {
  const sum = optional(fields, 5, asDouble);
  const min = optional(fields, 11, asDouble);
  const max = optional(fields, 12, asDouble);
  const histogram = {
    count: Number(asFixed64(only(fields, 4))),
    ...(sum !== undefined && { sum }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    bucketCounts: eachFixed64(all(fields, 6)).map((bytes) => Number(asFixed64(bytes))),
    explicitBounds: eachFixed64(all(fields, 7)).map(asDouble),
  };
  return { attributes: readAttributes(all(fields, 9)), ...readTimes(fields), histogram };
}

function readTimes(fields: Fields) {
  const time = (number: number) => Number((optional(fields, number, asFixed64) ?? 0n) / NANOS_PER_MS);
  return { startTimeMs: time(2), timeMs: time(3) };
}

function readAttributes(values: readonly WireValue[]): DecodedAttributes {
  return Object.fromEntries(
    values.map((keyValue) => {
      const fields = readFields(asBytes(keyValue));
      const value = readFields(asBytes(only(fields, 2)));
      const read =
        optional(value, 1, asText) ??
        optional(value, 2, (bool) => bool === 1n) ??
        optional(value, 3, Number) ??
        optional(value, 4, asDouble);
      if (read === undefined) throw new Error('an attribute value of another kind');
      return [asText(only(fields, 1)), read];
    }),
  );
}
