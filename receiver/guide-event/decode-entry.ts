// One entry of a body → one sample or session event, or the first thing that is wrong with it. Pure but for the
// counts of what it changed on the way.
import type { DIMENSION_KEYS, Dimensions, QualitySample, SessionEvent, SessionEventType } from '../sample.ts';
import { EntryFields, type Fault } from './entry-fields.ts';
import { isAheadOfArrival, parseEventTime } from './event-time.ts';
import { FIELD } from './field.ts';
import { METRICS } from './metric-bounds.ts';
import * as vocabulary from './vocabulary.ts';

type DimensionKey = (typeof DIMENSION_KEYS)[number];

export interface GuideDecoderOptions {
  /** The dimensions to keep. */
  readonly dimensions: readonly DimensionKey[];
  /** Replaces agent ids; absent when they are kept as they come. */
  readonly pseudonymOf?: (agentId: string) => string;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const EARLIEST_MS = Date.UTC(2000, 0, 1);
const NO_DIMENSIONS: Dimensions = Object.freeze({});

export class EntryDecoder {
  /** Timestamps from the future that were set to the time of arrival. */
  clampedCount = 0;
  readonly #fields = new EntryFields();
  readonly #options: GuideDecoderOptions;
  readonly #dimensionFields: readonly { readonly key: DimensionKey; readonly index: number }[];

  constructor(options: GuideDecoderOptions) {
    this.#options = options;
    this.#dimensionFields = options.dimensions.map((key) => ({ key, index: FIELD[key] }));
  }

  /** Attributes that were dropped because they showed an IP address. */
  get droppedAddressCount(): number {
    return this.#fields.droppedAddressCount;
  }

  decode(entry: unknown, receivedAtMs: number): QualitySample | SessionEvent | Fault {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      return { kind: 'fault', path: '', reason: 'must be an object' };
    }
    const fields = this.#fields;
    fields.open(entry);
    const sessionId = fields.requiredId('sessionId');
    const kind = this.#kind();
    const observedAtMs = this.#observedAtMs(receivedAtMs);
    const record =
      kind === 'sample'
        ? this.#sample(sessionId, observedAtMs, receivedAtMs)
        : this.#event(kind, sessionId, observedAtMs, receivedAtMs);
    return fields.fault ?? record;
  }

  /** What the entry is: `webrtc-video` is a sample, `webrtc` a state. Where type or state is missing, a metric makes it a sample. */
  #kind(): 'sample' | SessionEventType {
    const fields = this.#fields;
    const type = fields.value('type');
    if (type === vocabulary.SAMPLE_TYPE) return 'sample';
    if (type !== undefined && type !== vocabulary.STATE_TYPE) {
      fields.refuse('type', `must be "${vocabulary.SAMPLE_TYPE}" or "${vocabulary.STATE_TYPE}"`);
      return 'sample';
    }
    const state = fields.value('state');
    if (state === undefined) {
      if (type !== undefined && !fields.hasMetric()) fields.refuse('state', 'is missing');
      return 'sample';
    }
    if (type === undefined && fields.hasMetric()) return 'sample';
    const known = vocabulary.stateOf(state);
    if (known === undefined) fields.refuse('state', `must be one of ${vocabulary.STATE_WORDS}`);
    return known ?? 'sample';
  }

  /** Event time. An entry without one was observed when it arrived. */
  #observedAtMs(receivedAtMs: number): number {
    const value = this.#fields.value('timestamp');
    if (value === undefined) return receivedAtMs;
    const observedAtMs = parseEventTime(value);
    if (observedAtMs === undefined) {
      this.#fields.refuse('timestamp', 'must be ISO 8601 or a number since the Unix epoch');
      return receivedAtMs;
    }
    if (observedAtMs < EARLIEST_MS) this.#fields.refuse('timestamp', 'must not be before the year 2000');
    if (!isAheadOfArrival(observedAtMs, receivedAtMs)) return observedAtMs;
    this.clampedCount += 1;
    return receivedAtMs;
  }

  #sample(sessionId: string, observedAtMs: number, receivedAtMs: number): QualitySample {
    const fields = this.#fields;
    const sample: Mutable<QualitySample> = {
      kind: 'sample',
      sessionId,
      observedAtMs,
      receivedAtMs,
      media: fields.word('media', FIELD.media, vocabulary.mediaOf, 'camera'),
      direction: fields.word('direction', FIELD.direction, vocabulary.directionOf, 'inbound'),
      dimensions: this.#dimensions(),
    };
    fields.refuseMisplaced();
    if (!this.#addMetrics(sample)) {
      fields.fault ??= { kind: 'fault', path: 'metrics', reason: 'has no metric' };
    }
    this.#addIdentity(sample);
    const codec = fields.attribute('codec', FIELD.codec);
    if (codec !== undefined) sample.codec = codec;
    const boundary = fields.word('boundary', FIELD.boundary, vocabulary.boundaryOf, undefined);
    if (boundary !== undefined) sample.boundary = boundary;
    const muted = this.#stoppedOnPurpose();
    if (muted !== undefined) sample.muted = muted;
    return sample;
  }

  #event(
    type: SessionEventType,
    sessionId: string,
    observedAtMs: number,
    receivedAtMs: number,
  ): SessionEvent {
    const dimensions = this.#dimensions();
    const event: Mutable<SessionEvent> = {
      kind: 'event',
      type,
      sessionId,
      observedAtMs,
      receivedAtMs,
      dimensions,
    };
    this.#addIdentity(event);
    return event;
  }

  /** Written out metric by metric, since a loop over names costs more than the rest of the sample. False when there is none. */
  #addMetrics(sample: Mutable<QualitySample>): boolean {
    const fields = this.#fields;
    let any = false;
    const mos = fields.metric(METRICS.mos);
    if (mos !== undefined) {
      any = true;
      sample.mos = mos;
      sample.mosSource = fields.word('mosSource', FIELD.mosSource, vocabulary.mosSourceOf, 'reported');
      const causes = fields.words('mosCauses', FIELD.mosCauses, vocabulary.mosCauseOf);
      if (causes !== undefined) sample.mosCauses = causes;
    }
    const experience = fields.metric(METRICS.experience);
    if (experience !== undefined) {
      any = true;
      sample.experience = experience;
      const causes = fields.words('experienceCauses', FIELD.experienceCauses, vocabulary.experienceCauseOf);
      if (causes !== undefined) sample.experienceCauses = causes;
    }
    const packetLossPercent = fields.metric(METRICS.packetLossPercent);
    if (packetLossPercent !== undefined) {
      any = true;
      sample.packetLossPercent = packetLossPercent;
    }
    const jitterMs = fields.metric(METRICS.jitterMs);
    if (jitterMs !== undefined) {
      any = true;
      sample.jitterMs = jitterMs;
    }
    const rttMs = fields.metric(METRICS.rttMs);
    if (rttMs !== undefined) {
      any = true;
      sample.rttMs = rttMs;
    }
    const bitrateKbps = fields.metric(METRICS.bitrateKbps);
    if (bitrateKbps !== undefined) {
      any = true;
      sample.bitrateKbps = bitrateKbps;
    }
    const usualBitrateKbps = fields.metric(METRICS.usualBitrateKbps);
    if (usualBitrateKbps !== undefined) {
      any = true;
      sample.usualBitrateKbps = usualBitrateKbps;
    }
    const framesPerSecond = fields.metric(METRICS.framesPerSecond);
    if (framesPerSecond !== undefined) {
      any = true;
      sample.framesPerSecond = framesPerSecond;
    }
    const freezeRatio = fields.metric(METRICS.freezeRatio);
    if (freezeRatio !== undefined) {
      any = true;
      sample.freezeRatio = freezeRatio;
    }
    const framesDroppedPercent = fields.metric(METRICS.framesDroppedPercent);
    if (framesDroppedPercent !== undefined) {
      any = true;
      sample.framesDroppedPercent = framesDroppedPercent;
    }
    const outage = fields.flag('outage', FIELD.outage);
    if (outage !== undefined) {
      any = true;
      sample.outage = outage;
    }
    return any;
  }

  #addIdentity(record: Mutable<QualitySample> | Mutable<SessionEvent>): void {
    const conversationId = this.#fields.optionalId('conversationId');
    if (conversationId !== undefined) record.conversationId = conversationId;
    const agentId = this.#fields.optionalId('agentId');
    if (agentId === undefined || this.#fields.fault !== undefined) return;
    record.agentId = this.#options.pseudonymOf?.(agentId) ?? agentId;
  }

  /** True when any of the three ways is on, false when one is said to be off, undefined when nothing is said. */
  #stoppedOnPurpose(): boolean | undefined {
    const muted = this.#fields.flag('muted', FIELD.muted);
    const held = this.#fields.flag('held', FIELD.held);
    const paused = this.#fields.flag('paused', FIELD.paused);
    return muted === true || held === true || paused === true ? true : (muted ?? held ?? paused);
  }

  #dimensions(): Dimensions {
    let dimensions: Record<string, string> | undefined;
    for (const { key, index } of this.#dimensionFields) {
      const value = this.#fields.attribute(key, index);
      if (value !== undefined) (dimensions ??= {})[key] = value;
    }
    return dimensions ?? NO_DIMENSIONS;
  }
}
