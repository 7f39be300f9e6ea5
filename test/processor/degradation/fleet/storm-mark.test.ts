import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withStormMark } from '../../../../processor/degradation/fleet/storm-mark.ts';
import { StormFleet } from '../../../support/storm-fleet.ts';

describe('the mark of a storm', () => {
  const fleet = new StormFleet();
  const [sessionId = ''] = fleet.add('call', 1);
  fleet.open([sessionId]);
  const state = fleet.stateOf(sessionId)!;
  const incident = { incidentId: fleet.incidentIdOf(sessionId), sessionId, category: 'quality' } as const;
  const marked = withStormMark(state, { ...incident, stormId: 'storm' });

  it('is a change of its own: no record of the state before it may replace it', () => {
    assert.equal(marked.qualityIncident?.stormId, 'storm');
    assert.equal(marked.revision, state.revision + 1);
  });

  it('is taken away again', () => {
    const { revision, ...unmarked } = withStormMark(marked, incident);
    assert.deepEqual({ ...unmarked, revision: state.revision }, state);
    assert.equal(revision, marked.revision + 1);
  });

  it('changes nothing where it stands already, or where there is another incident by now', () => {
    assert.equal(withStormMark(marked, { ...incident, stormId: 'storm' }), marked);
    assert.equal(withStormMark(state, { ...incident, incidentId: 'earlier', stormId: 'storm' }), state);
    assert.equal(withStormMark(state, { ...incident, category: 'connection', stormId: 'storm' }), state);
  });
});
