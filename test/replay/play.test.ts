// The decisions of a replay are those of the running process: of the pure decision with the processor's ticks, and of the
// processor itself on a virtual clock.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Transition } from '../../bridge/transition/transition.ts';
import { DegradationProcessor } from '../../processor/degradation/processor.ts';
import type { QualitySample, SessionEvent, SessionEventType } from '../../receiver/sample.ts';
import { Player } from '../../replay/play.ts';
import type { Timeline } from '../../replay/timeline.ts';
import { testHost, testSettings } from '../support/component-settings.ts';
import { decide, DEFAULT_FLEET_LIMITS, DEFAULT_THRESHOLDS } from '../support/decisions.ts';
import { START_MS, type TimelineEntry } from '../support/timeline.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

type Record = QualitySample | SessionEvent;

function timelineOf(records: readonly Record[], endMs: number): Timeline {
  const session = {
    startMs: START_MS,
    endMs,
    readingCount: 0,
    boundaryCounts: new Map(),
    duplicateCount: 0,
    lateCount: 0,
  };
  return { records, sessions: new Map(records.map(({ sessionId }) => [sessionId, session])) };
}

function played(records: readonly Record[], endMs: number): Transition[] {
  const player = new Player(timelineOf(records, endMs), DEFAULT_THRESHOLDS);
  return [...player.decisions(records)].flatMap(({ transitions }) => transitions);
}

/** A little after the whole second, so that no record and no turn of the processor's wheel fall on the same instant. */
const FIRST_MS = START_MS + 1;

/** Steps of a call: how many seconds after the one before, and what is told then. */
const step = fc.record({
  afterS: fc.oneof(
    { arbitrary: fc.constant(5), weight: 8 },
    fc.integer({ min: 1, max: 90 }),
    fc.constant(1_000),
  ),
  told: fc.oneof(
    {
      arbitrary: fc.constantFrom('bad', 'bad', 'critical', 'good', 'muted', 'still', 'codec', 'none'),
      weight: 9,
    },
    fc.constantFrom<SessionEventType>(
      'connected',
      'disconnected',
      'muted',
      'unmuted',
      'ended',
      'network_change',
    ),
  ),
  session: fc.constantFrom('s-1', 's-2'),
});

function recordsOf(steps: readonly { afterS: number; told: string; session: string }[]): Record[] {
  let nowMs = FIRST_MS;
  return steps.map(({ afterS, told, session }) => {
    nowMs += afterS * 1_000;
    const common = { sessionId: session, observedAtMs: nowMs, receivedAtMs: nowMs, dimensions: {} };
    const sample = {
      kind: 'sample',
      ...common,
      media: 'camera',
      direction: 'inbound',
      codec: told === 'codec' ? 'video/VP9' : 'video/VP8',
      ...(told !== 'none' && {
        mos: told === 'bad' ? 3.3 : told === 'critical' ? 2 : 4.2,
        bitrateKbps: told === 'still' ? 0 : 1_200,
        framesPerSecond: told === 'still' ? 0 : 30,
      }),
      ...(told === 'muted' && { muted: true }),
    } as const;
    const isEvent = ['connected', 'disconnected', 'unmuted', 'ended', 'network_change'].includes(told);
    return isEvent ? { kind: 'event', type: told as SessionEventType, ...common } : sample;
  });
}

/** Two sessions at the same instant may be decided in either order. */
const bySession = (transitions: readonly Transition[]) =>
  transitions.toSorted(
    (left, right) => left.subject.localeCompare(right.subject) || left.occurredAtMs - right.occurredAtMs,
  );

describe('a replay', () => {
  it('decides as the pure decision does with the processor’s ticks', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 1_200 }), (steps, tailS) => {
        const records = recordsOf(steps);
        const endMs = (records.at(-1)?.receivedAtMs ?? START_MS) + tailS * 1_000;
        const expected = ['s-1', 's-2'].flatMap((sessionId) => {
          const entries = records
            .filter((record) => record.sessionId === sessionId)
            .map((record): TimelineEntry =>
              record.kind === 'sample'
                ? { kind: 'sample', atMs: record.receivedAtMs, sample: record }
                : { kind: 'event', atMs: record.receivedAtMs, event: record },
            );
          return decide([...entries, { kind: 'now', atMs: endMs }]).transitions;
        });
        assert.deepEqual(bySession(played(records, endMs)), bySession(expected));
      }),
    );
  });

  it('decides as the processor does on its own clock', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const records = recordsOf(steps);
        const endMs = records.at(-1)?.receivedAtMs ?? START_MS;
        const told: Transition[] = [];
        const clock = new VirtualClock(START_MS);
        const settings = testSettings({ clock });
        const processor = new DegradationProcessor(settings, DEFAULT_THRESHOLDS, DEFAULT_FLEET_LIMITS, {
          consume: ({ transitions }) => Promise.resolve(void told.push(...transitions)),
          checkpoint: () => Promise.resolve(),
          restore: () => Promise.resolve([]),
          restoreFleet: () => Promise.resolve(undefined),
        });
        await processor.start(testHost());
        for (const record of records) {
          clock.advanceTo(record.receivedAtMs);
          await processor.consume({ records: [record], sessionTimeoutMs: 60_000 });
        }
        // The turn after the end, in which what was due at the very end is done.
        clock.advanceTo(endMs + 999);
        await processor.shutdown();
        // The wheel turns once a second: what silence decides, the processor decides up to a second later.
        const withoutWall = ({ decidedAtMs: _, occurredAtMs, ...transition }: Transition) => ({
          ...transition,
          occurredAtS: Math.ceil(occurredAtMs / 1_000),
        });
        assert.deepEqual(
          bySession(played(records, endMs)).map(withoutWall),
          bySession(told).map(withoutWall),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('takes the end of a recording for no silence', () => {
    const records = recordsOf([
      { afterS: 5, told: 'good', session: 's-1' },
      { afterS: 5, told: 'good', session: 's-1' },
    ]);
    assert.deepEqual(played(records, records.at(-1)!.receivedAtMs), []);
    assert.equal(played(records, records.at(-1)!.receivedAtMs + 15_000).length, 1);
  });
});
