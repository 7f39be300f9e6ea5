// A maintenance window of the configuration: one silence, or one that recurs. In UTC, where a day has always 24 hours.
// Pure; the time is handed in.
import { createHash } from 'node:crypto';
import type { Transition } from '../transition/transition.ts';
import { allHold } from './matching.ts';
import type { Matcher } from './matcher.ts';
import { KEEP_EXPIRED_MS, stateAt, type Silence, type SilenceTerms } from './silence.ts';
import { compileMatchers } from './silence-fields.ts';

export const REPEATS = ['none', 'daily', 'weekly'] as const;
export type Repeat = (typeof REPEATS)[number];

const DAY_MS = 24 * 3_600_000;

/** From one start to the next. */
export const PERIOD_MS: Readonly<Record<Repeat, number>> = {
  none: Infinity,
  daily: DAY_MS,
  weekly: 7 * DAY_MS,
};

/** The terms are those of the first occurrence. */
export interface WindowTerms extends SilenceTerms {
  readonly repeat: Repeat;
}

export class MaintenanceWindow {
  readonly #terms: WindowTerms;
  readonly #matchers: readonly Matcher[];
  readonly #digest: string;

  /** For terms that the configuration's schema has found nothing wrong with: none is longer than its period. */
  constructor(terms: WindowTerms) {
    this.#terms = terms;
    this.#matchers = compileMatchers(terms.matchers);
    this.#digest = digestOf(terms);
  }

  matches(transition: Transition): boolean {
    return allHold(this.#matchers, transition);
  }

  /** The occurrence that is active; undefined between two. */
  activeAt(nowMs: number): Silence | undefined {
    const last = this.#lastStarted(nowMs);
    if (last < 0) return undefined;
    const occurrence = this.#occurrence(last);
    return stateAt(occurrence, nowMs) === 'active' ? occurrence : undefined;
  }

  /** Those that a list has to show: not long over, active, and the next one. Oldest first. */
  around(nowMs: number): readonly Silence[] {
    const last = this.#lastStarted(nowMs);
    const shown: Silence[] = [];
    for (let index = last; index >= 0; index -= 1) {
      const occurrence = this.#occurrence(index);
      if (nowMs - occurrence.endsAtMs >= KEEP_EXPIRED_MS) break;
      shown.unshift(occurrence);
    }
    if (last < 0 || this.#terms.repeat !== 'none') shown.push(this.#occurrence(last + 1));
    return shown;
  }

  /** The number of the occurrence that started last, counted from 0; -1 before the first. */
  #lastStarted(nowMs: number): number {
    const { startsAtMs, repeat } = this.#terms;
    return nowMs < startsAtMs ? -1 : Math.floor((nowMs - startsAtMs) / PERIOD_MS[repeat]);
  }

  #occurrence(index: number): Silence {
    const { repeat, startsAtMs, endsAtMs, ...terms } = this.#terms;
    // Nothing of an endless period times zero.
    const laterMs = index === 0 ? 0 : index * PERIOD_MS[repeat];
    return {
      ...terms,
      id: `window-${this.#digest}-${startsAtMs + laterMs}`,
      origin: 'config',
      startsAtMs: startsAtMs + laterMs,
      endsAtMs: endsAtMs + laterMs,
    };
  }
}

/** A window of which anything was changed is another one: what it holds back must not hang on what it once was. */
function digestOf({ matchers, startsAtMs, endsAtMs, repeat, author, comment }: WindowTerms): string {
  const content = JSON.stringify([matchers, startsAtMs, endsAtMs, repeat, author, comment]);
  return createHash('sha256').update(content, 'utf8').digest('hex').slice(0, 16);
}
