// Over which sessions a storm is: those that share the value of a dimension, or all. Pure.
import type { Dimensions } from '../../../receiver/sample.ts';
import type { SessionState } from '../state.ts';

export interface StormGroup {
  /** `edge=fra-3` */
  readonly subject: string;
  /** Absent for all sessions. */
  readonly shared?: { readonly dimension: string; readonly value: string };
}

export const ALL_SESSIONS: StormGroup = { subject: 'all sessions' };

export interface GroupCount {
  readonly group: StormGroup;
  readonly incidentCount: number;
}

/** What a group is read from: a session's dimensions, and the codec of its last sample. */
export interface Traits {
  readonly dimensions: Dimensions;
  readonly codec?: string;
}

export function traitsOf({ dimensions, lastSample }: SessionState): Traits {
  return { dimensions, ...(lastSample?.codec !== undefined && { codec: lastSample.codec }) };
}

export function groupsOf(traits: Traits, dimensions: readonly string[]): StormGroup[] {
  return dimensions.flatMap((dimension) => {
    const value = valueOf(traits, dimension);
    return value === undefined ? [] : [{ subject: `${dimension}=${value}`, shared: { dimension, value } }];
  });
}

export function isInGroup({ shared }: StormGroup, traits: Traits): boolean {
  return shared === undefined || valueOf(traits, shared.dimension) === shared.value;
}

export function valueOf({ dimensions, codec }: Traits, dimension: string): string | undefined {
  return dimension === 'codec' ? codec : dimensions[dimension];
}

/** A narrower group may leave out a fifth of what the widest covers: stragglers must not hide what most have in common. */
const COVERED_RATIO = 0.8;

/** The groups that are large enough, and cover about as much as the one that covers most. */
export function coveringGroups(
  counts: readonly GroupCount[],
  minIncidentCount: number,
): readonly GroupCount[] {
  const largeEnough = counts.filter(({ incidentCount }) => incidentCount >= minIncidentCount);
  const best = largeEnough.reduce((most, { incidentCount }) => Math.max(most, incidentCount), 0);
  return largeEnough.filter(({ incidentCount }) => incidentCount / best >= COVERED_RATIO);
}

/**
 * Of the covering groups the narrowest: the one with the fewest active sessions; then the first in the order of the
 * dimensions, then the one that covers more.
 */
export function narrowestGroup(
  covering: readonly GroupCount[],
  dimensions: readonly string[],
  activeCountsOf: (groups: readonly StormGroup[]) => readonly number[],
): GroupCount | undefined {
  if (covering.length < 2) return covering[0];
  const activeCounts = activeCountsOf(covering.map(({ group }) => group));
  const rank = ({ shared }: StormGroup) =>
    shared === undefined ? dimensions.length : dimensions.indexOf(shared.dimension);
  const ranked = covering.map((count, index) => ({ count, activeCount: activeCounts[index]! }));
  ranked.sort(
    (left, right) =>
      left.activeCount - right.activeCount ||
      rank(left.count.group) - rank(right.count.group) ||
      right.count.incidentCount - left.count.incidentCount ||
      (left.count.group.subject < right.count.group.subject ? -1 : 1),
  );
  return ranked[0]?.count;
}
