// When a source was heard and when not. Two things follow: how long each gap was, and a clock that stands still while we
// hear nothing, by which the silence of sessions is told: that they were not heard in a gap says nothing of them, and to
// forget them then would let what the platform repeats afterwards pass a second time. Pure: the time is handed in.

export class Listening {
  /** When something was last heard; the beginning when nothing was. */
  #heardAtMs: number;
  /** The present stretch of listening, when there is one. */
  #sinceMs: number | undefined;
  #listenedBeforeMs = 0;
  #hasFailed = false;

  constructor(nowMs: number) {
    this.#heardAtMs = nowMs;
  }

  get isListening(): boolean {
    return this.#sinceMs !== undefined;
  }

  /** The source answers. How long the gap was that this ends; 0 when there was none. */
  begin(nowMs: number): number {
    const gapMs = this.#hasFailed ? Math.max(0, nowMs - this.#heardAtMs) : 0;
    this.#hasFailed = false;
    this.#sinceMs ??= nowMs;
    this.#heardAtMs = nowMs;
    return gapMs;
  }

  /** Something came, if only a heartbeat. */
  hear(nowMs: number): void {
    this.#heardAtMs = nowMs;
  }

  /** The source answers no more, or not at all. The gap began when it was last heard. */
  fail(): void {
    this.#hasFailed = true;
    if (this.#sinceMs === undefined) return;
    this.#listenedBeforeMs += Math.max(0, this.#heardAtMs - this.#sinceMs);
    this.#sinceMs = undefined;
  }

  /** For how long we have listened. */
  listenedMs(nowMs: number): number {
    return this.#listenedBeforeMs + (this.#sinceMs === undefined ? 0 : Math.max(0, nowMs - this.#sinceMs));
  }
}
