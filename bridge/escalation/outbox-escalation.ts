// The escalation of what a sending destination does not get rid of.
import type { Settings } from '../../collector/component.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { Escalator } from './escalator.ts';
import { CREATE_ESCALATION_INDEX, OutboxEscalationSource } from './outbox-source.ts';
import type { EscalationStep } from './steps.ts';

/** `settings` are the destination's. Undefined when there is nobody to escalate to. */
export async function startOutboxEscalation(
  settings: Settings,
  outbox: Pick<Outbox, 'incidents' | 'destination'>,
  steps: readonly EscalationStep[],
): Promise<Escalator | undefined> {
  if (steps.length === 0) return undefined;
  await outbox.incidents.commit([CREATE_ESCALATION_INDEX]);
  const source = new OutboxEscalationSource(outbox.incidents, settings.id);
  const escalator = new Escalator(settings, outbox, source, steps);
  await escalator.start();
  return escalator;
}
