// Which conversations have been counted: windows overlap, and a page may be read twice. Remembered for as long as one could
// come again, and not more of them than there is room for. Pure.

/** Of two hours of the largest organisations; some megabytes. */
const MAX_REMEMBERED = 100_000;
/** An end may be told with activity that follows it. */
const AFTERGLOW_MS = 86_400_000;

export class CountedConversations {
  /** By id, when each ended; in the order in which they were counted. */
  readonly #endedAtMs = new Map<string, number>();

  /** Whether it is the first time. The oldest makes room. */
  count(conversationId: string, endedAtMs: number): boolean {
    if (this.#endedAtMs.has(conversationId)) return false;
    if (this.#endedAtMs.size >= MAX_REMEMBERED) {
      for (const [oldest] of this.#endedAtMs) {
        this.#endedAtMs.delete(oldest);
        break;
      }
    }
    this.#endedAtMs.set(conversationId, endedAtMs);
    return true;
  }

  /** No window will begin before `fromMs` any more. */
  forgetBefore(fromMs: number): void {
    for (const [conversationId, endedAtMs] of this.#endedAtMs) {
      if (endedAtMs < fromMs - AFTERGLOW_MS) this.#endedAtMs.delete(conversationId);
    }
  }
}
