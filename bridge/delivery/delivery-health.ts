// How a destination is: from its breaker and from what waits for it. Pure.
import type { ComponentStatus } from '../../collector/component.ts';
import type { Breaker, Failure } from './breaker.ts';
import { DELIVERY_SLA_MS } from './sla.ts';

/**
 * An open breaker comes first: that something is overdue follows from it. The words of a state never change while it
 * lasts, so that nobody is told of the same trouble again and again.
 */
export function healthOf(breaker: Breaker, overdueCount: number): ComponentStatus {
  if (breaker.kind === 'open') return { kind: 'unhealthy', reason: failureText(breaker.failure) };
  if (overdueCount === 0) return { kind: 'ok' };
  return {
    kind: 'unhealthy',
    reason: `transitions have waited for longer than ${DELIVERY_SLA_MS / 1_000} s`,
  };
}

function failureText({ kind, reason }: Failure): string {
  switch (kind) {
    case 'retry':
      return `deliveries keep failing: ${reason}`;
    case 'credential':
      return `the credential is refused, and everything is held: ${reason}`;
    case 'disabled':
      return `the destination says that it is gone, and everything is held: ${reason}; it is asked again every hour and at the next start`;
  }
}

export function isSameStatus(one: ComponentStatus, other: ComponentStatus): boolean {
  const reasonOf = (status: ComponentStatus) => ('reason' in status ? status.reason : undefined);
  return one.kind === other.kind && reasonOf(one) === reasonOf(other);
}
