// The endless answers under way: they end when the process begins to stop, while other requests are still answered.

export class OpenStreams {
  readonly #open = new Set<AbortController>();
  #hasEnded = false;

  get count(): number {
    return this.#open.size;
  }

  /** The returned function says that it is over. */
  add(stream: AbortController): () => void {
    if (this.#hasEnded) stream.abort();
    this.#open.add(stream);
    return () => this.#open.delete(stream);
  }

  /** Ends all of them, and each that begins from now on. */
  endAll(): void {
    this.#hasEnded = true;
    for (const stream of this.#open) stream.abort();
  }
}
