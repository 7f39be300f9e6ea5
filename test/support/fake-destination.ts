// A destination that only stores its rows, and keeps what it was told of commits.
import type { Destination } from '../../bridge/outbox/destination.ts';
import { rowStatement } from '../../bridge/outbox/outbox-store.ts';
import { DEFAULT_SENDING_QUEUE } from '../../bridge/outbox/sending-queue.ts';
import type { Severity, Transition } from '../../bridge/transition/transition.ts';
import type { Statement } from '../../collector/extension/storage.ts';

export class FakeDestination implements Destination {
  readonly destinationId: string;
  readonly minSeverity: Severity;
  isTaking = true;
  sendingQueue = DEFAULT_SENDING_QUEUE;
  /** What it adds to each commit. */
  extra: readonly Statement[] = [];
  readonly committedCounts: number[] = [];

  constructor(destinationId: string, minSeverity: Severity) {
    this.destinationId = destinationId;
    this.minSeverity = minSeverity;
  }

  statementsFor(transition: Transition, silenceId?: string): readonly Statement[] {
    return [rowStatement(this.destinationId, transition, 'body', silenceId), ...this.extra];
  }

  committed(transitionCount: number): void {
    this.committedCounts.push(transitionCount);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
