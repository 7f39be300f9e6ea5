// The alert queue of a simulated process: each transition is written down in the commit that decides it, in a table of
// its own. What stands here was promised; the oracle holds everybody else to it.
import type { Destination } from '../../bridge/outbox/destination.ts';
import type { Outbox } from '../../bridge/outbox/outbox.ts';
import type { Severity, Transition } from '../../bridge/transition/transition.ts';
import type { Component } from '../../collector/component.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import type { MemoryDisk } from './memory-disk.ts';

const CREATE = `CREATE TABLE IF NOT EXISTS promised (
  number INTEGER PRIMARY KEY, idempotency_key TEXT NOT NULL UNIQUE, transition_json TEXT NOT NULL) STRICT`;

export class QueueLog implements Component, Destination {
  readonly destinationId: string;
  readonly minSeverity: Severity = 'warning';
  readonly #outbox: Outbox;

  constructor(id: string, outbox: Outbox) {
    this.destinationId = id;
    this.#outbox = outbox;
  }

  async start(): Promise<void> {
    await this.#outbox.incidents.commit([{ sql: CREATE, values: [] }]);
    this.#outbox.register(this);
  }

  statementsFor(transition: Transition): readonly Statement[] {
    return [
      {
        sql: 'INSERT INTO promised (idempotency_key, transition_json) VALUES (?, ?) ON CONFLICT DO NOTHING',
        values: [transition.idempotencyKey, JSON.stringify(transition)],
      },
    ];
  }

  committed(): void {
    // The commit was the delivery.
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** All that was ever promised, in the order of the commits. */
export function promisedOn(disk: MemoryDisk): readonly Transition[] {
  return disk
    .look('incidents', 'SELECT transition_json FROM promised ORDER BY number')
    .map((row) => JSON.parse(String(row.transition_json)) as Transition);
}
