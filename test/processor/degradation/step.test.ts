// What the truth table can't show: ticks at odd times, and states that come back after a restart.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isWorthKeeping, resumeSession, type SessionState } from '../../../processor/degradation/state.ts';
import { nextTickAtMs, step } from '../../../processor/degradation/step.ts';
import { decide, DEFAULT_THRESHOLDS, describeTransition } from '../../support/decisions.ts';
import { parseTimeline, START_MS } from '../../support/timeline.ts';

const second = (value: number) => START_MS + value * 1_000;

function stateAfter(timeline: string): SessionState {
  const { state } = decide(parseTimeline(timeline));
  assert.ok(state !== undefined);
  return state;
}

function takeAll(state: SessionState, timeline: string): string[] {
  let current: SessionState | undefined = state;
  return parseTimeline(timeline).flatMap((entry) => {
    const input = entry.kind === 'sample' ? entry.sample : entry.kind === 'event' ? entry.event : undefined;
    if (input === undefined) return [];
    const result = step(current, input, DEFAULT_THRESHOLDS);
    current = result.state;
    return result.transitions.map(describeTransition);
  });
}

describe('a tick', () => {
  it('that comes before anything is due leaves the very same state', () => {
    const state = stateAfter('0..10: bad');
    assert.equal(step(state, { kind: 'tick', nowMs: second(12) }, DEFAULT_THRESHOLDS).state, state);
  });

  it('does nothing to a session that has ended, until it is forgotten', () => {
    const state = stateAfter('0..10: ok; 11: !ended');
    const later = step(state, { kind: 'tick', nowMs: second(60) }, DEFAULT_THRESHOLDS);
    assert.equal(later.state, state);
    assert.deepEqual(later.transitions, []);
    const forgotten = step(state, { kind: 'tick', nowMs: second(11 + 900) }, DEFAULT_THRESHOLDS);
    assert.equal(forgotten.state, undefined);
    assert.deepEqual(forgotten.transitions, []);
  });

  it('of a session that was never heard of does nothing', () => {
    const result = step(undefined, { kind: 'tick', nowMs: second(60) }, DEFAULT_THRESHOLDS);
    assert.equal(result.state, undefined);
    assert.deepEqual(result.transitions, []);
  });
});

describe('nextTickAtMs', () => {
  it('is the gap for a healthy session, and the end of the hold for a silent candidate', () => {
    assert.equal(nextTickAtMs(stateAfter('0..10: ok'), DEFAULT_THRESHOLDS), second(25));
    assert.equal(nextTickAtMs(stateAfter('0: bad; 15: now'), DEFAULT_THRESHOLDS), second(30));
  });
});

describe('a state that comes back after a restart', () => {
  it('does not take the time in which we did not look for silence of the session', () => {
    const resumed = resumeSession(stateAfter('0..10: bad'), second(100));
    assert.deepEqual(takeAll(resumed, '105: ok'), []);
  });

  it('waits for a gap from the restart on', () => {
    const resumed = resumeSession(stateAfter('0..10: ok'), second(100));
    assert.equal(nextTickAtMs(resumed, DEFAULT_THRESHOLDS), second(115));
  });

  it('does not count that time towards a recovery', () => {
    const resumed = resumeSession(stateAfter('0..30: bad; 35..50: ok'), second(60));
    assert.deepEqual(takeAll(resumed, '66..91: ok'), []);
    assert.deepEqual(takeAll(resumed, '66..96: ok'), ['96 recovered high mos']);
  });

  it('keeps the clock of a candidate', () => {
    const resumed = resumeSession(stateAfter('0..20: bad'), second(24));
    assert.deepEqual(takeAll(resumed, '25..30: bad'), ['30 opened high mos']);
  });
});

describe('isWorthKeeping', () => {
  it('is true for candidates, and for sessions that have had an incident', () => {
    assert.equal(isWorthKeeping(stateAfter('0..10: ok')), false);
    assert.equal(isWorthKeeping(stateAfter('0: bad')), true);
    assert.equal(isWorthKeeping(stateAfter('0..30: bad; 35..65: ok')), true);
    assert.equal(isWorthKeeping(stateAfter('0: ok; 1: !disconnected; 5: ok')), true);
  });
});
