// What identifies a session's series. Attributes describe the session, not the interval: what a sample doesn't mention
// stays as it was last told, or each sample without a codec would start another series.
import type { Attributes } from '@opentelemetry/api';
import { DIMENSION_KEYS, type QualitySample } from '../sample.ts';
import { ATTRIBUTE } from './catalogue.ts';

/** Whether `sample` tells nothing about its session that `attributes` doesn't hold already. Allocates nothing. */
export function isDescribedBy(attributes: Attributes, sample: QualitySample): boolean {
  const { agentId, codec, mosSource, dimensions } = sample;
  if (agentId !== undefined && agentId !== attributes[ATTRIBUTE.agentId]) return false;
  if (codec !== undefined && codec !== attributes[ATTRIBUTE.codec]) return false;
  if (mosSource !== undefined && mosSource !== attributes[ATTRIBUTE.mosSource]) return false;
  for (const key of DIMENSION_KEYS) {
    const value = dimensions[key];
    if (value !== undefined && value !== attributes[key]) return false;
  }
  return true;
}

/** The attributes of a session after `sample`, given those before it. Takes allow-listed dimensions only. */
export function describeSession(previous: Attributes | undefined, sample: QualitySample): Attributes {
  const attributes: Attributes = { [ATTRIBUTE.sessionId]: sample.sessionId };
  const keep = (key: string, told: string | undefined) => {
    const value = told ?? previous?.[key];
    if (value !== undefined) attributes[key] = value;
  };
  keep(ATTRIBUTE.agentId, sample.agentId);
  keep(ATTRIBUTE.codec, sample.codec);
  keep(ATTRIBUTE.mosSource, sample.mosSource);
  for (const key of DIMENSION_KEYS) keep(key, sample.dimensions[key]);
  return attributes;
}

/** The dimensions among a session's attributes: what its histograms are kept by. */
export function dimensionsOf(attributes: Attributes): Attributes {
  const dimensions: Attributes = {};
  for (const key of DIMENSION_KEYS) {
    const value = attributes[key];
    if (value !== undefined) dimensions[key] = value;
  }
  return dimensions;
}
