// Whether a body speaks for another session than its sender may. Pure.

/**
 * Whether an envelope of our own client in `body` names another session than `sessionId`. What other tools call a session
 * is their own affair, and is overridden by whom the request speaks for.
 */
export function namesAnotherSession(body: unknown, sessionId: string): boolean {
  return [body, ...entriesOf(body)].some((entry) => {
    if (typeof entry !== 'object' || entry === null || !('session_id' in entry)) return false;
    return entry.session_id !== sessionId;
  });
}

function entriesOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  const isWrapper =
    typeof body === 'object' && body !== null && 'events' in body && Array.isArray(body.events);
  return isWrapper ? (body.events as readonly unknown[]) : [];
}
