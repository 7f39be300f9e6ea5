// What became of the degraded sessions: when each was told of first, which never were, and which only when it was over. Pure.
import type { ArrivedNotice } from './notices.ts';

export interface Told {
  /** From the first degraded sample to the first notice that says so, milliseconds; one for each session that was told. */
  readonly latenciesMs: readonly number[];
  /** Sessions that no notice ever named as degraded … */
  readonly lostCount: number;
  /** … and those among them that a notice said to be over. */
  readonly onlyOverCount: number;
  /** Sessions of which both was told. */
  readonly bothCount: number;
  /** Notices that a session is degraded which never was, or was not yet. */
  readonly falseCount: number;
}

/** `firstBadAtMs`: when the first degraded sample of each degraded session was sent, by its id. */
export function tellTold(firstBadAtMs: ReadonlyMap<string, number>, notices: readonly ArrivedNotice[]): Told {
  const firstToldAtMs = new Map<string, number>();
  const over = new Set<string>();
  let falseCount = 0;
  for (const { sessionId, kind, atMs } of notices) {
    if (kind === 'over') {
      over.add(sessionId);
    } else if (atMs < (firstBadAtMs.get(sessionId) ?? Infinity)) {
      falseCount += 1;
    } else {
      firstToldAtMs.set(sessionId, Math.min(atMs, firstToldAtMs.get(sessionId) ?? Infinity));
    }
  }
  const lost = [...firstBadAtMs.keys()].filter((id) => !firstToldAtMs.has(id));
  return {
    latenciesMs: [...firstToldAtMs].map(([id, atMs]) => atMs - firstBadAtMs.get(id)!),
    lostCount: lost.length,
    onlyOverCount: lost.filter((id) => over.has(id)).length,
    bothCount: [...firstToldAtMs.keys()].filter((id) => over.has(id)).length,
    falseCount,
  };
}

/** The notices and the sessions of some of the ids only. */
export function ofSessions(
  ids: ReadonlySet<string>,
  firstBadAtMs: ReadonlyMap<string, number>,
  notices: readonly ArrivedNotice[],
): Told {
  return tellTold(
    new Map([...firstBadAtMs].filter(([id]) => ids.has(id))),
    notices.filter(({ sessionId }) => ids.has(sessionId)),
  );
}
