// All that silences, as one: the windows of the configuration and what was made over the API. No I/O.
import type { Transition } from '../transition/transition.ts';
import type { MaintenanceWindow } from './maintenance-window.ts';
import { stateAt, type Silence } from './silence.ts';
import type { SilenceBook } from './silence-book.ts';
import type { Tallies, Tally } from './tallies.ts';

export class AllSilences {
  readonly #windows: readonly MaintenanceWindow[];
  readonly #book: Pick<SilenceBook, 'all' | 'find' | 'lastingFor'>;
  readonly #tallies: Pick<Tallies, 'of'>;

  constructor(
    windows: readonly MaintenanceWindow[],
    book: Pick<SilenceBook, 'all' | 'find' | 'lastingFor'>,
    tallies: Pick<Tallies, 'of'>,
  ) {
    this.#windows = windows;
    this.#book = book;
    this.#tallies = tallies;
  }

  /** The active one that matches and ends last. */
  lastingFor(transition: Transition, nowMs: number): Silence | undefined {
    let lasting: Silence | undefined = this.#book.lastingFor(transition, nowMs);
    for (const window of this.#windows) {
      const silence = window.activeAt(nowMs);
      if (silence === undefined || (lasting !== undefined && silence.endsAtMs <= lasting.endsAtMs)) continue;
      if (window.matches(transition)) lasting = silence;
    }
    return lasting;
  }

  /** The one that starts last comes first. */
  all(nowMs: number): readonly Silence[] {
    const windows = this.#windows.flatMap((window) => this.#shown(window, nowMs));
    return [...windows, ...this.#book.all()].toSorted(
      (one, other) => other.startsAtMs - one.startsAtMs || (one.id < other.id ? -1 : 1),
    );
  }

  active(nowMs: number): readonly Silence[] {
    const windows = this.#windows.flatMap((window) => window.activeAt(nowMs) ?? []);
    return [...windows, ...this.#book.all().filter((silence) => stateAt(silence, nowMs) === 'active')];
  }

  find(id: string, nowMs: number): Silence | undefined {
    const made = this.#book.find(id);
    if (made !== undefined) return made;
    for (const window of this.#windows) {
      const found = this.#shown(window, nowMs).find((silence) => silence.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What `find` knows, now or once it has been active: what is told of any other is of no use any more. */
  knownIds(nowMs: number): ReadonlySet<string> {
    const silences = [...this.#windows.flatMap((window) => window.around(nowMs)), ...this.#book.all()];
    return new Set(silences.map(({ id }) => id));
  }

  isActive(id: string, nowMs: number): boolean {
    const made = this.#book.find(id);
    if (made !== undefined) return stateAt(made, nowMs) === 'active';
    return this.#windows.some((window) => window.activeAt(nowMs)?.id === id);
  }

  tallyOf(id: string): Tally | undefined {
    return this.#tallies.of(id);
  }

  /** An occurrence is shown as over only if it was once seen active: the window may be newer than its first start. */
  #shown(window: MaintenanceWindow, nowMs: number): readonly Silence[] {
    return window
      .around(nowMs)
      .filter((silence) => stateAt(silence, nowMs) !== 'expired' || this.tallyOf(silence.id) !== undefined);
  }
}
