// What a receiver of transitions may rely on, whatever the input was.
import assert from 'node:assert/strict';
import { severityRank, type Transition } from '../../bridge/transition/transition.ts';

/** Throws when the transitions of one session, in the order in which they were decided, break a promise. */
export function assertLegal(transitions: readonly Transition[]): void {
  const keys = new Set<string>();
  const incidents = new Map<string, Transition[]>();
  for (const transition of transitions) {
    assert.ok(!keys.has(transition.idempotencyKey), 'each transition has a key of its own');
    keys.add(transition.idempotencyKey);
    const earlier = incidents.get(transition.incidentId) ?? [];
    incidents.set(transition.incidentId, [...earlier, transition]);
  }
  for (const incident of incidents.values()) assertLegalIncident(incident);
}

function assertLegalIncident(transitions: readonly Transition[]): void {
  let isOpen = false;
  let previous: Transition | undefined;
  for (const [index, transition] of transitions.entries()) {
    const { kind, sequence, severity } = transition;
    assert.equal(sequence, index, 'sequences have no holes');
    assert.ok(transition.reasons.length > 0, 'each transition has a reason');
    assert.ok(
      previous === undefined || transition.occurredAtMs >= previous.occurredAtMs,
      'time runs forward',
    );
    switch (kind) {
      case 'opened':
      case 'reopened':
        assert.equal(isOpen, false, `${kind} while open`);
        assert.equal(kind === 'opened', index === 0, 'opened comes first, and once');
        isOpen = true;
        break;
      case 'escalated':
        assert.ok(isOpen && severityRank(previous!.severity) < severityRank(severity));
        break;
      case 'deescalated':
        assert.ok(isOpen && previous?.severity === 'critical' && severity === 'high');
        assert.ok(!isFlapping(previous), 'what flaps is told of when it becomes worse, and when it is over');
        break;
      case 'recovered':
      case 'ended':
        assert.ok(isOpen, `${kind} while closed`);
        assert.equal(severity, previous?.severity, 'a closing has the severity that was told');
        assert.equal(isFlapping(transition), isFlapping(previous), 'only an opening says that it flaps');
        isOpen = false;
        break;
      case 'updated':
        assert.ok(isOpen);
        assert.equal(severity, previous?.severity);
        break;
    }
    previous = transition;
  }
}

function isFlapping(transition: Transition | undefined): boolean {
  return transition?.reasons.some(({ rule }) => rule === 'flapping') === true;
}
