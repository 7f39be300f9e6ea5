// Silences that a test starts and ends: each is a condition on transitions.
import type { Silencer } from '../../bridge/outbox/silencer.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import type { Component } from '../../collector/component.ts';

export class FakeSilencer implements Component, Silencer {
  readonly #active = new Map<string, (transition: Transition) => boolean>();

  begin(silenceId: string, matches: (transition: Transition) => boolean = () => true): void {
    this.#active.set(silenceId, matches);
  }

  end(silenceId: string): void {
    this.#active.delete(silenceId);
  }

  silenceOf(transition: Transition): string | undefined {
    for (const [id, matches] of this.#active) if (matches(transition)) return id;
    return undefined;
  }

  isActive(silenceId: string): boolean {
    return this.#active.has(silenceId);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
