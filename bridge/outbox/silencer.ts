// What the outbox asks before it sends: whether somebody has said that this is not to be told now. The contract only; the
// extension `silences` keeps it.
import type { Component, Host } from '../../collector/component.ts';
import type { Transition } from '../transition/transition.ts';

export interface Silencer {
  /** The id of the silence that is active at `nowMs` and matches the transition; undefined when there is none. */
  silenceOf(transition: Transition, nowMs: number): string | undefined;
  /** Whether the silence is active at `nowMs`. One that is not known is not. */
  isActive(silenceId: string, nowMs: number): boolean;
  /**
   * Told after the commit of a transition that the silence holds back, once however many destinations want it. A silence
   * that is not its own is another silencer's.
   */
  heldBack?(silenceId: string, nowMs: number): void;
}

function isSilencer(extension: Component): extension is Component & Silencer {
  return 'silenceOf' in extension;
}

/** All of the process: none when no extension offers one. */
export function silencersOf(host: Host): readonly Silencer[] {
  return [...host.extensions.values()].filter(isSilencer);
}
