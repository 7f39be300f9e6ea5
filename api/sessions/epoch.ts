// What tells the numbers of one process from those of another: positions in lists and streams begin anew with each
// start, and a client that brings one along must not be given the place of another.
import type { Clock } from '../../collector/clock.ts';

/** Letters and digits; another one at each start, and in each process of several. */
export function createEpoch(clock: Clock): string {
  const chance = Math.floor(clock.random() * 36 ** 4);
  return clock.nowMs().toString(36) + chance.toString(36).padStart(4, '0');
}

/** `number` under `epoch`, as clients carry it. */
export function placeText(epoch: string, number: number): string {
  return `${epoch}-${number}`;
}

/** The number of a text that `placeText` made under the same epoch; undefined for any other. */
export function placeNumber(epoch: string, text: string): number | undefined {
  if (!text.startsWith(`${epoch}-`)) return undefined;
  const digits = text.slice(epoch.length + 1);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
