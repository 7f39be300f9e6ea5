// What the processor remembers of one session: plain readonly data that goes to JSON and back unchanged. Event times
// unless a name says `Received`, which is the wall clock.
import type { IncidentMetrics, Reason, Severity } from '../../bridge/transition/transition.ts';
import type { Dimensions, QualitySample, SessionEventType } from '../../receiver/sample.ts';
import type { QualityRule } from './rules.ts';

/** Whether the picture is bad, and for how long. */
export type QualityState =
  | { readonly kind: 'ok' }
  | Candidate
  | {
      readonly kind: 'open';
      /** Since when all rules have been clear. */
      readonly clearSinceMs?: number;
      /** Since when the MOS has been below the critical limit. */
      readonly criticalSinceMs?: number;
      /** Since when it has no longer been. */
      readonly calmSinceMs?: number;
    };

/** Bad, but not yet for long enough. */
export interface Candidate {
  readonly kind: 'candidate';
  /** t0: the first bad sample. */
  readonly sinceMs: number;
  readonly badCount: number;
  readonly clearCount: number;
  readonly clearSinceMs?: number;
  readonly criticalSinceMs?: number;
  readonly reasons: readonly Reason[];
  readonly triggerMetrics: IncidentMetrics;
}

/** Why the connection is wrong. The connection incident is open as long as there is a cause. */
export type ConnectionCause = 'gap' | 'outage' | 'disconnected';

/** The two things that can be wrong with one session. It has at most one open incident of each. */
export type SessionCategory = 'quality' | 'connection';

/** The open incident of a category, or its last one: what a later opening continues. */
export interface Incident {
  readonly incidentId: string;
  readonly incidentKey: string;
  readonly bucket: number;
  /** To the outside: one that flaps is open until it is stable, also while all is well. */
  readonly open: boolean;
  /** False while the dedup window holds the opening back. */
  readonly announced: boolean;
  /** When a held-back opening is due. */
  readonly announceAtMs?: number;
  readonly nextSequence: number;
  readonly severity: Severity;
  readonly peakSeverity: Severity;
  readonly reasons: readonly Reason[];
  readonly triggerAtMs: number;
  readonly triggerMetrics: IncidentMetrics;
  /** Of the last `opened` or `reopened` that was sent. */
  readonly lastOpeningAtMs: number;
  /** Of the last transition that was sent. */
  readonly lastNotifiedAtMs: number;
  readonly suppressedCount: number;
  /** When this category opened last, the newest at the end: as many as make it flap. Absent while that is not judged. */
  readonly openingTimesMs?: readonly number[];
  readonly flapping?: Flapping;
  /** The storm that tells of the incident in its stead. */
  readonly stormId?: string;
}

/** An incident that has opened too often: it stays open to the outside until there has been no opening for a while. */
export interface Flapping {
  /** The severity that was told last, or is to be told first. */
  readonly toldSeverity: Severity;
  /** Since when there has been no opening. Absent while it is bad, and while nothing says that it is well. */
  readonly stableSinceMs?: number;
}

export interface SessionState {
  readonly sessionId: string;
  /** Grows with each step, and from one life of a session id to the next. */
  readonly revision: number;
  readonly agentId?: string;
  readonly conversationId?: string;
  readonly dimensions: Dimensions;
  readonly lastSample?: QualitySample;
  /** The events of the newest instant that had any, so that a repeat is known. */
  readonly lastEvents?: { readonly atMs: number; readonly types: readonly SessionEventType[] };
  /** The newest record of any kind: the last sign of life. */
  readonly lastSignAtMs: number;
  readonly lastSignReceivedAtMs: number;
  readonly muted: boolean;
  readonly hadTraffic: boolean;
  readonly endedAtMs?: number;
  /** Where it was connected again after its end: samples of before that come late are known by it. */
  readonly lastEndAtMs?: number;
  /** Set when the state comes back after a restart: silence before the next sample is ours, not the session's. */
  readonly resumed?: true;
  /** Rules that have held and not cleared since. */
  readonly unresolved: readonly QualityRule[];
  readonly quality: QualityState;
  readonly qualityIncident?: Incident;
  readonly connectionCauses: readonly ConnectionCause[];
  readonly connectionIncident?: Incident;
}

export const QUALITY_OK: QualityState = { kind: 'ok' };

/** A session that has just been heard of. Its revisions start at the time, so that they go on from an earlier life's. */
export function newSession(sessionId: string, receivedAtMs: number): SessionState {
  return {
    sessionId,
    revision: receivedAtMs,
    dimensions: {},
    lastSignAtMs: 0,
    lastSignReceivedAtMs: 0,
    muted: false,
    hadTraffic: false,
    unresolved: [],
    quality: QUALITY_OK,
    connectionCauses: [],
  };
}

export function incidentOf(session: SessionState, category: SessionCategory): Incident | undefined {
  return category === 'quality' ? session.qualityIncident : session.connectionIncident;
}

export function withIncident(
  session: SessionState,
  category: SessionCategory,
  incident: Incident,
): SessionState {
  return category === 'quality'
    ? { ...session, qualityIncident: incident }
    : { ...session, connectionIncident: incident };
}

/**
 * A state read back after a restart: the clock of silence starts anew, and no recovery counts time in which we did not
 * look.
 */
export function resumeSession(state: SessionState, nowMs: number): SessionState {
  const { qualityIncident, connectionIncident } = state;
  return {
    ...state,
    lastSignReceivedAtMs: nowMs,
    resumed: true,
    quality: withoutClearTime(state.quality),
    ...(qualityIncident !== undefined && { qualityIncident: withoutStability(qualityIncident) }),
    ...(connectionIncident !== undefined && { connectionIncident: withoutStability(connectionIncident) }),
  };
}

function withoutClearTime(quality: QualityState): QualityState {
  if (quality.kind === 'ok') return quality;
  if (quality.kind === 'candidate') {
    const { clearSinceMs: _, ...candidate } = quality;
    return candidate;
  }
  const { clearSinceMs: _, calmSinceMs: __, ...open } = quality;
  return open;
}

/** If it flaps: bad again, or not known to be well. */
export function withoutStability(incident: Incident): Incident {
  if (incident.flapping?.stableSinceMs === undefined) return incident;
  const { stableSinceMs: _, ...flapping } = incident.flapping;
  return { ...incident, flapping };
}

/** Whether the session should be talking by itself: one that only states are known of, or that is polled, has no gaps. */
export function isExpectedToTalk({ lastSample }: SessionState): boolean {
  return lastSample !== undefined && lastSample.pollIntervalMs === undefined;
}

/** Whether each sample of the session counts: it is suspected, in an incident, or was so lately. */
export function isWatched(state: SessionState): boolean {
  return (
    state.quality.kind !== 'ok' ||
    state.qualityIncident !== undefined ||
    state.connectionIncident !== undefined
  );
}

/** Whether a restart must not forget this session. That a camera is muted may have been said only once. */
export function isWorthKeeping(state: SessionState): boolean {
  return isWatched(state) || state.muted;
}

/**
 * Whether a step has changed what a crash must not undo once its record is acknowledged. Counts and times are left out:
 * those that a crash takes come again with the next samples.
 */
export function hasTurned(before: SessionState | undefined, after: SessionState | undefined): boolean {
  return (
    before?.quality.kind !== after?.quality.kind ||
    before?.connectionCauses !== after?.connectionCauses ||
    before?.muted !== after?.muted ||
    before?.endedAtMs !== after?.endedAtMs
  );
}

/** What the session's own clock shows at wall-clock time `nowMs`. */
export function eventTimeAt(state: SessionState, nowMs: number): number {
  return state.lastSignAtMs + Math.max(0, nowMs - state.lastSignReceivedAtMs);
}

/** The wall-clock time at which the session's own clock will show `eventMs`. */
export function wallTimeOf(state: SessionState, eventMs: number): number {
  return state.lastSignReceivedAtMs + (eventMs - state.lastSignAtMs);
}

export function metricsOf(sample: QualitySample | undefined): IncidentMetrics {
  if (sample === undefined) return {};
  const { mos, jitterMs, packetLossPercent, rttMs, bitrateKbps, framesPerSecond } = sample;
  const { freezeRatio, experience } = sample;
  return {
    ...(mos !== undefined && { mos }),
    ...(jitterMs !== undefined && { jitterMs }),
    ...(packetLossPercent !== undefined && { packetLossPercent }),
    ...(rttMs !== undefined && { rttMs }),
    ...(bitrateKbps !== undefined && { bitrateKbps }),
    ...(framesPerSecond !== undefined && { framesPerSecond }),
    ...(freezeRatio !== undefined && { freezeRatio }),
    ...(experience !== undefined && { experience }),
  };
}
