// What one destination may rely on that is told of escalations: to it each incident opens first, whatever others have heard
// of it before.
import assert from 'node:assert/strict';
import { severityRank, type Transition } from '../../bridge/transition/transition.ts';

/** Throws when the transitions that one destination was told, in order, break a promise. */
export function assertToldLegally(transitions: readonly Transition[]): void {
  const keys = transitions.map(({ idempotencyKey }) => idempotencyKey);
  assert.equal(new Set(keys).size, keys.length, 'each has a key of its own');
  const last = new Map<string, Transition>();
  const named = new Map<string, Set<string>>();
  for (const transition of transitions) {
    const { incidentId, kind, severity, sequence, group } = transition;
    const before = last.get(incidentId);
    const isOpen = before !== undefined && before.kind !== 'recovered' && before.kind !== 'ended';
    assert.ok(before === undefined || sequence > before.sequence, 'sequences grow');
    assert.equal(kind === 'opened', before === undefined, 'opened comes first, and once');
    assert.equal(kind === 'reopened', before !== undefined && !isOpen, 'reopened comes after the end');
    if (isOpen && kind !== 'recovered' && kind !== 'ended')
      assert.equal(kind, severityRank(severity) > severityRank(before.severity) ? 'escalated' : 'updated');
    if (kind === 'opened' || kind === 'reopened') named.set(incidentId, new Set());
    for (const id of group?.listedIds ?? []) {
      assert.ok(!named.get(incidentId)!.has(id), 'an incident is named once');
      named.get(incidentId)!.add(id);
    }
    last.set(incidentId, transition);
  }
}
