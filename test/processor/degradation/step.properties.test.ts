// Promises of the decision that hold for every input: any interleaving, duplication and reordering of records.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isOver, type Reason, type Transition } from '../../../bridge/transition/transition.ts';
import type { StepResult } from '../../../processor/degradation/effects.ts';
import { configSchema, thresholdsOf } from '../../../processor/degradation/factory.ts';
import { incidentOf, type SessionCategory, type SessionState } from '../../../processor/degradation/state.ts';
import { nextTickAtMs, step, type StepInput } from '../../../processor/degradation/step.ts';
import type { Thresholds } from '../../../processor/degradation/thresholds.ts';
import type { QualitySample, SessionEvent, SessionEventType } from '../../../receiver/sample.ts';
import { assertLegal } from '../../support/legal-sequence.ts';
import { START_MS } from '../../support/timeline.ts';

const FLAPPING = { openingCount: 3, withinMs: 240_000, stableForMs: 60_000 };

const thresholds: Thresholds = {
  ...thresholdsOf(
    configSchema.parse({ hold: '20s', recover_for: '10s', drop_after_clear: '8s', dedup_window: '60s' }),
  ),
  flapping: FLAPPING,
};

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

type Stretch = readonly [quality: Partial<QualitySample>, count: number];

function samplesOf(parts: readonly Stretch[]): QualitySample[] {
  return parts
    .flatMap(([quality, count]) => Array.from({ length: count }, () => quality))
    .map((quality, index) => {
      const atMs = START_MS + (index + 1) * 5_000;
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
    });
}

/** Long stretches of one quality, so that incidents do open, with noise of every kind in between. */
const stretches: fc.Arbitrary<(QualitySample | SessionEvent)[]> = fc
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
  .map(samplesOf);

/** Just long enough bad and just long enough good, again and again, and then good for a while. */
const flappingPicture: fc.Arbitrary<(QualitySample | SessionEvent)[]> = fc
  .tuple(
    fc.array(
      fc.tuple(fc.constantFrom(2.5, 3.4), fc.integer({ min: 5, max: 10 }), fc.integer({ min: 3, max: 5 })),
      { minLength: 3, maxLength: 8 },
    ),
    fc.integer({ min: 0, max: 40 }),
  )
  .map(([turns, stableCount]) =>
    samplesOf([
      ...turns.flatMap(([mos, badCount, goodCount]): Stretch[] => [
        [{ mos }, badCount],
        [{ mos: 4.2 }, goodCount],
      ]),
      [{ mos: 4.2 }, stableCount],
    ]),
  );

const flappingConnection: fc.Arbitrary<(QualitySample | SessionEvent)[]> = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 4, maxLength: 24 }),
    fc.integer({ min: 0, max: 160 }),
  )
  .map(([pauses, sampleCount]) => {
    let atMs = START_MS;
    const events = pauses.map((pauseSeconds, index): SessionEvent => {
      atMs += pauseSeconds * 1_000;
      const type = index % 2 === 0 ? 'disconnected' : 'connected';
      return {
        kind: 'event',
        type,
        sessionId: 's-1',
        observedAtMs: atMs,
        receivedAtMs: atMs,
        dimensions: {},
      };
    });
    return [...events, ...samplesOf([[{ mos: 4.2 }, sampleCount]])];
  });

const plot = fc.oneof(stretches, flappingPicture, flappingConnection);
const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength: number) =>
  fc.oneof(fc.constant<T[]>([]), fc.array(arbitrary, { maxLength }));

const disordered = fc.tuple(plot, some(record, 25)).chain(([steady, disturbing]) => {
  const all = [...steady, ...disturbing];
  all.sort((left, right) => left.observedAtMs - right.observedAtMs);
  const moves = some(fc.tuple(fc.nat(all.length - 1), fc.nat(all.length - 1)), 6);
  const repeats = some(fc.nat(all.length - 1), 6);
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
  /** Of the samples that were taken. */
  readonly observedAtMs: number[];
  nowMs: number;
}

const newRun = (): Run => ({ state: undefined, transitions: [], observedAtMs: [], nowMs: START_MS });

function play(
  records: readonly (QualitySample | SessionEvent)[],
  run: Run,
  look?: (before: SessionState | undefined, result: StepResult) => void,
): Run {
  const take = (input: StepInput) => {
    const result = step(run.state, input, thresholds);
    look?.(run.state, result);
    run.state = result.state;
    run.transitions.push(...result.transitions);
    if (input.kind === 'sample' && !result.suppressed.includes('late'))
      run.observedAtMs.push(input.observedAtMs);
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

const flaps = (reasons: readonly Reason[]) => reasons.some(({ rule }) => rule === 'flapping');

/** Checks each step against all openings there have been, of which the state remembers only the last. */
class FlappingWatch {
  readonly #category: SessionCategory;
  #openedAtMs: number[] = [];
  stableCount = 0;

  constructor(category: SessionCategory) {
    this.#category = category;
  }

  look(before: SessionState | undefined, { state, transitions }: StepResult): void {
    const told = transitions.filter(({ category }) => category === this.#category);
    for (const { kind, reasons, occurredAtMs } of told) {
      if (kind !== 'recovered' || !flaps(reasons)) continue;
      const stableMs = occurredAtMs - this.#openedAtMs.at(-1)!;
      assert.ok(stableMs >= FLAPPING.stableForMs, 'recovered when there was no opening for long enough');
      this.stableCount += 1;
    }
    const known = before && incidentOf(before, this.#category);
    const incident = state && incidentOf(state, this.#category);
    if (incident === undefined) this.#openedAtMs = [];
    if (incident?.openingTimesMs === undefined || incident.openingTimesMs === known?.openingTimesMs) return;
    assert.ok(
      incident.openingTimesMs.length <= FLAPPING.openingCount,
      'it remembers no more than are counted',
    );
    const atMs = incident.openingTimesMs.at(-1)!;
    this.#openedAtMs.push(atMs);
    const counted = this.#openedAtMs.slice(-FLAPPING.openingCount);
    const isTooOften =
      counted.length === FLAPPING.openingCount &&
      counted.every((openedAtMs) => atMs - openedAtMs <= FLAPPING.withinMs);
    const flappedOn = known?.flapping !== undefined && !told.some(({ kind }) => isOver(kind));
    assert.equal(incident.flapping !== undefined, isTooOften || flappedOn, 'so many openings are flapping');
  }
}

function assertNoSilenceWasStable({ transitions, observedAtMs }: Run): void {
  for (const { category, kind, reasons, occurredAtMs } of transitions) {
    if (category !== 'quality' || kind !== 'recovered' || !flaps(reasons)) continue;
    const seen = observedAtMs.filter((atMs) => atMs <= occurredAtMs);
    const first = seen.findLastIndex((atMs) => atMs <= occurredAtMs - FLAPPING.stableForMs);
    assert.ok(first >= 0, 'it was seen before it was stable');
    for (let index = first + 1; index < seen.length; index += 1) {
      assert.ok(seen[index]! - seen[index - 1]! < thresholds.gapAfterMs, 'no silence while it was stable');
    }
  }
}

describe('step, whatever comes in', () => {
  it('gives a legal transition sequence for any interleaving, duplication and reordering', () => {
    let opened = 0;
    let flapping = 0;
    fc.assert(
      fc.property(disordered, (records) => {
        const { transitions } = play(records, newRun());
        opened += transitions.filter((transition) => transition.kind === 'opened').length;
        flapping += transitions.some(({ reasons }) => flaps(reasons)) ? 1 : 0;
        assertLegal(transitions);
      }),
      { numRuns: 600 },
    );
    assert.ok(opened > 300, `the generator must open incidents, opened ${opened}`);
    assert.ok(flapping > 100, `the generator must flap, did so in ${flapping} runs`);
  });

  it('flaps from the last of so many openings on, until there was none, and no silence, for long enough', () => {
    const watches = [new FlappingWatch('quality'), new FlappingWatch('connection')];
    fc.assert(
      fc.property(disordered, (records) => {
        const run = play(records, newRun(), (before, result) => {
          for (const watch of watches) watch.look(before, result);
        });
        for (const watch of watches)
          watch.look(undefined, { state: undefined, transitions: [], suppressed: [] });
        assertNoSilenceWasStable(run);
      }),
      { numRuns: 600 },
    );
    const [quality, connection] = watches.map(({ stableCount }) => stableCount);
    assert.ok(quality! > 20 && connection! > 20, `the generator must flap: ${quality}, ${connection}`);
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
