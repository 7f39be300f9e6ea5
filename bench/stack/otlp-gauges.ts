// Samples → one OTLP metrics request in protobuf: the gauges that the product would make of them, under the same names, with
// the same attributes. Field numbers are those of opentelemetry/proto/metrics/v1/metrics.proto and common/v1/common.proto.
import { GAUGES, readGauges } from '../../receiver/session-gauges/catalogue.ts';
import { describeSession } from '../../receiver/session-gauges/session-attributes.ts';
import type { QualitySample } from '../../receiver/sample.ts';
import { bytesField, doubleField, fixed64Field, textField } from './protobuf-message.ts';

const RESOURCE = bytesField(1, bytesField(1, keyValue('service.name', 'media-gateway')));
const SCOPE = bytesField(1, textField(1, 'media-gateway'));

function keyValue(key: string, value: string): Buffer {
  return Buffer.concat([textField(1, key), bytesField(2, textField(1, value))]);
}

export class OtlpGauges {
  /** What describes a session stays the same, so it is written down once. */
  readonly #attributes = new Map<string, Buffer>();
  readonly #values = new Float64Array(GAUGES.length);

  encode(samples: readonly QualitySample[]): { readonly body: Uint8Array; readonly pointCount: number } {
    const points: Buffer[][] = GAUGES.map(() => []);
    for (const sample of samples) {
      const attributes = this.#attributesOf(sample);
      const time = fixed64Field(3, BigInt(sample.observedAtMs) * 1_000_000n);
      readGauges(sample, this.#values);
      for (const [index, value] of this.#values.entries()) {
        if (!Number.isNaN(value)) points[index]!.push(bytesField(1, attributes, time, doubleField(4, value)));
      }
    }
    const metrics = GAUGES.flatMap(({ name, unit, description }, index) => {
      if (points[index]!.length === 0) return [];
      const named = [textField(1, name), textField(2, description), textField(3, unit)];
      return [bytesField(2, ...named, bytesField(5, ...points[index]!))];
    });
    return {
      body: bytesField(1, RESOURCE, bytesField(2, SCOPE, ...metrics)),
      pointCount: points.reduce((sum, { length }) => sum + length, 0),
    };
  }

  #attributesOf(sample: QualitySample): Buffer {
    const known = this.#attributes.get(sample.sessionId);
    if (known !== undefined) return known;
    const pairs = Object.entries(describeSession(undefined, sample));
    const written = Buffer.concat(pairs.map(([key, value]) => bytesField(7, keyValue(key, String(value)))));
    this.#attributes.set(sample.sessionId, written);
    return written;
  }
}
