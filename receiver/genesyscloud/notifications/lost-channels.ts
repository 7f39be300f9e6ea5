// The platform keeps 20 channels per client and user, and takes the one that was used the longest ago away for the 21st.
// Once that is a disturbance; again and again somebody else lives on the same client. Pure: the time is handed in.

/** So many within the hour are worth telling, once an hour. */
const WORTH_TELLING = 3;
const HOUR_MS = 3_600_000;

export class LostChannels {
  #lostAtMs: number[] = [];
  #toldAtMs = -Infinity;

  /** Notes one. Whether to tell now that they are many. */
  note(nowMs: number): boolean {
    this.#lostAtMs = [...this.#lostAtMs.filter((atMs) => nowMs - atMs < HOUR_MS), nowMs].slice(
      -WORTH_TELLING,
    );
    if (this.#lostAtMs.length < WORTH_TELLING || nowMs - this.#toldAtMs < HOUR_MS) return false;
    this.#toldAtMs = nowMs;
    return true;
  }
}
