// Events by due time, then by the order in which they were put in: a binary heap, since a day has many of them.

export interface QueuedEvent {
  readonly dueMs: number;
  readonly order: number;
  /** Undefined when it was cancelled. */
  callback: (() => void) | undefined;
}

export class EventQueue {
  readonly #heap: QueuedEvent[] = [];

  /** The earliest that has not been cancelled. */
  peek(): QueuedEvent | undefined {
    while (this.#heap.length > 0 && this.#heap[0]!.callback === undefined) this.#removeFirst();
    return this.#heap[0];
  }

  /** Takes out what `peek` shows. */
  pop(): QueuedEvent | undefined {
    const first = this.peek();
    if (first !== undefined) this.#removeFirst();
    return first;
  }

  push(event: QueuedEvent): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(one: QueuedEvent, other: QueuedEvent): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
