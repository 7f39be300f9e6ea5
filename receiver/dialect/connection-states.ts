// The states of a call's peer connections → what happened to its session. A call may have several connections: the
// session is disconnected when one of them is, and ended when the last one is closed.
import type { SessionEventType } from '../sample.ts';

/** Of connections that have been connected at some time; a connection that never was is no news. */
type Known = 'up' | 'down' | 'closed';

const MEANINGS: ReadonlyMap<unknown, Known> = new Map([
  ['connected', 'up'],
  ['completed', 'up'],
  ['disconnected', 'down'],
  ['failed', 'down'],
  ['closed', 'closed'],
]);

export class ConnectionStates {
  readonly #states = new Map<string, Known>();

  /**
   * `state` is a value of `connectionState` or `iceConnectionState`; since version 142 Chrome writes it down with quotes.
   * Returns what it means for the session, if anything.
   */
  take(connection: string, state: unknown): SessionEventType | undefined {
    const next = MEANINGS.get(typeof state === 'string' ? state.replaceAll('"', '') : undefined);
    const before = this.#states.get(connection);
    if (next === undefined || (before === undefined && next !== 'up')) return undefined;
    this.#states.set(connection, next);
    switch (next) {
      case 'up':
        return before === 'up' || this.#has('down') ? undefined : 'connected';
      case 'down':
        // Also from down to down: `failed` after `disconnected` says that it does not come back by itself.
        return before === 'closed' ? undefined : 'disconnected';
      case 'closed':
        if (before === 'closed') return undefined;
        if (!this.#has('up') && !this.#has('down')) return 'ended';
        return before === 'down' && !this.#has('down') ? 'connected' : undefined;
    }
  }

  #has(state: Known): boolean {
    return [...this.#states.values()].includes(state);
  }
}
