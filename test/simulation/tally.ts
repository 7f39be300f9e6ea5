// What many days had in them, added up: a simulation in which nothing happens would keep every promise.
import type { Verdict } from './verdict.ts';

export class Tally {
  readonly died = new Map<string, number>();
  readonly passed = new Set<string>();
  #dayCount = 0;
  #recordCount = 0;
  #transitionCount = 0;
  #requestCount = 0;
  #escalationCount = 0;

  add(verdict: Verdict): void {
    this.#dayCount += 1;
    this.#recordCount += verdict.recordCount;
    this.#transitionCount += verdict.transitionCount;
    this.#requestCount += verdict.requestCount;
    this.#escalationCount += verdict.escalationCount;
    for (const place of verdict.passed) this.passed.add(place);
    for (const [place, count] of Object.entries(verdict.died))
      this.died.set(place, (this.died.get(place) ?? 0) + count);
  }

  get lines(): readonly string[] {
    const places = [...this.died].sort(([, one], [, other]) => other - one);
    return [
      `${this.#dayCount} days: ${this.#recordCount} records, ${this.#transitionCount} transitions, ${this.#requestCount} requests, ${this.#escalationCount} escalations; the process ended`,
      ...places.map(([place, count]) => `  ${String(count).padStart(6)}  ${place}`),
    ];
  }
}
