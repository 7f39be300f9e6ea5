// How many streams there may be at a time. One that is let in gives its place back when it ends, or when its client is
// gone before it has begun.
import { ApiRefusal } from '../api-refusal.ts';
import type { StreamFormatName } from './instruments.ts';

/** What a client is told to wait that finds no place. */
const RETRY_AFTER_S = 30;

export class StreamSlots {
  readonly #maxStreams: number;
  readonly #open: Record<StreamFormatName, number> = { sse: 0, ndjson: 0 };

  constructor(maxStreams: number) {
    this.#maxStreams = maxStreams;
  }

  openCount(format: StreamFormatName): number {
    return this.#open[format];
  }

  /** The returned function gives the place back; so does the signal. Throws a 503 when there is none. */
  take(format: StreamFormatName, signal: AbortSignal): () => void {
    if (this.#open.sse + this.#open.ndjson >= this.#maxStreams) {
      const headers = { 'retry-after': String(RETRY_AFTER_S) };
      throw new ApiRefusal(503, 'too.many.streams', 'too many streams are open; come back later', headers);
    }
    if (signal.aborted) return () => {};
    this.#open[format] += 1;
    const give = () => {
      if (!isTaken) return;
      isTaken = false;
      signal.removeEventListener('abort', give);
      this.#open[format] -= 1;
    };
    let isTaken = true;
    signal.addEventListener('abort', give);
    return give;
  }
}
