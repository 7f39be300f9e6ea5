// Reasons and numbers in words, for explanations. The units are those of bridge/transition/transition.ts.
import type { Reason } from '../../bridge/transition/transition.ts';

/** What was measured and the limit that it broke, such as `mos 3.1 < 3.5 (packet_loss)`. */
export function describeReason(reason: Reason): string {
  const { rule, causes = [] } = reason;
  return [rule, ...measuredText(reason), ...(causes.length > 0 ? [`(${causes.join(', ')})`] : [])].join(' ');
}

/** `mos+freeze`. */
export function joinRules(reasons: readonly Reason[]): string {
  return reasons.map(({ rule }) => rule).join('+');
}

/** Rounded down, so that what falls short of a limit is never shown as having reached it. */
export function secondsText(durationMs: number): string {
  return `${Math.floor(durationMs / 100) / 10} s`;
}

export function percentText(ratio: number): string {
  return `${round(ratio * 100, 1)} %`;
}

function measuredText({ rule, value, threshold }: Reason): string[] {
  if (value === undefined || threshold === undefined) return [];
  switch (rule) {
    case 'mos':
    case 'experience':
    case 'broken_path':
      return [`${round(value, 2)} < ${round(threshold, 2)}`];
    case 'packet_loss':
      return [`${round(value, 1)} % > ${round(threshold, 1)} %`];
    case 'bitrate':
      return [`${round(value, 0)} < ${round(threshold, 0)} kbit/s`];
    case 'freeze':
      return [`${percentText(value)} ≥ ${percentText(threshold)}`];
    case 'gap':
    case 'all_silent':
    case 'undelivered':
    case 'unacknowledged':
      return [`${round(value, 1)} s`];
    case 'outage':
    case 'disconnected':
    case 'session_ended':
    case 'session_lost':
    case 'credential_refused':
    case 'destination_gone':
      return [];
    case 'flapping':
    case 'many_openings':
    case 'dead_letter':
      return [`${value} ≥ ${threshold}`];
    case 'degraded_share':
      return [`${percentText(value)} ≥ ${percentText(threshold)}`];
  }
}

function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
