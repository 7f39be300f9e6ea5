// The sessions that the processor knows, and how many of them are active and talking: counted with each change, never anew.
import type { DegradedLevel } from '../../receiver/session-gauges/degraded-level.ts';
import { standingOf, type Sessions, type Standing } from './fleet/sessions.ts';
import type { SessionState } from './state.ts';

export interface Session {
  readonly id: string;
  readonly state: SessionState | undefined;
  readonly standing: Standing;
  /** The earliest slot of the wheel that this session stands in. */
  scheduledAtMs: number;
  level: DegradedLevel;
  /** Whether the store knows this session. */
  isStored: boolean;
  /** Of the last state, for the record that the session is forgotten. */
  lastRevision: number;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export class SessionTable implements Sessions {
  readonly #sessions = new Map<string, Mutable<Session>>();
  #activeCount = 0;
  #talkingCount = 0;

  get activeCount(): number {
    return this.#activeCount;
  }

  get talkingCount(): number {
    return this.#talkingCount;
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** The session of that id, made if there is none. */
  obtain(id: string): Session {
    let session = this.#sessions.get(id);
    if (session === undefined) {
      session = {
        id,
        state: undefined,
        standing: 'absent',
        scheduledAtMs: Infinity,
        level: 0,
        isStored: false,
        lastRevision: 0,
      };
      this.#sessions.set(id, session);
    }
    return session;
  }

  /** Without a state the session is forgotten. */
  setState(session: Session, state: SessionState | undefined): void {
    const changed: Mutable<Session> = session;
    changed.state = state;
    if (state === undefined) this.#sessions.delete(session.id);
    else changed.lastRevision = state.revision;
    const standing = standingOf(state);
    if (standing === session.standing) return;
    this.#count(session.standing, -1);
    this.#count(standing, 1);
    changed.standing = standing;
  }

  all(): Iterable<Session> {
    return this.#sessions.values();
  }

  stateOf(sessionId: string): SessionState | undefined {
    return this.#sessions.get(sessionId)?.state;
  }

  *states(): Generator<SessionState, void> {
    for (const { state } of this.#sessions.values()) if (state !== undefined) yield state;
  }

  #count(standing: Standing, change: 1 | -1): void {
    if (standing === 'absent') return;
    this.#activeCount += change;
    if (standing === 'talking') this.#talkingCount += change;
  }
}
