// The transition model: one change of one incident, the unit that is stored and delivered. Plain readonly data.
import type { Dimensions, ExperienceCause, MosCause } from '../../receiver/sample.ts';

/** What is wrong: the picture, the connection, a group of sessions, all of our input, or the delivery of alerts. */
export type IncidentCategory = 'quality' | 'connection' | 'storm' | 'pipeline' | 'delivery';

export type TransitionKind =
  'opened' | 'updated' | 'escalated' | 'deescalated' | 'reopened' | 'recovered' | 'ended';

/** Whether a transition of this kind is the last of its incident, unless it is reopened. */
export function isOver(kind: TransitionKind): boolean {
  return kind === 'recovered' || kind === 'ended';
}

export type Severity = 'warning' | 'high' | 'critical';

/** Least severe first. */
export const SEVERITIES: readonly Severity[] = ['warning', 'high', 'critical'];

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The rules that open incidents, and the reasons that end them. */
export type ReasonRule =
  | 'mos'
  | 'packet_loss'
  | 'bitrate'
  | 'freeze'
  | 'experience'
  | 'broken_path'
  | 'gap'
  | 'outage'
  | 'disconnected'
  | 'session_ended'
  | 'session_lost'
  /** Opened too often in too short a time; the value is how often. */
  | 'flapping'
  /** Of a storm: so many incidents opened within its window. */
  | 'many_openings'
  /** Of a storm: so large a share of the active sessions is degraded, 0–1. */
  | 'degraded_share'
  /** Of the pipeline: seconds without a sample from anybody. */
  | 'all_silent'
  /** Of delivery: seconds that the oldest alert has waited for its destination. */
  | 'undelivered'
  /** Of delivery: so many alerts that the destination will never take. */
  | 'dead_letter'
  /** Of delivery: the destination refuses our credential, … */
  | 'credential_refused'
  /** … or says that it is gone. */
  | 'destination_gone'
  /** Of delivery: seconds that the oldest alert has waited in the queue for somebody. */
  | 'unacknowledged';

/** Why: a rule, the worst value measured while it held, and the limit that it was measured against. */
export interface Reason {
  readonly rule: ReasonRule;
  /** In the unit of the metric: MOS, percent, kbit/s, ratio; seconds for silences and waits. Absent for events. */
  readonly value?: number;
  readonly threshold?: number;
  /** Of a score: what took its points off, the costliest first. */
  readonly causes?: readonly (MosCause | ExperienceCause)[];
}

/** Metrics as the guide's body carries them. What was not measured is absent. */
export interface IncidentMetrics {
  readonly mos?: number;
  readonly jitterMs?: number;
  readonly packetLossPercent?: number;
  readonly rttMs?: number;
  readonly bitrateKbps?: number;
  readonly framesPerSecond?: number;
  readonly freezeRatio?: number;
  readonly experience?: number;
}

/** One incident that a storm, or a trouble of delivery, stands for. */
export interface GroupMember {
  readonly sessionId: string;
  readonly incidentId: string;
  readonly severity: Severity;
  readonly reasons: readonly Reason[];
}

/** How the members of a storm divide. Absent keys are zero. */
export interface GroupBreakdown {
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
  /** By the rule of each member's first reason. */
  readonly byReason: Readonly<Partial<Record<ReasonRule, number>>>;
  /** By dimension, then by value, the fifty most frequent; a member without the dimension is left out. */
  readonly byDimension: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** How many incidents one notice names by their ids: what is more goes into the next one. */
export const MAX_LISTED_INCIDENTS = 500;

/** What a storm stands for: incidents that are not sent, because it is. Of a trouble of delivery: what is undelivered. */
export interface IncidentGroup {
  /** All members there have been. */
  readonly memberCount: number;
  /** Those of them that are still open, or undelivered. */
  readonly openCount: number;
  /** The worst, worst first: at most ten. */
  readonly members: readonly GroupMember[];
  /** Ids of the incidents that no earlier notice has named: at most `MAX_LISTED_INCIDENTS`. */
  readonly listedIds: readonly string[];
  /** At the end of a storm: ids of the incidents that are still open. Their own notices follow. */
  readonly survivorIds?: readonly string[];
  readonly breakdown: GroupBreakdown;
}

export interface Transition {
  /** Stable over the life of an incident, its reopenings included. */
  readonly incidentId: string;
  /** SHA-256 of `sessionId|floor(trigger epoch seconds / 300)`, computed when the incident opened. */
  readonly incidentKey: string;
  /** What goes into X-Idempotency-Key: unique to this transition, computed once. */
  readonly idempotencyKey: string;
  readonly category: IncidentCategory;
  readonly kind: TransitionKind;
  /** 0, 1, … within the incident, without holes. */
  readonly sequence: number;
  /** The session id, or a storm's group such as `edge=fra-3`. */
  readonly subject: string;
  readonly severity: Severity;
  /** The highest severity that the incident has had: decides which destinations know of it. */
  readonly peakSeverity: Severity;
  readonly reasons: readonly Reason[];
  /** Event time of the first bad sample (t0) of this opening. */
  readonly triggerAtMs: number;
  /** Event time at which this transition was decided. */
  readonly occurredAtMs: number;
  /** Wall-clock time at which this transition was decided: the start of its delivery SLA. */
  readonly decidedAtMs: number;
  readonly triggerMetrics: IncidentMetrics;
  readonly currentMetrics: IncidentMetrics;
  readonly agentId?: string;
  readonly conversationId?: string;
  readonly environment: string;
  readonly dimensions: Dimensions;
  /** How many notifications of this incident were held back since the last one. */
  readonly suppressedCount: number;
  /** Of a storm and of a trouble of delivery. */
  readonly group?: IncidentGroup;
  /** The id of the storm that tells of this incident in its stead: the transition is stored, and not sent for now. */
  readonly stormId?: string;
  /** A trial of a destination: nothing is wrong. */
  readonly isTest?: true;
}
