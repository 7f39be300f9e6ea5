// Reads an OTLP metrics request from JSON.
import {
  type DecodedAttributes,
  type DecodedMetric,
  type DecodedPoint,
  type DecodedRequest,
  NANOS_PER_MS,
  TEMPORALITIES,
  valueOrFlag,
} from './otlp-request.ts';

/** What OTLP/JSON looks like where we read it. 64-bit integers may be strings or numbers. */
interface JsonPoint {
  attributes?: { key: string; value: Record<string, string | number | boolean> }[];
  startTimeUnixNano?: string;
  timeUnixNano: string;
  asDouble?: number;
  asInt?: number | string;
  flags?: number;
  count?: number | string;
  sum?: number;
  min?: number;
  max?: number;
  bucketCounts?: (number | string)[];
  explicitBounds?: number[];
}
interface JsonData {
  aggregationTemporality?: number;
  isMonotonic?: boolean;
  dataPoints: JsonPoint[];
}
interface JsonMetric {
  name: string;
  description?: string;
  unit?: string;
  gauge?: JsonData;
  sum?: JsonData;
  histogram?: JsonData;
}
interface JsonRequest {
  resourceMetrics: {
    resource: { attributes: JsonPoint['attributes'] };
    scopeMetrics: { metrics: JsonMetric[] }[];
  }[];
}

/** `body` is an ExportMetricsServiceRequest with one resource, as JSON text. */
export function decodeJson(body: string): DecodedRequest {
  const [resourceMetrics, ...others] = (JSON.parse(body) as JsonRequest).resourceMetrics;
  if (resourceMetrics === undefined || others.length > 0) throw new Error('expected one resource');
  return {
    resource: jsonAttributes(resourceMetrics.resource.attributes),
    metrics: resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(jsonMetric)),
  };
}

function jsonMetric({ name, description = '', unit = '', ...metric }: JsonMetric): DecodedMetric {
  for (const kind of ['gauge', 'sum', 'histogram'] as const) {
    const data = metric[kind];
    if (data === undefined) continue;
    const temporality = TEMPORALITIES[data.aggregationTemporality ?? 0];
    return {
      name,
      description,
      unit,
      kind,
      ...(temporality !== undefined && { temporality }),
      ...(kind === 'sum' && { isMonotonic: data.isMonotonic ?? false }),
      points: data.dataPoints.map((point) => jsonPoint(point, kind)),
    };
  }
  throw new Error(`metric ${name} has no data of a known kind`);
}

function jsonPoint(point: JsonPoint, kind: DecodedMetric['kind']): DecodedPoint {
  const time = (nanos: string | undefined) => Number(BigInt(nanos ?? 0) / NANOS_PER_MS);
  const common = {
    attributes: jsonAttributes(point.attributes),
    startTimeMs: time(point.startTimeUnixNano),
    timeMs: time(point.timeUnixNano),
  };
  if (kind !== 'histogram') {
    const value = point.asDouble ?? (point.asInt === undefined ? undefined : Number(point.asInt));
    return { ...common, ...valueOrFlag(value, point.flags) };
  }
  const { sum, min, max } = point;
  const histogram = {
    count: Number(point.count),
    ...(sum !== undefined && { sum }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    bucketCounts: (point.bucketCounts ?? []).map(Number),
    explicitBounds: point.explicitBounds ?? [],
  };
  return { ...common, histogram };
}

function jsonAttributes(attributes: JsonPoint['attributes'] = []): DecodedAttributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]!]));
}
