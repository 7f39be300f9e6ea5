// What the processor stores, and when: nothing is acknowledged that a crash could still undo.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { SessionRecord, TransitionBatch, TransitionSink } from '../../../bridge/transition/batch.ts';
import { DegradationProcessor } from '../../../processor/degradation/processor.ts';
import type { SessionState } from '../../../processor/degradation/state.ts';
import type { QualitySample, SessionEvent } from '../../../receiver/sample.ts';
import { testHost, testSettings } from '../../support/component-settings.ts';
import { DEFAULT_FLEET_LIMITS, DEFAULT_THRESHOLDS } from '../../support/decisions.ts';
import { qualityBatch } from '../../support/quality-sample.ts';
import { parseTimeline, START_MS } from '../../support/timeline.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** A store whose commits take as long as a test wants, and which shows what it holds. */
class SlowSink implements TransitionSink {
  readonly transitions: string[] = [];
  readonly committed: SessionRecord[] = [];
  readonly checkpoints: SessionRecord[] = [];
  #gate: Promise<void> | undefined;
  open: () => void = () => {};

  close(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    this.open = resolve;
  }

  async consume({ transitions, records }: TransitionBatch): Promise<void> {
    await this.#gate;
    this.transitions.push(...transitions.map(({ kind }) => kind));
    this.committed.push(...records);
  }

  checkpoint(records: readonly SessionRecord[]): Promise<void> {
    this.checkpoints.push(...records);
    return Promise.resolve();
  }

  restoreFleet(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  restore(): Promise<readonly SessionRecord[]> {
    return Promise.resolve([]);
  }
}

function recordsOf(timeline: string): (QualitySample | SessionEvent)[] {
  return parseTimeline(timeline).flatMap((entry) => {
    if (entry.kind === 'now') return [];
    return [entry.kind === 'sample' ? entry.sample : entry.event];
  });
}

const stateOf = (record: SessionRecord | undefined) =>
  JSON.parse(record?.state ?? 'null') as SessionState | null;

describe('the degradation processor', () => {
  let sink: SlowSink;
  let clock: VirtualClock;
  let processor: DegradationProcessor;

  beforeEach(async () => {
    sink = new SlowSink();
    clock = new VirtualClock(START_MS);
    processor = new DegradationProcessor(
      testSettings({ clock }),
      DEFAULT_THRESHOLDS,
      DEFAULT_FLEET_LIMITS,
      sink,
    );
    await processor.start(testHost());
  });

  const take = (timeline: string) => processor.consume(qualityBatch(...recordsOf(timeline)));

  /** Whether it has been acknowledged by the time everything that could run has run. */
  const isDone = async (work: Promise<unknown>) => {
    let done = false;
    void work.then(() => (done = true));
    await new Promise(setImmediate);
    return done;
  };

  it('acknowledges an opening when it is stored, together with the state that it leaves', async () => {
    await take('0..25: bad');
    sink.close();
    const opening = take('30: bad');
    assert.equal(await isDone(opening), false);
    sink.open();
    await opening;
    assert.deepEqual(sink.transitions, ['opened']);
    assert.equal(stateOf(sink.committed.at(-1))?.quality.kind, 'open');
  });

  for (const [what, before, record] of [
    ['the start of a candidate', '', '0: bad'],
    ['the end of a candidate', '0..5: bad; 10: ok', '15..20: ok'],
    ['a mute, which is said only once', '0: ok', '1: !muted'],
    ['the end of a session that was in an incident', '0..30: bad; 35..65: ok', '66: !ended'],
    [
      'an opening that the dedup window holds back',
      '0: ok; 1: !disconnected; 2: !connected',
      '3: !disconnected',
    ],
    [
      'an outage in an incident, held back likewise',
      '0..35: bad; 36: !disconnected; 37: !connected; 40: bad',
      '45: outage',
    ],
  ] as const) {
    it(`acknowledges ${what} when it is stored`, async () => {
      await take(before);
      sink.close();
      const turning = take(record);
      assert.equal(await isDone(turning), false);
      sink.open();
      await turning;
    });
  }

  it('forgets a candidate that was dropped, also in the store', async () => {
    await take('0..5: bad; 10..20: ok');
    assert.equal(sink.committed.at(-1)?.state, undefined);
  });

  it('acknowledges samples that only count at once, and stores them within five seconds', async () => {
    await take('0: bad');
    await take('5..10: bad');
    assert.equal(sink.committed.length, 1);
    clock.advance(5_000);
    const state = stateOf(sink.checkpoints[0]);
    assert.ok(state?.quality.kind === 'candidate' && state.quality.badCount === 3);
  });

  it('does not acknowledge a repetition before what it repeats is stored', async () => {
    await take('0..25: bad');
    sink.close();
    const opening = take('30: bad');
    const repetition = processor.consume(qualityBatch());
    assert.equal(await isDone(repetition), false);
    sink.open();
    await Promise.all([opening, repetition]);
  });

  it('checkpoints no state that knows of a transition which is not stored yet', async () => {
    await take('0..25: bad');
    sink.close();
    const opening = take('30: bad');
    const next = take('35: bad');
    clock.advance(5_000);
    assert.deepEqual(sink.checkpoints, []);
    sink.open();
    await Promise.all([opening, next]);
    clock.advance(5_000);
    assert.equal(stateOf(sink.checkpoints[0])?.lastSample?.observedAtMs, START_MS + 35_000);
  });
});
