// The shape of a whole configuration file for one distribution: the sections, and in them each type's own schema.
import { z } from 'zod';
import type { ComponentFactory, Distribution } from '../component.ts';
import { serviceSchema } from './service-schema.ts';
import { Shape, type JsonSchema } from './shape.ts';

/** The sections that hold components, with the kind that each takes; this build has no connectors. */
export const COMPONENT_SECTIONS = {
  receivers: 'receiver',
  processors: 'processor',
  exporters: 'exporter',
  connectors: 'connector',
  extensions: 'extension',
} as const;

export type SectionName = keyof typeof COMPONENT_SECTIONS;

/** The factories of one section by type. A Map, so that `constructor` is no type. */
export function factoriesOf(
  distribution: Distribution,
  section: SectionName,
): ReadonlyMap<string, ComponentFactory> {
  const kind = COMPONENT_SECTIONS[section];
  const ofKind = distribution.factories.filter((factory) => factory.kind === kind);
  return new Map(ofKind.map((factory) => [factory.type, factory]));
}

export function documentShape(distribution: Distribution): Shape {
  const properties: Record<string, JsonSchema> = {};
  for (const section of Object.keys(COMPONENT_SECTIONS) as SectionName[]) {
    const patternProperties: Record<string, JsonSchema> = {};
    for (const factory of factoriesOf(distribution, section).values()) {
      patternProperties[`^\\s*${factory.type}\\s*(?:/|$)`] = jsonSchemaOf(factory.configSchema);
    }
    properties[section] = { type: 'object', patternProperties, additionalProperties: false };
  }
  properties['service'] = jsonSchemaOf(serviceSchema);
  return Shape.of({ type: 'object', properties, additionalProperties: false });
}

/** What a user may write, before defaults and transforms. What JSON Schema can't say is left open. */
function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}
