// The way of one body through the receiver: understood, derived from, handed on, and only then answered. Knows no HTTP but
// the status that its answer has.
import type { Clock } from '../../collector/clock.ts';
import type { Admission } from '../admission.ts';
import type { RecordFilter } from '../filter-expression/compile.ts';
import type { BodyFormat, Rejection } from '../guide-event/decode-body.ts';
import type { ReadingEngine } from '../get-stats/reading-engine.ts';
import { noRoomReason } from '../http/admit-records.ts';
import { answerOf, type IntakeAnswer } from '../http/answer.ts';
import { handOn, type HandOnParts } from '../http/hand-on.ts';
import { Refusal, retryAfter } from '../http/refusal.ts';
import { decodeOrRefuse } from '../http/refuse-body.ts';
import { chooseDialect } from './choose-dialect.ts';
import { namesAnotherSession } from './named-session.ts';
import { applyIdentityRules, type BrowserRecord, clampTimes, type IdentityRules } from './own-rules.ts';
import { parseBody } from './parse-body.ts';
import { passOn, type Passed } from './passage.ts';
import type { SessionBudget } from './session-budget.ts';
import type { Caller, SessionGate } from './session-gate.ts';
import type { BrowserTelemetry } from './telemetry.ts';

export interface IntakeParts extends HandOnParts {
  readonly clock: Clock;
  readonly gate: SessionGate;
  readonly budget: SessionBudget;
  readonly engine: ReadingEngine;
  readonly admission: Admission;
  readonly identityRules: IdentityRules;
  readonly telemetry: BrowserTelemetry;
  readonly maxSessions: number;
  readonly sessionTimeoutMs: number;
  /** The receiver's own filter; absent when everything passes. */
  readonly passes?: RecordFilter;
}

/** What the request says of its body. */
export interface Submission {
  readonly format: BodyFormat;
  /** As `?dialect=` names it; absent when it is to be told by the shape of the body. */
  readonly dialectName: string | undefined;
  readonly caller: Caller;
}

interface Understood {
  readonly records: readonly BrowserRecord[];
  /** For each record the position of its entry in the body. */
  readonly indexes: readonly number[];
  readonly refusals: readonly Rejection[];
  readonly clampedCount: number;
}

export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Resolves after what was taken has had its effect. Throws a Refusal when the body must be sent again, or another one. */
  async take(bytes: Uint8Array, submission: Submission): Promise<IntakeAnswer> {
    const { clock, engine, telemetry, sessionTimeoutMs } = this.#parts;
    const nowMs = clock.nowMs();
    const sessionId = submission.caller.identity?.sessionId;
    // Where the session is known beforehand, a page that has used up its budget costs no parsing.
    if (sessionId !== undefined) this.#charge(new Set([sessionId]), bytes.length, nowMs);
    const understood = this.#understand(bytes, submission, nowMs);
    if (sessionId === undefined) this.#charge(sessionsOf(understood.records), bytes.length, nowMs);
    const passed = passOn(this.#parts, understood.records, nowMs);
    const { records, duplicateCount, lateCount } = passed;
    // A body of repetitions is handed on too, empty as it is: it may be the second try of one that the next stage
    // refused, and the answer must wait for what the first try left there.
    if (records.length + duplicateCount + lateCount > 0) {
      await handOn(this.#parts, { records, sessionTimeoutMs }, () => passed.undo());
    }
    for (const sessionId of passed.endedSessionIds) engine.forget(sessionId);
    this.#count(understood, passed);
    telemetry.accepted(records.length);
    return this.#answer(understood, passed, nowMs);
  }

  #charge(sessionIds: ReadonlySet<string>, byteCount: number, nowMs: number): void {
    if (sessionIds.size === 0) return;
    const waitMs = this.#parts.budget.charge(sessionIds, byteCount, nowMs);
    if (waitMs === undefined) return;
    this.#parts.telemetry.overBudget();
    throw new Refusal(429, 'this session sends too much', retryAfter(waitMs), { code: 'over_budget' });
  }

  #understand(
    bytes: Uint8Array,
    { format, dialectName, caller: { identity, isProven } }: Submission,
    receivedAtMs: number,
  ): Understood {
    const body = decodeOrRefuse(this.#parts.telemetry, () => parseBody(bytes, format));
    const dialect = chooseDialect(body.value, dialectName);
    if (identity !== undefined && isProven && namesAnotherSession(body.value, identity.sessionId)) {
      throw this.#parts.gate.otherSession();
    }
    const context = { receivedAtMs, ...(identity !== undefined && { identity }) };
    const decoded = dialect.decode(body.value, context);
    const refusals = decoded.refusals.map((each) => ({ ...each, index: body.positionOf(each.index) }));
    const records = decoded.records.map((record) => applyIdentityRules(record, this.#parts.identityRules));
    return {
      ...clampTimes(records, receivedAtMs),
      indexes: decoded.indexes.map((index) => body.positionOf(index)),
      refusals: [...body.refusals, ...refusals],
    };
  }

  #count({ indexes, refusals, clampedCount }: Understood, passed: Passed): void {
    const { telemetry } = this.#parts;
    // A reading of which only a field was refused has not failed.
    const taken = new Set(indexes);
    const failed = new Set(refusals.map(({ index }) => index).filter((index) => !taken.has(index)));
    telemetry.failed(failed.size);
    telemetry.refused(passed.withoutRoom.length);
    telemetry.dropped('duplicate', passed.duplicateCount);
    telemetry.dropped('late', passed.lateCount);
    telemetry.filtered(passed.filteredRecordCount);
    telemetry.clamped(clampedCount);
    for (const [cause, amount] of passed.boundaryCounts) telemetry.boundary(cause, amount);
  }

  #answer({ records, indexes, refusals }: Understood, passed: Passed, nowMs: number): IntakeAnswer {
    const { admission, maxSessions, passes } = this.#parts;
    const reason = noRoomReason(maxSessions);
    return answerOf({
      acceptedCount: passed.acceptedCount,
      duplicateCount:
        records.length - passed.acceptedCount - passed.filteredCount - passed.withoutRoom.length,
      filteredCount: passes && passed.filteredCount,
      malformed: refusals,
      withoutRoom: passed.withoutRoom.map((position) => ({
        index: indexes[position]!,
        path: 'session_id',
        reason,
      })),
      roomAfterMs: admission.roomAfterMs(nowMs),
    });
  }
}

function sessionsOf(records: readonly BrowserRecord[]): ReadonlySet<string> {
  return new Set(records.map(({ sessionId }) => sessionId));
}
