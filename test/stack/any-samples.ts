// Samples with any values and any texts, the same ones in each run.
import fc from 'fast-check';
import { systemClock } from '../../collector/clock.ts';
import { DIMENSION_KEYS, type QualitySample } from '../../receiver/sample.ts';
import { qualitySample } from '../support/quality-sample.ts';

const SEED = 20_260_101;

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    '"quoted"',
    'back\\slash',
    'two\nlines',
    '{"json": true}',
    '${env:HOME}',
    '0123',
    'true',
    ' ',
  ),
);
/** Sums of any doubles depend on their order, so that only values that add up exactly are any good here. */
const value = (max: number) => fc.integer({ min: 0, max: max * 1_024 }).map((whole) => whole / 1_024);

const fields = fc.record(
  {
    agentId: text,
    mos: value(5),
    mosSource: fc.constantFrom('reported', 'estimated'),
    packetLossPercent: value(100),
    jitterMs: value(10_000),
    rttMs: value(10_000),
    bitrateKbps: value(1_000_000),
    framesPerSecond: value(240),
    freezeRatio: value(1),
    framesDroppedPercent: value(100),
    experience: value(5),
    outage: fc.boolean(),
    codec: text,
    dimensions: fc.dictionary(fc.constantFrom(...DIMENSION_KEYS), text),
  },
  { requiredKeys: ['dimensions'] },
);

/** Of as many sessions, whose ids are any texts; they have all arrived now. */
export function anySamples(count: number): QualitySample[] {
  const records = fc.uniqueArray(fc.record({ sessionId: text, fields }), {
    selector: ({ sessionId }) => sessionId,
    minLength: count,
    maxLength: count,
  });
  const nowMs = systemClock.nowMs();
  const [drawn = []] = fc.sample(records, { numRuns: 1, seed: SEED });
  return drawn.map(({ sessionId, fields: drawnFields }) =>
    qualitySample({ ...drawnFields, sessionId, observedAtMs: nowMs }),
  );
}
