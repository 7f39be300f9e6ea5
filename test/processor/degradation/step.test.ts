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

describe('a state that was stored before there were scores, causes and explicit outages', () => {
  /** As it was written then: an incident for MOS that is open, and the sample before the restart. */
  const stored = {
    sessionId: 's-1',
    revision: START_MS + 7,
    agentId: 'agent-7',
    dimensions: {},
    lastSample: {
      kind: 'sample',
      sessionId: 's-1',
      agentId: 'agent-7',
      observedAtMs: second(30),
      receivedAtMs: second(30),
      media: 'camera',
      direction: 'inbound',
      dimensions: {},
      mos: 3.4,
      packetLossPercent: 0,
      bitrateKbps: 1200,
      framesPerSecond: 30,
    },
    lastSignAtMs: second(30),
    lastSignReceivedAtMs: second(30),
    muted: false,
    hadTraffic: true,
    unresolved: ['mos'],
    quality: { kind: 'open' },
    qualityIncident: {
      incidentId: '0123456789abcdef0123456789abcdef',
      incidentKey: 'f'.repeat(64),
      bucket: START_MS / 300_000,
      open: true,
      announced: true,
      nextSequence: 1,
      severity: 'high',
      peakSeverity: 'high',
      reasons: [{ rule: 'mos', value: 3.4, threshold: 3.5 }],
      triggerAtMs: second(0),
      triggerMetrics: { mos: 3.4, packetLossPercent: 0, bitrateKbps: 1200, framesPerSecond: 30 },
      lastOpeningAtMs: second(30),
      lastNotifiedAtMs: second(30),
      suppressedCount: 0,
    },
    connectionCauses: [],
  };

  it('goes on as if it had been written today', () => {
    const resumed = resumeSession(JSON.parse(JSON.stringify(stored)) as SessionState, second(31));
    assert.deepEqual(takeAll(resumed, '35..65: ok'), ['65 recovered high mos']);
    assert.deepEqual(
      takeAll(resumed, '35: bad; 40: experience=2:freeze outage=false; 45..75: experience=4'),
      ['75 recovered high mos+experience(freeze)'],
    );
  });
});

describe('the metrics of a transition', () => {
  it('have the experience at the trigger and now', () => {
    const { transitions } = decide(parseTimeline('0..25: experience=2.5; 30: experience=1.5'));
    const [opened] = transitions;
    assert.equal(opened?.triggerMetrics.experience, 2.5);
    assert.equal(opened?.currentMetrics.experience, 1.5);
  });

  it('have with each reason the worst value and the limit', () => {
    const { transitions } = decide(
      parseTimeline('0..20: experience=2:freeze; 25..30: experience=2.5:outage'),
    );
    assert.deepEqual(transitions[0]?.reasons, [
      { rule: 'experience', value: 2, threshold: 3, causes: ['freeze'] },
    ]);
  });

  it('have no causes where the sample names none', () => {
    const [sample] = parseTimeline('0: experience=2').flatMap((entry) =>
      entry.kind === 'sample' ? [{ ...entry.sample, experienceCauses: [] }] : [],
    );
    const { state } = step(undefined, sample!, DEFAULT_THRESHOLDS);
    assert.ok(state?.quality.kind === 'candidate');
    assert.deepEqual(state.quality.reasons, [{ rule: 'experience', value: 2, threshold: 3 }]);
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
