// Whom to tell, and when: the configuration key `escalation` of an exporter whose alerts may wait too long.
import { z } from 'zod';
import { exporterReference, positiveDuration } from '../../collector/config/fields.ts';

/** One step of an escalation. */
export interface EscalationStep {
  /** How long an alert waits before the step is taken for it. */
  readonly afterMs: number;
  /** Ids of exporters. */
  readonly to: readonly string[];
}

/** How long alerts are gathered before a further notice tells of them together. */
export const GATHER_MS = 30_000;

/** The SLA of 300 s without the time in which alerts are gathered. */
const LATEST_FIRST_MS = 300_000 - GATHER_MS;

const MAX_STEPS = 10;

/** `latestFirstMs`: the latest moment for the first step; by default what the SLA of a delivery leaves. */
export function escalationKey({ latestFirstMs = LATEST_FIRST_MS } = {}) {
  return z
    .array(
      z.strictObject({
        after: positiveDuration().describe('How long an alert waits before this step.'),
        to: z
          .array(exporterReference())
          .min(1)
          .describe('Ids of exporters that are told, such as email/oncall.'),
      }),
    )
    .max(MAX_STEPS)
    .superRefine((steps, context) => {
      for (const [index, { after, to }] of steps.entries()) {
        const refuse = (path: (string | number)[], message: string) =>
          context.addIssue({ code: 'custom', path: [index, ...path], message });
        const before = steps[index - 1];
        if (before !== undefined && after.ms <= before.after.ms)
          refuse(['after'], 'must be longer than that of the step before');
        if (index === 0 && after.ms > latestFirstMs)
          refuse(
            ['after'],
            `the first step must come within ${latestFirstMs / 1_000}s, or the SLA is missed`,
          );
        for (const [place, id] of to.entries())
          if (to.indexOf(id) < place) refuse(['to', place], 'is named twice');
      }
    })
    .prefault([])
    .describe(
      'Who else is told of alerts that wait here for too long: steps such as {after: 240s, to: [email/oncall]}. At once, in the first step, of dead letters, a refused credential and a destination that is gone.',
    );
}

export function escalationSteps(
  steps: z.output<ReturnType<typeof escalationKey>>,
): readonly EscalationStep[] {
  return steps.map(({ after, to }) => ({ afterMs: after.ms, to }));
}
