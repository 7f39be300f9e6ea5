// Reasons in words, for people: what was measured, in its unit, and the limit.
import { rounded } from '../transition/metrics-body.ts';
import type { Reason, ReasonRule } from '../transition/transition.ts';
import { countText } from './count-text.ts';

/** How a rule is written. */
interface RuleWords {
  readonly name: string;
  /** Between name and measured value. */
  readonly link?: string;
  readonly unit?: string;
  /** What 1 in the model is in that unit. */
  readonly scale?: number;
  /** Of a count: what is counted, in the singular. Without a link it stands in front. The limit goes without it. */
  readonly counted?: string;
}

const WORDS: Readonly<Record<ReasonRule, RuleWords>> = {
  mos: { name: 'MOS' },
  packet_loss: { name: 'packet loss', unit: '%' },
  bitrate: { name: 'bitrate', unit: 'kbit/s' },
  freeze: { name: 'frozen', unit: '%', scale: 100 },
  experience: { name: 'video experience' },
  broken_path: { name: 'MOS on a broken path' },
  gap: { name: 'no sample', link: 'for', unit: 's' },
  outage: { name: 'no media', link: 'for', unit: 's' },
  disconnected: { name: 'disconnected' },
  session_ended: { name: 'the session ended' },
  session_lost: { name: 'the session was lost' },
  flapping: { name: 'flapping', link: 'with', counted: 'opening' },
  many_openings: { name: 'opened at once', counted: 'incident' },
  degraded_share: { name: 'degraded sessions', unit: '%', scale: 100 },
  all_silent: { name: 'no sample from anybody', link: 'for', unit: 's' },
  undelivered: { name: 'undelivered', link: 'for', unit: 's' },
  dead_letter: { name: 'refused for good', counted: 'alert' },
  credential_refused: { name: 'the credential is refused' },
  destination_gone: { name: 'the destination says that it is gone' },
  unacknowledged: { name: 'unacknowledged', link: 'for', unit: 's' },
};

/** `MOS 3.07 (limit 3.5)`, `frozen 45 % (limit 30 %)`, `12 incidents opened at once (limit 10)`, `disconnected`. */
function reasonText({ rule, value, threshold, causes = [] }: Reason): string {
  const { unit, scale = 1 } = WORDS[rule];
  const limit = shown(threshold, scale);
  const parts = [measuredText(WORDS[rule], shown(value, scale))];
  if (limit !== undefined) parts.push(`(limit ${withUnit(limit, unit)})`);
  if (causes.length > 0) parts.push(`because of ${causes.join(', ').replaceAll('_', ' ')}`);
  return parts.join(' ');
}

function measuredText({ name, link, unit, counted }: RuleWords, value: number | undefined): string {
  if (value === undefined) return name;
  const measured = counted === undefined ? withUnit(value, unit) : countText(value, counted);
  if (link !== undefined) return `${name} ${link} ${measured}`;
  return counted === undefined ? `${name} ${measured}` : `${measured} ${name}`;
}

/** Two decimals are what a person reads. */
function shown(number: number | undefined, scale: number): number | undefined {
  const exact = rounded(number === undefined ? undefined : number * scale);
  return exact === undefined ? undefined : Math.round(exact * 100) / 100;
}

function withUnit(number: number, unit: string | undefined): string {
  return unit === undefined ? String(number) : `${number} ${unit}`;
}

/** All of them in one line; empty when there are none. */
export function reasonsText(reasons: readonly Reason[]): string {
  return reasons.map(reasonText).join('; ');
}
