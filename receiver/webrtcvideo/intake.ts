// The way of one body through the receiver: decoded, admitted, handed on, and only then answered. Knows no HTTP but the
// status that its answer has.
import type { Clock } from '../../collector/clock.ts';
import { type Consumer, RefusedError } from '../../collector/component.ts';
import type { Admission } from '../admission.ts';
import {
  BodyError,
  type BodyFormat,
  type Decoded,
  type GuideDecoder,
  type Rejection,
} from '../guide-event/decode-body.ts';
import type { QualityBatch, QualitySample, SessionEvent } from '../sample.ts';
import { type Answer, answerOf } from './answer.ts';
import { Refusal, retryAfter } from './refusal.ts';
import type { ReceiverTelemetry } from './telemetry.ts';

export interface IntakeParts {
  readonly clock: Clock;
  readonly decoder: GuideDecoder;
  readonly admission: Admission;
  readonly next: Consumer<QualityBatch>;
  readonly telemetry: ReceiverTelemetry;
  readonly maxSessions: number;
  readonly sessionTimeoutMs: number;
  /** Named places at which tests end the process. */
  crashPoint(name: string): void;
}

/** What admission made of the records of one body. */
interface Admitted {
  readonly records: (QualitySample | SessionEvent)[];
  readonly withoutRoom: Rejection[];
  duplicateCount: number;
  lateCount: number;
}

const TRY_AGAIN = 'not all of it could be processed; send the same body again';
const WAIT_AFTER_FAULT_MS = 5_000;

export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Resolves after what was taken has had its effect. Throws a Refusal when the body must be sent again, or another one. */
  async take(bytes: Uint8Array, format: BodyFormat): Promise<Answer> {
    const { clock, telemetry } = this.#parts;
    const nowMs = clock.nowMs();
    const decoded = this.#decode(bytes, format, nowMs);
    const admitted = this.#admit(decoded, nowMs);
    const droppedCount = admitted.duplicateCount + admitted.lateCount;
    // A body of repetitions is handed on too, empty as it is: it may be the second try of one that the next stage
    // refused, and the answer must wait for what the first try left there.
    this.#parts.crashPoint('receiver.before-hand-on');
    if (admitted.records.length + droppedCount > 0) await this.#handOn(admitted.records);
    this.#parts.crashPoint('receiver.before-answer');
    telemetry.accepted(admitted.records.length);
    telemetry.failed(decoded.rejected.length);
    telemetry.refused(admitted.withoutRoom.length);
    telemetry.dropped('duplicate', admitted.duplicateCount);
    telemetry.dropped('late', admitted.lateCount);
    telemetry.clamped(decoded.clampedCount);
    telemetry.droppedAddresses(decoded.droppedAddressCount);
    return answerOf({
      acceptedCount: admitted.records.length,
      duplicateCount: droppedCount,
      malformed: decoded.rejected,
      withoutRoom: admitted.withoutRoom,
      roomAfterMs: this.#parts.admission.roomAfterMs(nowMs),
    });
  }

  #decode(bytes: Uint8Array, format: BodyFormat, nowMs: number): Decoded {
    try {
      return this.#parts.decoder.decode(bytes, format, nowMs);
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      this.#parts.telemetry.failed(1);
      throw new Refusal(error.kind === 'malformed' ? 400 : 413, error.message);
    }
  }

  #admit({ records, indexes }: Decoded, nowMs: number): Admitted {
    const { admission, maxSessions } = this.#parts;
    const admitted: Admitted = { records: [], withoutRoom: [], duplicateCount: 0, lateCount: 0 };
    const reason = `is one session too many: max_sessions is ${maxSessions}`;
    for (const [ordinal, record] of records.entries()) {
      const verdict = admission.admit(record, nowMs);
      switch (verdict) {
        case 'admitted':
          admitted.records.push(record);
          break;
        case 'duplicate':
          admitted.duplicateCount += 1;
          break;
        case 'late':
          admitted.lateCount += 1;
          break;
        case 'no_room':
          admitted.withoutRoom.push({ index: indexes[ordinal]!, path: 'session.id', reason });
          break;
      }
    }
    return admitted;
  }

  async #handOn(records: readonly (QualitySample | SessionEvent)[]): Promise<void> {
    const { next, sessionTimeoutMs, telemetry, admission } = this.#parts;
    try {
      await next.consume({ records, sessionTimeoutMs });
    } catch (error) {
      // Nothing of it may be taken as done: the second try must bring the same records again. Stages that did see them
      // know them by their instant.
      for (const record of records) admission.withdraw(record);
      if (error instanceof RefusedError) {
        telemetry.refused(records.length);
        throw new Refusal(503, TRY_AGAIN, retryAfter(error.retryAfterMs));
      }
      telemetry.failed(records.length);
      throw new Refusal(503, TRY_AGAIN, retryAfter(WAIT_AFTER_FAULT_MS), { cause: error });
    }
  }
}
