// The way of what was read from the platform: decoded, filtered, admitted, and handed on until it is taken. As long as it
// is not, nothing more is read. Knows no HTTP.
import type { Logger } from 'pino';
import type { Clock } from '../../collector/clock.ts';
import { type Consumer, RefusedError } from '../../collector/component.ts';
import { pause } from '../../collector/pause.ts';
import type { Admission } from '../admission.ts';
import type { RecordFilter } from '../filter-expression/compile.ts';
import type { Decoded, GuideDecoder } from '../guide-event/decode-body.ts';
import { BodyError } from '../guide-event/parse-json.ts';
import { admitRecords } from '../http/admit-records.ts';
import type { QualityBatch, QualitySample, SessionEvent } from '../sample.ts';
import type { GenesysTelemetry } from './instruments.ts';

export interface PulledIntakeParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly decoder: GuideDecoder;
  readonly admission: Admission;
  readonly next: Consumer<QualityBatch>;
  readonly telemetry: GenesysTelemetry;
  readonly sessionTimeoutMs: number;
  /** The receiver's own filter; absent when everything passes. */
  readonly passes?: RecordFilter;
  /** Called with each record that is new, whether or not the filter lets it pass, before it goes on. */
  readonly heard?: ((records: QualityBatch['records']) => void) | undefined;
  /** Called with the records that the next stage has taken. */
  readonly taken?: ((records: QualityBatch['records']) => void) | undefined;
}

export interface Pulled {
  /** JSON texts in the guide's forms, each on its own. */
  readonly payloads: readonly Uint8Array[];
  /** The time by which the silence of sessions is told; see listening.ts. */
  readonly listenedMs: number;
}

const WAIT_AFTER_FAULT_MS = 5_000;
const SHORTEST_WAIT_MS = 100;

export class PulledIntake {
  readonly #parts: PulledIntakeParts;

  constructor(parts: PulledIntakeParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when what is in the payloads has had its effect, or `signal` aborts; to how many payloads were no JSON. Never
   * rejects: what is wrong with an entry is counted, and what the next stage refuses is offered again.
   */
  async take({ payloads, listenedMs }: Pulled, signal: AbortSignal): Promise<number> {
    const { clock, decoder, telemetry } = this.#parts;
    const nowMs = clock.nowMs();
    const offered: (QualitySample | SessionEvent)[] = [];
    let unreadableCount = 0;
    for (const payload of payloads) {
      const decoded = decodeIfPossible(decoder, payload, nowMs);
      if (decoded === undefined) {
        unreadableCount += 1;
        continue;
      }
      for (const record of decoded.records) offered.push(record);
      telemetry.failed(decoded.rejected.length);
      telemetry.clamped(decoded.clampedCount);
      telemetry.droppedAddresses(decoded.droppedAddressCount);
    }
    telemetry.failed(unreadableCount);
    await this.offer(offered, listenedMs, signal);
    return unreadableCount;
  }

  /** The same for what was no event of the guide, and is a record already. */
  async offer(
    offered: readonly (QualitySample | SessionEvent)[],
    listenedMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { admission, telemetry, passes, heard } = this.#parts;
    const admitted = admitRecords(admission, offered, listenedMs, passes);
    telemetry.refused(admitted.withoutRoom.length);
    telemetry.dropped('duplicate', admitted.duplicateCount);
    telemetry.dropped('late', admitted.lateCount);
    telemetry.filtered(admitted.filtered.length);
    heard?.(admitted.filtered.map((position) => offered[position]!));
    heard?.(admitted.records);
    if (admitted.records.length > 0) await this.#handOn(admitted.records, signal);
  }

  /** Counts payloads of which only their being too long is known. */
  overlong(count: number): void {
    if (count > 0) this.#parts.telemetry.failed(count);
  }

  /** The same batch again and again: who reads from us has no sender to send it back to. */
  async #handOn(records: QualityBatch['records'], signal: AbortSignal): Promise<void> {
    const { clock, logger, next, telemetry, sessionTimeoutMs } = this.#parts;
    const batch = { records, sessionTimeoutMs };
    while (!signal.aborted) {
      try {
        await next.consume(batch);
        telemetry.accepted(records.length);
        this.#parts.taken?.(records);
        return;
      } catch (error) {
        telemetry.refused(records.length);
        const isRefusal = error instanceof RefusedError;
        if (!isRefusal) logger.error({ err: error }, 'a batch could not be processed; it is offered again');
        const waitMs = isRefusal ? Math.max(error.retryAfterMs, SHORTEST_WAIT_MS) : WAIT_AFTER_FAULT_MS;
        await pause(clock, waitMs, signal);
      }
    }
    telemetry.failed(records.length);
  }
}

/** Undefined for what is no JSON, or too much of it. */
function decodeIfPossible(decoder: GuideDecoder, payload: Uint8Array, nowMs: number): Decoded | undefined {
  try {
    return decoder.decode(payload, 'json', nowMs);
  } catch (error) {
    if (error instanceof BodyError) return undefined;
    throw error;
  }
}
