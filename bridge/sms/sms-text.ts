// What an incident says in one SMS: a title, the reasons in a second line, a link if there is room. A longer text would be
// sent, and paid, as several.
import { linkOf } from '../rendering/link.ts';
import { oneLine } from '../rendering/one-line.ts';
import { titleOf } from '../rendering/title.ts';
import { whyText } from '../rendering/why-text.ts';
import { isOver, type Transition } from '../transition/transition.ts';
import { alphabetOf, cutToUnits, unitCount } from './sms-alphabet.ts';

export function smsText(transition: Transition, linkTemplate: string): string {
  const { kind, severity } = transition;
  const mark = isOver(kind) ? '' : `${severity.toUpperCase()}: `;
  const title = oneLine(`${mark}${titleOf(transition)}`);
  const why = oneLine(whyText(transition));
  const link = linkOf(linkTemplate, transition);
  const lines = [title, why].filter((line) => line !== '');
  const whole = [...lines, ...(link === undefined ? [] : [link])].join('\n');
  const alphabet = alphabetOf(whole);
  if (unitCount(whole, alphabet) <= alphabet.unitsPerMessage) return whole;
  return fitted(lines);
}

/** Each line keeps its place: a long title leaves half of the room to the reasons, or what they need of it. */
function fitted([title = '', why]: readonly string[]): string {
  const alphabet = alphabetOf(`${title}${why ?? ''}`);
  const room = alphabet.unitsPerMessage;
  if (why === undefined) return cutToUnits(title, room, alphabet);
  const roomOfBoth = room - unitCount('\n', alphabet);
  const roomOfTitle = Math.max(Math.ceil(roomOfBoth / 2), roomOfBoth - unitCount(why, alphabet));
  const shownTitle = cutToUnits(title, roomOfTitle, alphabet);
  return `${shownTitle}\n${cutToUnits(why, roomOfBoth - unitCount(shownTitle, alphabet), alphabet)}`;
}
