// What an incident is called in one line: what is wrong, what became of it, and with whom. No limits here: a destination
// cuts it to its own.
import type { IncidentCategory, Reason, Transition } from '../transition/transition.ts';
import { reasonsText } from './reason-text.ts';

/** What is wrong, as a state (`Video degraded`) and as a thing (`video degradation`). */
interface Trouble {
  readonly state: string;
  readonly noun: string;
}

const TROUBLES: Readonly<Record<IncidentCategory, Trouble>> = {
  quality: { state: 'Video degraded', noun: 'video degradation' },
  connection: { state: 'Connection in trouble', noun: 'connection trouble' },
  storm: { state: 'Quality storm', noun: 'quality storm' },
  pipeline: { state: 'No samples from any source', noun: 'silence of all sources' },
};

/** What is wrong with a connection is told by its first reason. */
const CONNECTION_TROUBLES: Readonly<Partial<Record<Reason['rule'], Trouble>>> = {
  disconnected: { state: 'Connection lost', noun: 'connection loss' },
  outage: { state: 'No media arrives', noun: 'media outage' },
  gap: { state: 'Samples missing', noun: 'gap in the samples' },
};

/** `Video degraded: session 3f6c`. A trial is marked as one. */
export function titleOf(transition: Transition): string {
  const mark = transition.isTest === true ? '[TEST] ' : '';
  return `${mark}${happening(transition)}: ${whom(transition)}`;
}

/** The title and, when there are any, the reasons: `Video degraded: session 3f6c – MOS 3.07 (limit 3.5)`. */
export function summaryOf(transition: Transition): string {
  const reasons = reasonsText(transition.reasons);
  return reasons === '' ? titleOf(transition) : `${titleOf(transition)} – ${reasons}`;
}

function happening({ kind, category, severity, reasons }: Transition): string {
  const { state, noun } = troubleOf(category, reasons);
  switch (kind) {
    case 'opened':
      return state;
    case 'updated':
      return `${state}, update`;
    case 'escalated':
    case 'deescalated':
      return `${state}, now ${severity}`;
    case 'reopened':
      return `${state} again`;
    case 'recovered':
      return `Recovered from ${noun}`;
    case 'ended':
      return `Ended during ${noun}`;
  }
}

function troubleOf(category: IncidentCategory, reasons: readonly Reason[]): Trouble {
  if (category !== 'connection') return TROUBLES[category];
  const told = reasons.map(({ rule }) => CONNECTION_TROUBLES[rule]).find((trouble) => trouble !== undefined);
  return told ?? TROUBLES.connection;
}

function whom({ category, subject, group }: Transition): string {
  switch (category) {
    case 'quality':
    case 'connection':
      return `session ${subject}`;
    case 'storm':
      return group === undefined ? subject : `${group.memberCount} sessions, ${subject}`;
    case 'pipeline':
      return subject;
  }
}
