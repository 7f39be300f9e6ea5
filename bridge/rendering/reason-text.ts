// Reasons in words, for people: what was measured, in its unit, and the limit.
import { rounded } from '../transition/metrics-body.ts';
import type { Reason, ReasonRule } from '../transition/transition.ts';

/** How a rule is written: its name, a word between name and value, the unit, and what 1 in the model is in that unit. */
const WORDS: Readonly<Record<ReasonRule, { name: string; link?: string; unit?: string; scale?: number }>> = {
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
};

/** `MOS 3.07 (limit 3.5)`, `frozen 45 % (limit 30 %)`, `disconnected`. */
function reasonText({ rule, value, threshold, causes }: Reason): string {
  const { name, link, unit, scale = 1 } = WORDS[rule];
  const measured = (number: number | undefined) => {
    const shown = rounded(number === undefined ? undefined : number * scale);
    if (shown === undefined) return undefined;
    // Two decimals are what a person reads.
    const text = String(Math.round(shown * 100) / 100);
    return unit === undefined ? text : `${text} ${unit}`;
  };
  const limit = measured(threshold);
  const parts = [
    name,
    measured(value) && link,
    measured(value),
    limit === undefined ? undefined : `(limit ${limit})`,
  ];
  if (causes !== undefined && causes.length > 0)
    parts.push(`because of ${causes.join(', ').replaceAll('_', ' ')}`);
  return parts.filter((part) => part !== undefined).join(' ');
}

/** All of them in one line; empty when there are none. */
export function reasonsText(reasons: readonly Reason[]): string {
  return reasons.map(reasonText).join('; ');
}
