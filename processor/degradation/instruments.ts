// What the processor counts for its users: transitions and what was held back, without session ids.
import type { Meter } from '@opentelemetry/api';
import type { Transition } from '../../bridge/transition/transition.ts';
import type { SuppressionCause } from './effects.ts';

export const DEGRADATION_INSTRUMENTS = {
  transitions: {
    name: 'webrtc.incident.transitions',
    unit: '{transition}',
    description: 'Transitions of incidents, by category, kind, severity, first reason and its first cause.',
  },
  suppressed: {
    name: 'webrtc.incident.suppressed',
    unit: '{event}',
    description: 'What did not become a notification, and samples that were not judged, by cause.',
  },
} as const;

export function degradationInstruments(meter: Meter) {
  const transitions = meter.createCounter(
    DEGRADATION_INSTRUMENTS.transitions.name,
    DEGRADATION_INSTRUMENTS.transitions,
  );
  const suppressed = meter.createCounter(
    DEGRADATION_INSTRUMENTS.suppressed.name,
    DEGRADATION_INSTRUMENTS.suppressed,
  );
  return {
    /** One that a storm tells of in its stead is decided as any, and held back. */
    transition({ category, kind, severity, reasons, stormId }: Transition): void {
      const { rule: reason = 'none', causes: [cause = 'none'] = [] } = reasons[0] ?? {};
      transitions.add(1, { category, kind, severity, reason, cause });
      if (stormId !== undefined) suppressed.add(1, { cause: 'storm' });
    },
    suppressed(cause: SuppressionCause): void {
      suppressed.add(1, { cause });
    },
  };
}
