// The two clocks of a queue: how long an operator may take to acknowledge what they were given, and how long an alert
// may wait for anybody at all. Pure: what is due of a standing, and when there will be something again.
import type { Standing } from './standing.ts';

export interface QueueLimits {
  readonly acknowledgeWithinMs: number;
  /** 0: an alert may wait for ever. */
  readonly maxHoldMs: number;
}

export interface Due {
  /** Alerts are with somebody who doesn't acknowledge them, or isn't there. */
  readonly takeBack: boolean;
  /** Alerts have waited for longer than they may, and it has not been counted. */
  readonly countMissed: boolean;
}

export function dueOf(standing: Standing, limits: QueueLimits, nowMs: number): Due {
  const { firstAssignedAtMs = Infinity, nextToMissSinceMs = Infinity, unattendedCount } = standing;
  return {
    takeBack: unattendedCount > 0 || firstAssignedAtMs + limits.acknowledgeWithinMs <= nowMs,
    countMissed: limits.maxHoldMs > 0 && nextToMissSinceMs + limits.maxHoldMs <= nowMs,
  };
}

/** When something becomes due if nothing else happens; undefined when nothing will. */
export function nextDueMs(standing: Standing, limits: QueueLimits): number | undefined {
  const { firstAssignedAtMs, nextToMissSinceMs, nextAvailableAtMs } = standing;
  const times = [
    firstAssignedAtMs === undefined ? Infinity : firstAssignedAtMs + limits.acknowledgeWithinMs,
    nextToMissSinceMs === undefined || limits.maxHoldMs === 0
      ? Infinity
      : nextToMissSinceMs + limits.maxHoldMs,
    nextAvailableAtMs ?? Infinity,
  ];
  const next = Math.min(...times);
  return next === Infinity ? undefined : next;
}

/**
 * What is wrong with a queue in which alerts have waited too long and from which nobody is told; undefined when nothing is.
 * One that never had an operator is a list: nobody was to acknowledge anything.
 */
export function holdProblem(
  { missedCount, operatorCounts }: Standing,
  { maxHoldMs }: QueueLimits,
): string | undefined {
  const isList = Object.values(operatorCounts).every((count) => count === 0);
  if (missedCount === 0 || maxHoldMs === 0 || isList) return undefined;
  const alerts = missedCount === 1 ? '1 alert has' : `${missedCount} alerts have`;
  return `${alerts} waited longer than max_hold (${maxHoldMs / 1_000} s) to be acknowledged, and no escalation is configured`;
}
