// Randomness that a seed repeats. What is sent, what the SIEM answers and when is killed are each drawn from a stream of
// their own, so that none of them shifts another.

export class Seeded {
  #state: number;

  constructor(seed: number, stream: string) {
    let state = seed | 0;
    for (const character of stream) state = (Math.imul(state, 31) + character.codePointAt(0)!) | 0;
    this.#state = state;
  }

  /** 0 ≤ x < 1, by Mulberry32. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.whole(0, items.length - 1)]!;
  }
}
