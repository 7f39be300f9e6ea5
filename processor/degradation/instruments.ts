// What the processor counts for its users: transitions and what was held back, without session ids.
import type { Meter } from '@opentelemetry/api';
import type { Transition } from '../../bridge/transition/transition.ts';
import type { SuppressionCause } from './effects.ts';

export function degradationInstruments(meter: Meter) {
  const transitions = meter.createCounter('webrtc.incident.transitions', {
    unit: '{transition}',
    description: 'Transitions of incidents, by category, kind, severity and first reason.',
  });
  const suppressed = meter.createCounter('webrtc.incident.suppressed', {
    unit: '{event}',
    description: 'What did not become a notification, or a sample that was not judged, by cause.',
  });
  return {
    transition({ category, kind, severity, reasons }: Transition): void {
      transitions.add(1, { category, kind, severity, reason: reasons[0]?.rule ?? 'none' });
    },
    suppressed(cause: SuppressionCause): void {
      suppressed.add(1, { cause });
    },
  };
}
