// The way of one body through the receiver: decoded, admitted, handed on, and only then answered. Knows no HTTP but the
// status that its answer has.
import type { Clock } from '../../collector/clock.ts';
import type { Admission } from '../admission.ts';
import type { RecordFilter } from '../filter-expression/compile.ts';
import type { BodyFormat, GuideDecoder } from '../guide-event/decode-body.ts';
import { admitRecords, noRoomReason } from '../http/admit-records.ts';
import { answerOf, type IntakeAnswer } from '../http/answer.ts';
import { handOn, type HandOnParts } from '../http/hand-on.ts';
import { decodeOrRefuse } from '../http/refuse-body.ts';
import type { ReceiverTelemetry } from './telemetry.ts';

export interface IntakeParts extends HandOnParts {
  readonly clock: Clock;
  readonly decoder: GuideDecoder;
  readonly admission: Admission;
  readonly telemetry: ReceiverTelemetry;
  readonly maxSessions: number;
  readonly sessionTimeoutMs: number;
  /** The receiver's own filter; absent when everything passes. */
  readonly passes?: RecordFilter;
}

export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Resolves after what was taken has had its effect. Throws a Refusal when the body must be sent again, or another one. */
  async take(bytes: Uint8Array, format: BodyFormat): Promise<IntakeAnswer> {
    const { clock, decoder, telemetry, admission, passes, maxSessions, sessionTimeoutMs } = this.#parts;
    const nowMs = clock.nowMs();
    const decoded = decodeOrRefuse(telemetry, () => decoder.decode(bytes, format, nowMs));
    const admitted = admitRecords(admission, decoded.records, nowMs, passes);
    const { records, duplicateCount, lateCount, filtered, withdraw } = admitted;
    // A body of repetitions is handed on too, empty as it is: it may be the second try of one that the next stage
    // refused, and the answer must wait for what the first try left there.
    if (records.length + duplicateCount + lateCount > 0) {
      await handOn(this.#parts, { records, sessionTimeoutMs }, withdraw);
    }
    telemetry.accepted(records.length);
    telemetry.failed(decoded.rejected.length);
    telemetry.refused(admitted.withoutRoom.length);
    telemetry.dropped('duplicate', duplicateCount);
    telemetry.dropped('late', lateCount);
    telemetry.filtered(filtered.length);
    telemetry.clamped(decoded.clampedCount);
    telemetry.droppedAddresses(decoded.droppedAddressCount);
    const reason = noRoomReason(maxSessions);
    return answerOf({
      acceptedCount: records.length,
      duplicateCount: duplicateCount + lateCount,
      filteredCount: passes && filtered.length,
      malformed: decoded.rejected,
      withoutRoom: admitted.withoutRoom.map((position) => ({
        index: decoded.indexes[position]!,
        path: 'session.id',
        reason,
      })),
      roomAfterMs: admission.roomAfterMs(nowMs),
    });
  }
}
