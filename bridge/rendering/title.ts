// What an incident is called in one line: what is wrong, what became of it, and with whom. No limits here: a destination
// cuts it to its own.
import type { IncidentCategory, Reason, Transition } from '../transition/transition.ts';
import { countText } from './count-text.ts';
import { whyText } from './why-text.ts';

/** What is wrong, as a state (`Video degraded`), and how it is told that it is over (`Recovered from …`). */
interface Trouble {
  readonly state: string;
  readonly over: string;
  /** Of a session that ended with it. */
  readonly ended: string;
}

function trouble(state: string, noun: string, over = `Recovered from ${noun}`): Trouble {
  return { state, over, ended: `Ended during ${noun}` };
}

function undelivered(cause?: string): Trouble {
  const state = cause === undefined ? 'Alerts undelivered' : `Alerts undelivered, ${cause}`;
  return trouble(state, 'trouble of delivery', 'Alerts delivered late');
}

const TROUBLES: Readonly<Record<IncidentCategory, Trouble>> = {
  quality: trouble('Video degraded', 'video degradation'),
  connection: trouble('Connection in trouble', 'connection trouble'),
  storm: trouble('Quality storm', 'quality storm'),
  pipeline: trouble('No samples from any source', 'silence of all sources', 'Samples arrive again'),
  delivery: undelivered(),
};

/** Where the first of these reasons that is there tells it better than the category. */
const BY_REASON: Readonly<
  Partial<Record<IncidentCategory, Readonly<Partial<Record<Reason['rule'], Trouble>>>>>
> = {
  connection: {
    disconnected: trouble('Connection lost', 'connection loss'),
    outage: trouble('No media arrives', 'media outage'),
    gap: trouble('Samples missing', 'gap in the samples'),
  },
  delivery: {
    credential_refused: undelivered('credential refused'),
    destination_gone: undelivered('destination gone'),
    dead_letter: undelivered('refused for good'),
    unacknowledged: trouble('Alerts unacknowledged', 'wait for an operator', 'Alerts acknowledged late'),
  },
};

/** `Video degraded: session 3f6c`. A trial is marked as one. */
export function titleOf(transition: Transition): string {
  const mark = transition.isTest === true ? '[TEST] ' : '';
  const whom = whomOf(transition);
  return `${mark}${happening(transition)}${whom === '' ? '' : `: ${whom}`}`;
}

/** The title and, when there is any, the cause: `Video degraded: session 3f6c – MOS 3.07 (limit 3.5)`. */
export function summaryOf(transition: Transition): string {
  const why = whyText(transition);
  return why === '' ? titleOf(transition) : `${titleOf(transition)} – ${why}`;
}

function happening({ kind, category, severity, reasons }: Transition): string {
  const { state, over, ended } = troubleOf(category, reasons);
  switch (kind) {
    case 'opened':
      return state;
    case 'updated':
      // Until it is quiet again nothing more will be told of it, which an `update` would not say.
      return reasons.some(({ rule }) => rule === 'flapping') ? `${state}, flapping` : `${state}, update`;
    case 'escalated':
    case 'deescalated':
      return `${state}, now ${severity}`;
    case 'reopened':
      return `${state} again`;
    case 'recovered':
      return over;
    case 'ended':
      return ended;
  }
}

function troubleOf(category: IncidentCategory, reasons: readonly Reason[]): Trouble {
  const byReason = BY_REASON[category];
  const told = reasons.map(({ rule }) => byReason?.[rule]).find((found) => found !== undefined);
  return told ?? TROUBLES[category];
}

function whomOf({ category, subject, group }: Transition): string {
  switch (category) {
    case 'quality':
    case 'connection':
      return `session ${subject}`;
    case 'storm':
      return group === undefined ? subject : `${countText(group.memberCount, 'session')}, ${subject}`;
    case 'pipeline':
      // There is only one, and its name says it all.
      return '';
    case 'delivery':
      return group === undefined ? subject : `${subject}, ${countText(group.memberCount, 'incident')}`;
  }
}
