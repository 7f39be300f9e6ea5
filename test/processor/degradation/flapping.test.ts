// What the truth table can't show of flapping: its settings, its deadlines, restarts and storms.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { configSchema, thresholdsOf } from '../../../processor/degradation/factory.ts';
import { resumeSession, type SessionState } from '../../../processor/degradation/state.ts';
import { nextTickAtMs, step, type StepInput } from '../../../processor/degradation/step.ts';
import type { Thresholds } from '../../../processor/degradation/thresholds.ts';
import { decide, DEFAULT_THRESHOLDS, describeTransition } from '../../support/decisions.ts';
import { parseTimeline, START_MS } from '../../support/timeline.ts';

const second = (value: number) => START_MS + value * 1_000;

/** Stable since 275 s, and last seen then. */
const PICTURE = '4×70(0..30: bad; 35..65: ok)';
/** Stable since 601 s. */
const CONNECTION = '4×200(0: !disconnected; 1: !connected)';

function stateAfter(timeline: string, thresholds: Thresholds = DEFAULT_THRESHOLDS): SessionState {
  const { state } = decide(parseTimeline(timeline), thresholds);
  assert.ok(state !== undefined);
  return state;
}

function goOn(
  state: SessionState,
  timeline: string,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): { sent: readonly Transition[]; state: SessionState | undefined } {
  let current: SessionState | undefined = state;
  const sent: Transition[] = [];
  for (const entry of parseTimeline(timeline)) {
    const tick = { kind: 'tick', nowMs: entry.atMs } as const;
    const input: StepInput =
      entry.kind === 'sample' ? entry.sample : entry.kind === 'event' ? entry.event : tick;
    const result = step(current, input, thresholds);
    current = result.state;
    sent.push(...result.transitions);
  }
  return { sent, state: current };
}

const described = (sent: readonly Transition[]) => sent.map(describeTransition);

describe('the settings of flapping', () => {
  it('are four openings in ten minutes, until five minutes are stable', () => {
    assert.deepEqual(DEFAULT_THRESHOLDS.flapping, {
      openingCount: 4,
      withinMs: 600_000,
      stableForMs: 300_000,
    });
  });

  it('can be others', () => {
    const flapping = { openings: 2, within: '70s', stable_for: '1m' };
    const { transitions } = decide(
      parseTimeline('2×70(0..30: bad; 35..65: ok); 140..195: ok'),
      thresholdsOf(configSchema.parse({ flapping })),
    );
    assert.deepEqual(described(transitions).slice(2), [
      '100 reopened high mos+flapping',
      '195 recovered high mos+flapping (held 1)',
    ]);
  });

  it('can be off: each opening is told', () => {
    const off = thresholdsOf(configSchema.parse({ flapping: { enabled: false } }));
    const { transitions, state, suppressed } = decide(parseTimeline(PICTURE), off);
    assert.deepEqual(described(transitions).slice(-2), ['240 reopened high mos', '275 recovered high mos']);
    assert.deepEqual(suppressed, []);
    assert.equal(state?.qualityIncident?.openingTimesMs, undefined);
  });

  for (const flapping of [{ openings: 1 }, { openings: 2.5 }, { openings: 101 }, { within: '0s' }]) {
    it(`cannot be ${JSON.stringify(flapping)}`, () =>
      assert.equal(configSchema.safeParse({ flapping }).success, false));
  }
});

describe('flapping that has been switched off since', () => {
  const off: Thresholds = { ...DEFAULT_THRESHOLDS, flapping: undefined };

  it('is over with the first sample that is good', () => {
    const resumed = resumeSession(stateAfter(PICTURE), second(280));
    assert.deepEqual(described(goOn(resumed, '281: none; 282: ok', off).sent), [
      '282 recovered high mos+flapping (held 1)',
    ]);
  });

  it('is over with the recovery when it is bad', () => {
    const resumed = resumeSession(stateAfter('3×70(0..30: bad; 35..65: ok); 210..240: bad'), second(241));
    assert.deepEqual(described(goOn(resumed, '245..275: ok; 280..310: bad', off).sent), [
      '275 recovered high mos+flapping',
      '310 reopened high mos',
    ]);
  });
});

describe('the deadline of a flapping connection', () => {
  it('is the end of its stability', () => {
    assert.equal(nextTickAtMs(stateAfter(CONNECTION), DEFAULT_THRESHOLDS), second(901));
  });

  it('is the next gap where that comes before', () => {
    const sampled = '0..15: ok; 4×20(20: !disconnected; 25..35: ok); 100';
    assert.equal(nextTickAtMs(stateAfter(`${sampled}..365: ok`), DEFAULT_THRESHOLDS), second(380));
    assert.equal(nextTickAtMs(stateAfter(`${sampled}..375: ok`), DEFAULT_THRESHOLDS), second(385));
  });

  it('is met at its own time by a tick that comes late', () => {
    const { sent } = goOn(stateAfter(CONNECTION), '950: now');
    assert.deepEqual(described(sent), ['901 c/recovered warning disconnected+flapping (held 1)']);
  });

  it('is no deadline of a picture, which needs a sample', () => {
    assert.equal(nextTickAtMs(stateAfter(`${PICTURE}; 280..570: ok`), DEFAULT_THRESHOLDS), second(585));
  });
});

describe('flapping that a long dedup window has not told of yet', () => {
  const withWindow = (dedup_window: string) => thresholdsOf(configSchema.parse({ dedup_window }));
  const connection = '4×10(0: !disconnected; 1: !connected)';

  it('is told at the end of the window, as bad as it is then', () => {
    const timeline = '4×70(0..30: bad; 35..65: ok); 280..310: mos=2.5; 315..345: ok; 350..1050: bad';
    assert.deepEqual(described(decide(parseTimeline(timeline), withWindow('10m')).transitions).slice(2), [
      '630 reopened high mos+flapping+broken_path (held 9)',
    ]);
  });

  it('is told at once when it becomes worse', () => {
    const timeline = '3×70(0..30: bad; 35..65: ok); 210..240: bad; 245..275: mos=2.5';
    assert.deepEqual(described(decide(parseTimeline(timeline), withWindow('10m')).transitions).slice(2), [
      '275 reopened critical mos+flapping+broken_path (held 5)',
    ]);
  });

  for (const dedupWindow of ['331s', '10m']) {
    it(`is not told at all when it is stable by then: ${dedupWindow}`, () => {
      const { sent } = goOn(
        stateAfter(connection, withWindow(dedupWindow)),
        '650: now',
        withWindow(dedupWindow),
      );
      assert.deepEqual(sent, []);
    });
  }

  it('is told before it is stable where the window ends before, by a late tick too', () => {
    const { sent } = goOn(stateAfter(connection, withWindow('330s')), '650: now', withWindow('330s'));
    assert.deepEqual(described(sent), [
      '330 c/reopened warning disconnected+flapping (held 6)',
      '331 c/recovered warning disconnected+flapping',
    ]);
  });
});

describe('a flapping session that comes back after a restart', () => {
  it('must be stable anew: its picture from the first good sample on', () => {
    const resumed = resumeSession(stateAfter(`${PICTURE}; 280..500: ok`), second(560));
    const { sent, state } = goOn(resumed, '570: none; 575..870: ok');
    assert.deepEqual(described(sent), []);
    assert.deepEqual(described(goOn(state!, '875: ok').sent), ['875 recovered high mos+flapping (held 1)']);
  });

  it('must be stable anew: its connection from the first good sign on', () => {
    const resumed = resumeSession(stateAfter(CONNECTION), second(800));
    const connected = goOn(resumed, '950: now; 960: !connected; 1259: now');
    assert.deepEqual(described(connected.sent), []);
    assert.equal(nextTickAtMs(connected.state!, DEFAULT_THRESHOLDS), second(1260));
    assert.deepEqual(described(goOn(connected.state!, '1260: now').sent), [
      '1260 c/recovered warning disconnected+flapping (held 1)',
    ]);
  });

  it('still flaps', () => {
    const resumed = resumeSession(stateAfter(PICTURE), second(276));
    assert.deepEqual(described(goOn(resumed, '280..310: bad').sent), []);
  });

  it('is counted on', () => {
    const resumed = resumeSession(stateAfter('3×70(0..30: bad; 35..65: ok)'), second(206));
    assert.deepEqual(described(goOn(resumed, '210..240: bad').sent), ['240 reopened high mos+flapping']);
  });
});

describe('a flapping incident that a storm tells of', () => {
  const inStorm = (timeline: string): SessionState => {
    const state = stateAfter(timeline);
    assert.ok(state.qualityIncident !== undefined);
    return { ...state, qualityIncident: { ...state.qualityIncident, stormId: 'storm-1' } };
  };
  const flapping = '3×70(0..30: bad; 35..65: ok); 210..240: bad';

  it('stays in the storm as long as it flaps', () => {
    const { sent } = goOn(inStorm(flapping), '245..275: ok; 280..310: mos=2.5; 315..645: ok');
    assert.deepEqual(
      sent.map(({ kind, stormId }) => [kind, stormId]),
      [
        ['escalated', 'storm-1'],
        ['recovered', 'storm-1'],
      ],
    );
  });

  it('leaves it with the next incident', () => {
    const { sent } = goOn(inStorm(flapping), '245..1195: ok; 1200..1230: bad');
    assert.deepEqual(
      sent.map(({ kind, stormId }) => [kind, stormId]),
      [
        ['recovered', 'storm-1'],
        ['opened', undefined],
      ],
    );
  });
});

describe('what flapping holds back', () => {
  it('is counted by its cause', () => {
    const { suppressed } = decide(parseTimeline('5×70(0..30: bad; 35..65: ok)'));
    assert.deepEqual(suppressed, ['flapping', 'flapping', 'flapping']);
  });

  it('leaves the incident open to the outside', () => {
    assert.equal(stateAfter(PICTURE).qualityIncident?.open, true);
    assert.equal(stateAfter(`${PICTURE}; 280..575: ok`).qualityIncident?.open, false);
  });

  it('is what it opened with: one incident with one trigger, whichever bucket it opens in', () => {
    const { transitions } = decide(parseTimeline('6×70(0..30: bad; 35..65: ok); 420..715: ok'));
    const [told, recovered] = transitions.slice(-2);
    assert.equal(recovered?.kind, 'recovered');
    assert.equal(recovered.incidentId, told?.incidentId);
    assert.equal(recovered.triggerAtMs, second(210));
    assert.deepEqual(recovered.reasons, [
      { rule: 'mos', value: 3.4, threshold: 3.5 },
      { rule: 'flapping', value: 4, threshold: 4 },
    ]);
  });
});
