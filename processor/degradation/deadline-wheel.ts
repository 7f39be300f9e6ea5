// One wheel for the deadlines of all sessions, instead of a timer each. Pure: time is handed in.

/** Holds each item in the slot of its deadline; items come out when their slot has passed. */
export class DeadlineWheel<Item> {
  readonly #slotMs: number;
  readonly #slots = new Map<number, Set<Item>>();
  #nextSlot = Infinity;

  constructor(slotMs: number) {
    this.#slotMs = slotMs;
  }

  /** When the next slot that holds anything has passed; Infinity when none does. */
  get nextDueMs(): number {
    return this.#nextSlot * this.#slotMs;
  }

  /** The item may stand in several slots; whoever takes it out checks whether it is really due. */
  schedule(item: Item, dueMs: number): void {
    const slot = Math.ceil(dueMs / this.#slotMs);
    const items = this.#slots.get(slot);
    if (items === undefined) this.#slots.set(slot, new Set([item]));
    else items.add(item);
    if (slot < this.#nextSlot) this.#nextSlot = slot;
  }

  /** Takes out all whose deadline is at or before `nowMs`, earliest slot first. */
  takeDue(nowMs: number): Item[] {
    const due: Item[] = [];
    const currentSlot = Math.floor(nowMs / this.#slotMs);
    while (this.#nextSlot <= currentSlot) {
      const slot = this.#nextSlot;
      for (const item of this.#slots.get(slot) ?? []) due.push(item);
      this.#slots.delete(slot);
      this.#nextSlot = this.#earliest();
    }
    return due;
  }

  /** There are as many slots as seconds until the farthest deadline: few enough to look through. */
  #earliest(): number {
    let earliest = Infinity;
    for (const slot of this.#slots.keys()) if (slot < earliest) earliest = slot;
    return earliest;
  }
}
