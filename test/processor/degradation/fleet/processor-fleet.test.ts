// The processor with all its sessions: what it stores of storms, the silence of everybody, restarts, and when it wakes.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { SessionRecord, TransitionBatch, TransitionSink } from '../../../../bridge/transition/batch.ts';
import type { Transition } from '../../../../bridge/transition/transition.ts';
import { configSchema } from '../../../../processor/degradation/factory.ts';
import { fleetLimitsOf } from '../../../../processor/degradation/fleet/fleet-config.ts';
import { DegradationProcessor } from '../../../../processor/degradation/processor.ts';
import type { SessionState } from '../../../../processor/degradation/state.ts';
import type { QualitySample } from '../../../../receiver/sample.ts';
import { testHost, testSettings, type TestSettings } from '../../../support/component-settings.ts';
import { DEFAULT_THRESHOLDS } from '../../../support/decisions.ts';
import { endedEvent, qualityBatch, qualitySample } from '../../../support/quality-sample.ts';
import { stormsOf } from '../../../support/storm-fleet.ts';
import { START_MS } from '../../../support/timeline.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** A store that gives back what it took, to the next processor. */
class Store implements TransitionSink {
  readonly transitions: Transition[] = [];
  readonly batches: TransitionBatch[] = [];
  readonly records = new Map<string, SessionRecord>();
  fleetState: string | undefined;
  isBroken = false;

  consume(batch: TransitionBatch): Promise<void> {
    if (this.isBroken) return Promise.reject(new Error('disk full'));
    this.batches.push(batch);
    this.transitions.push(...batch.transitions);
    for (const record of batch.records) this.records.set(record.sessionId, record);
    this.fleetState = batch.fleetState ?? this.fleetState;
    return Promise.resolve();
  }

  checkpoint(records: readonly SessionRecord[]): Promise<void> {
    if (this.isBroken) return Promise.reject(new Error('disk full'));
    for (const record of records) this.records.set(record.sessionId, record);
    return Promise.resolve();
  }

  restore(): Promise<readonly SessionRecord[]> {
    return Promise.resolve([...this.records.values()].filter(({ state }) => state !== undefined));
  }

  restoreFleet(): Promise<string | undefined> {
    return Promise.resolve(this.fleetState);
  }
}

let store: Store;
let clock: VirtualClock;
let settings: TestSettings;
let processor: DegradationProcessor;

const limitsOf = (config: object) => fleetLimitsOf(configSchema.parse(config));

/** Starts a processor over what the store holds; the one before is gone as if it had been killed. */
async function start(config: object = {}): Promise<void> {
  const { clock: earlier } = { clock };
  clock = new VirtualClock(earlier.nowMs());
  settings = testSettings({ clock });
  processor = new DegradationProcessor(settings, DEFAULT_THRESHOLDS, limitsOf(config), store);
  await processor.start(testHost());
}

const sampleOf = (sessionId: string, fields: Partial<QualitySample> = {}) =>
  qualitySample({
    sessionId,
    observedAtMs: clock.nowMs(),
    mos: 4.2,
    dimensions: { edge: 'fra-3' },
    ...fields,
  });

/** A sample of each session, now. */
const push = (sessionIds: readonly string[], fields: Partial<QualitySample> = {}) =>
  processor.consume(qualityBatch(...sessionIds.map((sessionId) => sampleOf(sessionId, fields))));

async function advance(durationS: number): Promise<void> {
  for (let second = 0; second < durationS; second += 1) {
    clock.advance(1_000);
    await processor.flush();
  }
}

/** A sample of each every 5 s, the first one now, the last one `durationS` later. */
async function talk(sessionIds: readonly string[], durationS: number, fields: Partial<QualitySample> = {}) {
  await push(sessionIds, fields);
  for (let second = 5; second <= durationS; second += 5) {
    await advance(5);
    await push(sessionIds, fields);
  }
}

const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** `15 connection opened s-1` */
const story = () =>
  store.transitions.map(
    ({ category, kind, subject, occurredAtMs }) =>
      `${(occurredAtMs - START_MS) / 1_000} ${category} ${kind} ${subject}`,
  );

beforeEach(async () => {
  store = new Store();
  clock = new VirtualClock(START_MS);
  await start();
});

describe('when everybody falls silent at once', () => {
  const calls = named('s', 5);

  it('one incident of the pipeline opens, and no gap', async () => {
    await talk(calls, 10);
    await advance(120);
    assert.deepEqual(story(), ['25 pipeline opened all sources']);
  });

  it('it recovers with the next record, and every clock of silence starts anew', async () => {
    await talk(calls, 10);
    await advance(50);
    await push(['s-0']);
    await advance(14);
    await push(['s-0']);
    assert.deepEqual(story().slice(1), ['60 pipeline recovered all sources']);
    await advance(1);
    assert.deepEqual(
      story().slice(2).toSorted(),
      calls.slice(1).map((call) => `25 connection opened ${call}`),
    );
  });

  it('nobody is forgotten meanwhile, and no candidate is judged', async () => {
    await talk(calls, 10, { mos: 3.3 });
    await advance(3_600);
    assert.deepEqual(story(), ['25 pipeline opened all sources']);
    await push(calls);
    assert.deepEqual(story().slice(1), ['3610 pipeline recovered all sources']);
  });

  it('nothing wakes the processor until somebody is heard', async () => {
    await talk(calls, 10);
    await advance(20);
    assert.equal(clock.nextDueMs(), undefined);
  });

  it('the hole is no gap of those who come back', async () => {
    await talk(calls, 10);
    await advance(50);
    await talk(calls, 60);
    assert.deepEqual(
      store.transitions.map(({ category }) => category),
      ['pipeline', 'pipeline'],
    );
  });

  it('a restart meanwhile changes nothing', async () => {
    await talk(calls, 30, { mos: 3.3 });
    await advance(20);
    assert.deepEqual(story().slice(5), ['45 pipeline opened all sources']);
    await start();
    await advance(120);
    await push(['s-0']);
    assert.deepEqual(story().slice(6), ['170 pipeline recovered all sources']);
    assert.equal(store.transitions.at(-1)?.sequence, 1);
  });

  it('after a restart that is known like any other silence', async () => {
    await talk(calls, 30, { mos: 3.3 });
    await start();
    await advance(15);
    assert.deepEqual(story().slice(5), ['45 pipeline opened all sources']);
  });
});

describe('a gap that could be everybody’s silence', () => {
  const calls = named('s', 4);

  /** The last samples of four sessions: at 0, 2, 3 and 4 s. */
  async function fallSilent() {
    await push(calls);
    await advance(2);
    await push(calls.slice(1));
    await advance(1);
    await push(calls.slice(2));
    await advance(1);
    await push(calls.slice(3));
  }

  it('waits for the others, and is none when they are silent too', async () => {
    await fallSilent();
    await advance(60);
    assert.deepEqual(story(), ['19 pipeline opened all sources']);
  });

  it('stands as soon as one of them is heard, and is decided then', async () => {
    await fallSilent();
    await advance(12);
    assert.deepEqual(story(), [], 'at 16 s the first has been silent for longer than a gap');
    await push(['s-3']);
    assert.deepEqual(story(), ['15 connection opened s-0']);
    assert.equal(store.transitions[0]?.decidedAtMs, START_MS + 16_000);
    await advance(3);
    assert.deepEqual(story().slice(1), ['17 connection opened s-1', '18 connection opened s-2']);
  });

  it('does not wait while somebody talks', async () => {
    await push(calls);
    await talk(['s-3'], 15);
    assert.deepEqual(
      story().toSorted(),
      ['s-0', 's-1', 's-2'].map((call) => `15 connection opened ${call}`),
    );
  });

  it('is a gap where there are too few for more', async () => {
    await talk(named('s', 2), 10);
    await advance(60);
    assert.deepEqual(story().toSorted(), ['25 connection opened s-0', '25 connection opened s-1']);
  });

  it('is a gap where sessions that have ended or are silent already would make up the number', async () => {
    await push(named('s', 5));
    await processor.consume(
      qualityBatch(
        ...['s-3', 's-4'].map((sessionId) => endedEvent({ sessionId, observedAtMs: clock.nowMs() + 1 })),
      ),
    );
    await talk(['s-0', 's-1'], 15);
    assert.deepEqual(story(), ['15 connection opened s-2']);
    await advance(60);
    assert.equal(story().length, 3);
    assert.ok(store.transitions.every(({ category }) => category === 'connection'));
  });

  it('is nobody’s silence when all have told of their disconnect', async () => {
    await push(calls);
    await processor.consume(
      qualityBatch(
        ...calls.map((sessionId) =>
          endedEvent({ sessionId, type: 'disconnected', observedAtMs: clock.nowMs() + 1 }),
        ),
      ),
    );
    await advance(60);
    assert.equal(story().length, 4);
    assert.ok(store.transitions.every(({ category }) => category === 'connection'));
  });

  it('is a gap of each where that is switched off', async () => {
    await start({ pipeline_silence: { enabled: false } });
    await talk(calls, 10);
    await advance(60);
    assert.equal(story().length, 4);
  });
});

describe('a storm in the processor', () => {
  const ill = named('ill', 40);
  const well = named('well', 200);
  const bad = { mos: 3.3 };

  async function storm() {
    for (let second = 0; second <= 30; second += 5) {
      await push(ill, bad);
      await push(well, { dimensions: {} });
      if (second < 30) await advance(5);
    }
  }

  it('is stored in one commit with its members, their states and what is remembered of it', async () => {
    await storm();
    const batch = store.batches.at(-1)!;
    assert.equal(batch.transitions.length, 41);
    const stormId = batch.transitions.at(-1)!.incidentId;
    assert.ok(batch.transitions.slice(0, 40).every((transition) => transition.stormId === stormId));
    assert.equal(batch.records.length, 40);
    for (const { state } of batch.records) {
      assert.equal((JSON.parse(state!) as SessionState).qualityIncident?.stormId, stormId);
    }
    assert.ok(batch.fleetState?.includes(stormId));
  });

  it('counts what it tells of in the stead of others', async () => {
    await storm();
    assert.equal(await settings.recorded('webrtc.incident.suppressed', { cause: 'storm' }), 40);
    const opened = {
      category: 'storm',
      kind: 'opened',
      severity: 'high',
      reason: 'many_openings',
      cause: 'none',
    };
    assert.equal(await settings.recorded('webrtc.incident.transitions', opened), 1);
  });

  it('leaves a state behind that is newer than the one before it', async () => {
    await storm();
    const [{ sessionId, revision, state }] = store.batches.at(-1)!.records as [SessionRecord];
    const stored = JSON.parse(state!) as SessionState;
    assert.equal(stored.revision, revision);
    const earlier = store.batches.at(-2)!.records.find((record) => record.sessionId === sessionId);
    assert.ok(earlier === undefined || earlier.revision < revision);
    await advance(5);
    await push(ill, bad);
    await advance(5);
    const later = store.records.get(sessionId)!;
    assert.ok(later.revision > revision);
    assert.notEqual((JSON.parse(later.state!) as SessionState).qualityIncident?.stormId, undefined);
  });

  it('counts a member once that opens again', async () => {
    await storm();
    for (let second = 35; second <= 120; second += 5) {
      await advance(5);
      await push(ill.slice(1), bad);
      await push(['ill-0'], second <= 65 ? {} : bad);
      await push(well, { dimensions: {} });
    }
    const ofFirst = store.transitions.filter(({ subject }) => subject === 'ill-0');
    assert.deepEqual(
      ofFirst.map(({ kind, stormId }) => [kind, stormId !== undefined]),
      [
        ['opened', true],
        ['recovered', true],
        ['reopened', true],
      ],
    );
    assert.equal(stormsOf(store.transitions).length, 1);
  });

  it('goes on over a restart, to its end', async () => {
    await storm();
    const stormId = store.transitions.at(-1)!.incidentId;
    await start();
    for (let second = 0; second < 95; second += 5) {
      await advance(5);
      await push(ill.slice(0, 38));
      await push(ill.slice(38), bad);
    }
    const after = store.transitions.slice(41);
    assert.deepEqual(stormsOf(after), ['recovered high edge=fra-3 40/2 +0 survivors 2']);
    assert.equal(after.filter((transition) => transition.stormId === stormId).length, 38);
    const end = store.batches.find(({ transitions }) =>
      transitions.some(({ category, kind }) => category === 'storm' && kind === 'recovered'),
    );
    const record = end?.records.find(({ sessionId }) => sessionId === 'ill-39');
    const survivor = JSON.parse(record!.state!) as SessionState;
    assert.equal(survivor.qualityIncident?.open, true);
    assert.equal(survivor.qualityIncident.stormId, undefined);
  });

  it('tells of who has joined with the passing of time alone', async () => {
    await storm();
    const late = named('late', 3);
    for (let second = 30; second < 89; second += 5) {
      await push([...ill, ...late], bad);
      await push(well, { dimensions: {} });
      await advance(second === 85 ? 4 : 5);
    }
    assert.equal(stormsOf(store.transitions).length, 1);
    await advance(1);
    assert.deepEqual(stormsOf(store.transitions).slice(1), ['updated high edge=fra-3 43/43 +3']);
    assert.equal(store.transitions.at(-1)?.decidedAtMs, START_MS + 90_000);
  });
});

describe('the processor’s timers', () => {
  it('are none while there is nothing to wait for', async () => {
    assert.equal(clock.nextDueMs(), undefined);
    await push(['s-0']);
    await processor.consume(qualityBatch(endedEvent({ sessionId: 's-0', observedAtMs: clock.nowMs() + 1 })));
    await advance(16);
    assert.equal(clock.nextDueMs(), START_MS + 901_000, 'the session is forgotten then');
    await advance(885);
    assert.equal(clock.nextDueMs(), undefined);
  });

  it('tick on whole seconds', async () => {
    clock.advance(300);
    await push(['s-0']);
    assert.equal(clock.nextDueMs(), START_MS + 16_000);
    clock.advance(15_699);
    await processor.flush();
    assert.deepEqual(story(), []);
    clock.advance(1);
    await processor.flush();
    assert.deepEqual(story(), ['15.3 connection opened s-0']);
  });

  it('checkpoint only when something has changed, within five seconds', async () => {
    await push(['s-0'], { mos: 3.3 });
    clock.advance(1_000);
    await push(['s-0'], { mos: 3.3 });
    assert.equal(clock.nextDueMs(), START_MS + 6_000);
    clock.advance(5_000);
    assert.equal(clock.nextDueMs(), START_MS + 15_000, 'now only the gap is waited for');
  });

  it('offer a checkpoint that failed again', async () => {
    await push(['s-0'], { mos: 3.3 });
    clock.advance(1_000);
    await push(['s-0'], { mos: 3.3 });
    store.isBroken = true;
    clock.advance(5_000);
    await new Promise(setImmediate);
    store.isBroken = false;
    clock.advance(5_000);
    await new Promise(setImmediate);
    const state = JSON.parse(store.records.get('s-0')!.state!) as SessionState;
    assert.ok(state.quality.kind === 'candidate' && state.quality.badCount === 2);
  });

  it('try a store that fails again each second', async () => {
    await talk(['s-0'], 25, { mos: 3.3 });
    clock.advance(5_000);
    store.isBroken = true;
    await assert.rejects(push(['s-0'], { mos: 3.3 }), { name: 'RefusedError' });
    assert.equal(clock.nextDueMs(), START_MS + 31_000);
    clock.advance(1_000);
    await new Promise(setImmediate);
    assert.equal(clock.nextDueMs(), START_MS + 32_000);
    store.isBroken = false;
    clock.advance(1_000);
    await new Promise(setImmediate);
    assert.deepEqual(story(), ['30 quality opened s-0']);
  });

  it('are gone after the shutdown', async () => {
    await push(['s-0'], { mos: 3.3 });
    await processor.shutdown();
    assert.equal(clock.nextDueMs(), undefined);
  });
});
