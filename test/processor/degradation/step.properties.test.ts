// Promises of the decision that hold for every input: any interleaving, duplication and reordering of records.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { configSchema, thresholdsOf } from '../../../processor/degradation/factory.ts';
import type { SessionState } from '../../../processor/degradation/state.ts';
import { nextTickAtMs, step, type StepInput } from '../../../processor/degradation/step.ts';
import type { QualitySample, SessionEvent, SessionEventType } from '../../../receiver/sample.ts';
import { assertLegal } from '../../support/legal-sequence.ts';
import { START_MS } from '../../support/timeline.ts';

const thresholds = thresholdsOf(
  configSchema.parse({ hold: '20s', recover_for: '10s', drop_after_clear: '8s', dedup_window: '60s' }),
);

const second = fc.integer({ min: 0, max: 900 });

/** A sample with any of the metrics missing. */
const sample: fc.Arbitrary<QualitySample> = fc
  .record(
    {
      atSecond: second,
      mos: fc.constantFrom(1.5, 3.1, 3.2, 3.4, 3.5, 4.2),
      mosCauses: fc.constantFrom<QualitySample['mosCauses'] & {}>([], ['delay'], ['packet_loss', 'delay']),
      experience: fc.constantFrom(1, 2.4, 2.5, 2.9, 3, 4.5),
      experienceCauses: fc.constantFrom<QualitySample['experienceCauses'] & {}>(
        [],
        ['outage'],
        ['freeze', 'frame_rate'],
      ),
      packetLossPercent: fc.constantFrom(0, 2, 9),
      bitrateKbps: fc.constantFrom(0, 100, 1200),
      framesPerSecond: fc.constantFrom(0, 30),
      freezeRatio: fc.constantFrom(0, 0.3, 0.9),
      framesDroppedPercent: fc.constantFrom(0, 50),
      outage: fc.boolean(),
      media: fc.constantFrom<QualitySample['media']>('camera', 'camera', 'camera', 'screen', 'audio'),
      boundary: fc.constantFrom<QualitySample['boundary'] & {}>('decoder_change', 'sampling_gap'),
      muted: fc.boolean(),
      codec: fc.constantFrom('VP8', 'H264'),
    },
    { requiredKeys: ['atSecond'], noNullPrototype: true },
  )
  .map(({ atSecond, ...metrics }) => ({
    kind: 'sample',
    sessionId: 's-1',
    observedAtMs: START_MS + atSecond * 1_000,
    receivedAtMs: START_MS + atSecond * 1_000,
    media: 'camera',
    direction: 'inbound',
    dimensions: {},
    ...metrics,
  }));

const event: fc.Arbitrary<SessionEvent> = fc
  .tuple(
    second,
    fc.constantFrom<SessionEventType>(
      'connected',
      'disconnected',
      'network_change',
      'muted',
      'unmuted',
      'ended',
    ),
  )
  .map(([atSecond, type]) => ({
    kind: 'event',
    type,
    sessionId: 's-1',
    observedAtMs: START_MS + atSecond * 1_000,
    receivedAtMs: START_MS + atSecond * 1_000,
    dimensions: {},
  }));

const record = fc.oneof({ weight: 12, arbitrary: sample }, { weight: 1, arbitrary: event });

/** Long stretches of one quality, so that incidents do open, with noise of every kind in between. */
const stretches = fc
  .array(
    fc.tuple(
      fc.constantFrom<Partial<QualitySample>>(
        { mos: 2.5 },
        { mos: 3.4, mosCauses: ['packet_loss'] },
        { mos: 4.2, experience: 2, experienceCauses: ['freeze'] },
        { mos: 4.2, experience: 4.5, experienceCauses: [] },
        { experience: 1, experienceCauses: ['outage'], outage: true },
        { mos: 4.2, outage: false },
      ),
      fc.integer({ min: 1, max: 14 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => {
    let atSecond = 0;
    return parts.flatMap(([quality, count]) =>
      Array.from({ length: count }, (): QualitySample => {
        atSecond += 5;
        const atMs = START_MS + atSecond * 1_000;
        return {
          kind: 'sample',
          sessionId: 's-1',
          observedAtMs: atMs,
          receivedAtMs: atMs,
          media: 'camera',
          direction: 'inbound',
          dimensions: {},
          ...quality,
        };
      }),
    );
  });

const disordered = fc.tuple(stretches, fc.array(record, { maxLength: 25 })).chain(([steady, noise]) => {
  const all: (QualitySample | SessionEvent)[] = [...steady, ...noise];
  all.sort((left, right) => left.observedAtMs - right.observedAtMs);
  const moves = fc.array(fc.tuple(fc.nat(all.length - 1), fc.nat(all.length - 1)), { maxLength: 6 });
  const repeats = fc.array(fc.nat(all.length - 1), { maxLength: 6 });
  return fc.tuple(moves, repeats).map(([swaps, copies]) => {
    const order = all.slice();
    for (const [from, to] of swaps) order.splice(to, 0, ...order.splice(from, 1));
    for (const index of copies) order.splice(index, 0, order[(index * 7) % order.length]!);
    return order;
  });
});

interface Run {
  state: SessionState | undefined;
  readonly transitions: Transition[];
  nowMs: number;
}

const newRun = (): Run => ({ state: undefined, transitions: [], nowMs: START_MS });

function play(records: readonly (QualitySample | SessionEvent)[], run: Run): Run {
  const take = (input: StepInput) => {
    const result = step(run.state, input, thresholds);
    run.state = result.state;
    run.transitions.push(...result.transitions);
  };
  for (const next of records) {
    // The wall clock never runs backwards, however old the record is that arrives.
    run.nowMs = Math.max(run.nowMs, next.observedAtMs);
    while (run.state !== undefined && nextTickAtMs(run.state, thresholds) <= run.nowMs) {
      const before: SessionState = run.state;
      take({ kind: 'tick', nowMs: nextTickAtMs(before, thresholds) });
      if (run.state === before) break;
    }
    take({ ...next, receivedAtMs: run.nowMs });
  }
  return run;
}

describe('step, whatever comes in', () => {
  it('gives a legal transition sequence for any interleaving, duplication and reordering', () => {
    let opened = 0;
    fc.assert(
      fc.property(disordered, (records) => {
        const { transitions } = play(records, newRun());
        opened += transitions.filter((transition) => transition.kind === 'opened').length;
        assertLegal(transitions);
      }),
      { numRuns: 600 },
    );
    assert.ok(opened > 300, `the generator must open incidents, opened ${opened}`);
  });

  it('does not change when any prefix is replayed', () => {
    fc.assert(
      fc.property(disordered, fc.nat(), (records, cut) => {
        const run = play(records, newRun());
        const { state } = run;
        const sentCount = run.transitions.length;
        for (const again of records.slice(0, cut % (records.length + 1))) {
          const receivedAtMs = state?.lastSignReceivedAtMs ?? again.receivedAtMs;
          const result = step(run.state, { ...again, receivedAtMs }, thresholds);
          run.state = result.state;
          run.transitions.push(...result.transitions);
        }
        assert.deepEqual(run.state, state);
        assert.equal(run.transitions.length, sentCount);
      }),
      { numRuns: 600 },
    );
  });

  it('comes back from JSON as it was, and decides the same from there', () => {
    fc.assert(
      fc.property(disordered, fc.nat(), (records, cut) => {
        const at = cut % (records.length + 1);
        const whole = play(records, newRun());
        const first = play(records.slice(0, at), newRun());
        const stored = first.state && (JSON.parse(JSON.stringify(first.state)) as SessionState);
        const rest = play(records.slice(at), { ...first, state: stored });
        assert.deepEqual(rest, whole);
      }),
      { numRuns: 300 },
    );
  });
});
