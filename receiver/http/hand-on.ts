// The step over to the next stage: what becomes of a body that it refuses. Knows nothing of how records are made.
import { type Consumer, RefusedError } from '../../collector/component.ts';
import type { QualityBatch } from '../sample.ts';
import { Refusal, retryAfter } from './refusal.ts';
import type { PushTelemetry } from './telemetry.ts';

export interface HandOnParts {
  readonly next: Consumer<QualityBatch>;
  readonly telemetry: PushTelemetry;
  /** Named places at which tests end the process. */
  crashPoint(name: string): void;
}

const TRY_AGAIN = 'not all of it could be processed; send the same body again';
const WAIT_AFTER_FAULT_MS = 5_000;

/**
 * Resolves after the batch has had its effect. When it is refused, `undo` is called and a 503 thrown: nothing of it may be
 * taken as done, since the second try must bring the same records again. Stages that did see them know them by their
 * instant.
 */
export async function handOn(parts: HandOnParts, batch: QualityBatch, undo: () => void): Promise<void> {
  parts.crashPoint('receiver.before-hand-on');
  try {
    await parts.next.consume(batch);
  } catch (error) {
    undo();
    if (error instanceof RefusedError) {
      parts.telemetry.refused(batch.records.length);
      throw new Refusal(503, TRY_AGAIN, retryAfter(error.retryAfterMs));
    }
    parts.telemetry.failed(batch.records.length);
    throw new Refusal(503, TRY_AGAIN, retryAfter(WAIT_AFTER_FAULT_MS), { cause: error });
  }
  parts.crashPoint('receiver.before-answer');
}
