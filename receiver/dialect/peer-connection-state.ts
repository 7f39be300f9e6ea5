// What a state of a peer connection, or of its ICE part, means for the session: the libraries report both, and the later
// one says nothing new. One body tells nothing of the session's other connections: a closed one ends it, and a session
// that goes on with others is taken up again by its next sample.
import type { SessionEventType } from '../sample.ts';

const MEANINGS: ReadonlyMap<unknown, SessionEventType> = new Map([
  ['connected', 'connected'],
  ['completed', 'connected'],
  ['disconnected', 'disconnected'],
  ['failed', 'disconnected'],
  ['closed', 'ended'],
]);

/** Undefined for a state on the way, such as `checking`. */
export function meaningOfState(state: unknown): SessionEventType | undefined {
  return MEANINGS.get(state);
}
