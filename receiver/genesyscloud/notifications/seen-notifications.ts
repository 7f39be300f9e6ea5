// Tells a notification that has come before from one that only says the same. While one channel takes over from another
// both bring everything: what the platform has numbered is known by its number and contents, and of the rest each channel
// has as many of equal contents as the other. Bounded.
import type { Notification } from './frame.ts';

/** Of numbered ones: far more than come within the seconds by which channels and repetitions differ. */
const MAX_REMEMBERED = 4_096;

interface Counts {
  readonly byLine: Map<number, number>;
  /** The most that one line has brought; so many have been let pass. */
  passedCount: number;
}

export class SeenNotifications {
  readonly #numbered = new Set<string>();
  /** Of those without a number, while several lines are open. */
  #unnumbered = new Map<string, Counts>();
  #hasOverlap = false;

  /** Call it when a line is opened or closed: what was counted before says nothing of the lines that are open now. */
  linesChanged(openCount: number): void {
    this.#hasOverlap = openCount > 1;
    this.#unnumbered = new Map();
  }

  /** `line`: a number that tells one connection from another. */
  isRepeated({ identity, isNumbered }: Notification, line: number): boolean {
    if (isNumbered) {
      if (this.#numbered.has(identity)) return true;
      this.#numbered.add(identity);
      forgetOldest(this.#numbered);
      return false;
    }
    if (!this.#hasOverlap) return false;
    const counts = this.#unnumbered.get(identity) ?? { byLine: new Map<number, number>(), passedCount: 0 };
    this.#unnumbered.set(identity, counts);
    forgetOldest(this.#unnumbered);
    const count = (counts.byLine.get(line) ?? 0) + 1;
    counts.byLine.set(line, count);
    if (count <= counts.passedCount) return true;
    counts.passedCount = count;
    return false;
  }
}

function forgetOldest(remembered: Set<string> | Map<string, unknown>): void {
  if (remembered.size > MAX_REMEMBERED) remembered.delete(remembered.keys().next().value!);
}
