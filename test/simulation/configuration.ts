// How the collector of a simulated day is configured: a SIEM and a chat that are told of incidents, a mail and a phone
// that are told of what waits there for too long, and maintenance windows.
import { silencesFactory } from '../../bridge/silences/factory.ts';
import { Seeded } from '../kill/seeded.ts';
import { PEACE_FROM_MS, type DayPlan, type PlannedSilence } from './day-plan.ts';
import type { SimulatedDestination } from './simulated-process.ts';
import { StandIn, type Illness } from './stand-in.ts';
import type { VirtualDay } from './virtual-day.ts';

export interface Destinations {
  readonly webhook: SimulatedDestination;
  readonly chat: SimulatedDestination;
  readonly mail: SimulatedDestination;
  readonly sms: SimulatedDestination;
}

export const FIRST_STEP_MS = 240_000;
const SECOND_STEP_MS = 600_000;

export function createDestinations(
  seed: number,
  plan: DayPlan,
  day: VirtualDay,
  trace: (line: string) => void,
): Destinations {
  const random = new Seeded(seed, 'configuration');
  const standIn = (name: string, illnesses: readonly Illness[], flakyShare: number) =>
    new StandIn(name, day, new Seeded(seed, `answers of ${name}`), {
      illnesses,
      repeatStatus: random.chance(0.3) ? 409 : 200,
      flakyShare,
      steadyFromMs: PEACE_FROM_MS,
      trace,
    });
  const toMail = { afterMs: FIRST_STEP_MS, to: ['mail'] };
  return {
    webhook: {
      standIn: standIn('webhook', plan.webhookIllnesses, random.pick([0, 0.02, 0.2])),
      minSeverity: random.pick(['high', 'high', 'high', 'critical']),
      concurrency: random.pick([1, 4, 16]),
      escalation: [toMail, { afterMs: SECOND_STEP_MS, to: ['sms'] }],
    },
    chat: {
      standIn: standIn('chat', plan.chatIllnesses, random.pick([0, 0.02, 0.2])),
      minSeverity: 'warning',
      concurrency: 4,
      escalation: [toMail],
    },
    mail: {
      standIn: standIn('mail', plan.mailIllnesses, 0),
      minSeverity: 'high',
      concurrency: 4,
      escalation: [],
    },
    sms: { standIn: standIn('sms', [], 0), minSeverity: 'high', concurrency: 4, escalation: [] },
  };
}

/** Silences are in the file: there is no network to ask for them over. */
export function silencesSection(silences: readonly PlannedSilence[]): unknown {
  if (silences.length === 0) return undefined;
  return silencesFactory.configSchema.parse({
    endpoint: '',
    windows: silences.map(({ edge, fromMs, toMs }) => ({
      matchers: [`edge=${edge}`],
      starts_at: new Date(fromMs).toISOString(),
      ends_at: new Date(toMs).toISOString(),
      author: 'plan',
      comment: 'maintenance',
    })),
  });
}
