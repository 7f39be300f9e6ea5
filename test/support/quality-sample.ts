// Samples, session events and batches with everything that a test doesn't care about filled in.
import type { QualityBatch, QualitySample, SessionEvent } from '../../receiver/sample.ts';

/** 2026-01-01T00:00:00Z, where the virtual clock starts. */
export const SAMPLE_START_MS = Date.UTC(2026, 0, 1);

/** A camera's inbound sample of session `s-1`, without any metric. */
export function qualitySample(fields: Partial<QualitySample> = {}): QualitySample {
  const observedAtMs = fields.observedAtMs ?? SAMPLE_START_MS;
  return {
    kind: 'sample',
    sessionId: 's-1',
    observedAtMs,
    receivedAtMs: observedAtMs,
    media: 'camera',
    direction: 'inbound',
    dimensions: {},
    ...fields,
  };
}

/** The end of session `s-1`. */
export function endedEvent(fields: Partial<SessionEvent> = {}): SessionEvent {
  const observedAtMs = fields.observedAtMs ?? SAMPLE_START_MS;
  return {
    kind: 'event',
    type: 'ended',
    sessionId: 's-1',
    observedAtMs,
    receivedAtMs: observedAtMs,
    dimensions: {},
    ...fields,
  };
}

/** Sessions of the batch may be silent for a minute. */
export function qualityBatch(...records: (QualitySample | SessionEvent)[]): QualityBatch {
  return { records, sessionTimeoutMs: 60_000 };
}
