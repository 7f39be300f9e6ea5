// Whatever is filtered, what passes is what would have passed anyway, and each reading and event is answered for once.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Admission } from '../../../receiver/admission.ts';
import type { BrowserRecord } from '../../../receiver/browser/own-rules.ts';
import { passOn } from '../../../receiver/browser/passage.ts';
import { compileFilter, type RecordFilter } from '../../../receiver/filter-expression/compile.ts';
import { ReadingEngine } from '../../../receiver/get-stats/reading-engine.ts';
import type { QualitySample, SessionEvent } from '../../../receiver/sample.ts';
import { endedEvent } from '../../support/quality-sample.ts';
import { camera, reading, START_MS } from '../get-stats/readings.ts';

const BOUNDS = { maxSessions: 4, sessionTimeoutMs: 60_000 };
const FILTERS = [
  'metrics.bitrate.kbps < 470',
  'metrics.bitrate.kbps >= 470',
  "type == 'webrtc'",
  "type == 'webrtc-video'",
  "session.id == 'a'",
  'metrics.mos < 0',
];

interface Step {
  readonly sessionId: string;
  readonly kind: 'reading' | 'repeated' | 'muted';
  readonly lackingBytes: number;
  /** Whether a new body begins here. */
  readonly isFirst: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  sessionId: fc.constantFrom('a', 'b', 'c', 'd', 'one too many'),
  kind: fc.constantFrom('reading', 'reading', 'reading', 'repeated', 'muted'),
  lackingBytes: fc.integer({ min: 0, max: 20_000 }),
  isFirst: fc.boolean(),
});

/** Time goes on by a second for each step. */
function bodiesOf(steps: readonly Step[]): BrowserRecord[][] {
  const bodies: BrowserRecord[][] = [[]];
  const last = new Map<string, BrowserRecord>();
  for (const [second, { sessionId, kind, lackingBytes, isFirst }] of steps.entries()) {
    const bytesReceived = 1_000_000 + 60_000 * second - lackingBytes;
    const fresh: BrowserRecord =
      kind === 'muted'
        ? endedEvent({ type: 'muted', sessionId, observedAtMs: START_MS + 1_000 * second })
        : { ...reading(second, [camera(second, { bytesReceived })]), sessionId };
    const record = kind === 'repeated' ? (last.get(sessionId) ?? fresh) : fresh;
    last.set(sessionId, record);
    if (isFirst) bodies.push([]);
    bodies.at(-1)!.push(record);
  }
  return bodies;
}

function pass(bodies: readonly BrowserRecord[][], passes?: RecordFilter) {
  const parts = {
    engine: new ReadingEngine(BOUNDS),
    admission: new Admission(BOUNDS),
    ...(passes !== undefined && { passes }),
  };
  return bodies.map((body) => passOn(parts, body, START_MS));
}

describe('a filter over any reports', () => {
  it('lets pass what would pass without it, in the same order and with the same values', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(...FILTERS), (steps, text) => {
        const bodies = bodiesOf(steps);
        const passes = compileFilter(text);
        const recordsOf = (passed: ReturnType<typeof pass>): (QualitySample | SessionEvent)[] =>
          passed.flatMap(({ records }) => records);
        assert.deepEqual(recordsOf(pass(bodies, passes)), recordsOf(pass(bodies)).filter(passes));
      }),
    );
  });

  it('has each reading and event accepted, repeated, filtered or without room', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(...FILTERS), (steps, text) => {
        const bodies = bodiesOf(steps);
        for (const [index, passed] of pass(bodies, compileFilter(text)).entries()) {
          const { acceptedCount, duplicateCount, lateCount, filteredCount, withoutRoom } = passed;
          const answered = acceptedCount + duplicateCount + lateCount + filteredCount + withoutRoom.length;
          assert.equal(answered, bodies[index]!.length);
          assert.ok(acceptedCount >= 0);
        }
      }),
    );
  });
});
