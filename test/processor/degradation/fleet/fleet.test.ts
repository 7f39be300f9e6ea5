// What survives a restart of all sessions together, what becomes of something else that stands in its place, and gaps.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { Fleet } from '../../../../processor/degradation/fleet/fleet.ts';
import { readFleetMemory } from '../../../../processor/degradation/fleet/fleet-memory.ts';
import { SessionTable } from '../../../../processor/degradation/session-table.ts';
import { newSession, type SessionState } from '../../../../processor/degradation/state.ts';
import { DEFAULT_FLEET_LIMITS, DEFAULT_THRESHOLDS } from '../../../support/decisions.ts';
import { recordingLogger } from '../../../support/log-lines.ts';
import { qualitySample } from '../../../support/quality-sample.ts';
import { START_MS } from '../../../support/timeline.ts';
import { transitionOf } from '../../../support/transition.ts';

/** Ten talking sessions on one edge. */
function tableOfTen(): SessionTable {
  const table = new SessionTable();
  for (let index = 0; index < 10; index += 1) {
    const sessionId = `s-${index}`;
    const dimensions = { edge: 'a' };
    const state: SessionState = {
      ...newSession(sessionId, START_MS),
      dimensions,
      lastSample: qualitySample({ sessionId, dimensions }),
    };
    table.setState(table.obtain(sessionId), state);
  }
  return table;
}

const newFleet = (table = tableOfTen()) => new Fleet(DEFAULT_FLEET_LIMITS, DEFAULT_THRESHOLDS, table);

const openings = Array.from({ length: 10 }, (_, index) =>
  transitionOf({ subject: `s-${index}`, dimensions: { edge: 'a' } }),
);

/** A fleet with a storm and a silence, both open, and what it has to store of them. */
function stormyFleet() {
  const fleet = newFleet();
  fleet.restore(undefined, START_MS, pino({ level: 'silent' }));
  const silence = fleet.watch(START_MS + 15_000);
  const step = fleet.settle([...silence, ...openings], START_MS + 15_000);
  return { fleet, step };
}

describe('what is remembered of the fleet', () => {
  it('comes back from JSON', () => {
    const { step } = stormyFleet();
    assert.equal(step.transitions.at(-1)?.subject, 'edge=a');
    const restored = newFleet();
    const { logger, lines } = recordingLogger();
    restored.restore(step.fleetState, START_MS + 20_000, logger);
    assert.deepEqual(lines, []);
    assert.equal(restored.isSilent, true);
    const recovered = restored.hear(START_MS + 21_000);
    const again = restored.settle(
      [...recovered, transitionOf({ subject: 's-10', dimensions: { edge: 'a' } })],
      START_MS + 21_000,
    );
    assert.deepEqual(
      again.transitions.map(({ category, kind, stormId }) => [category, kind, stormId]),
      [
        ['pipeline', 'recovered', undefined],
        ['quality', 'opened', step.transitions.at(-1)?.incidentId],
      ],
    );
  });

  it('is stored when it has changed, and only then', () => {
    const { fleet, step } = stormyFleet();
    assert.notEqual(step.fleetState, undefined);
    assert.equal(fleet.settle([], START_MS + 16_000).fleetState, undefined);
    fleet.hear(START_MS + 17_000);
    assert.notEqual(fleet.settle([], START_MS + 17_000).fleetState, undefined);
  });

  for (const [what, text] of [
    ['no JSON', '{'],
    ['of another version', '{"version":2,"storms":{"open":[],"ended":[]}}'],
    ['of another shape', '{"version":1,"storms":{"open":[{"incidentId":"x"}],"ended":[]}}'],
    ['empty', ''],
  ] as const) {
    it(`is given up, and said so, when it is ${what}`, () => {
      assert.throws(() => readFleetMemory(text));
      const fleet = newFleet();
      const { logger, lines } = recordingLogger();
      fleet.restore(text, START_MS, logger);
      assert.equal(lines.length, 1);
      assert.equal(fleet.isSilent, false);
      assert.equal(fleet.settle(openings, START_MS).transitions.at(-1)?.category, 'storm');
    });
  }

  it('takes the mark away from an incident whose storm it does not know', () => {
    const table = tableOfTen();
    const state = table.stateOf('s-0')!;
    const { incidentId, incidentKey } = openings[0]!;
    const incident = {
      incidentId,
      incidentKey,
      bucket: 1,
      open: true,
      announced: true,
      nextSequence: 1,
      severity: 'high',
      peakSeverity: 'high',
      reasons: [],
      triggerAtMs: START_MS,
      triggerMetrics: {},
      lastOpeningAtMs: START_MS,
      lastNotifiedAtMs: START_MS,
      suppressedCount: 0,
      stormId: 'lost',
    } as const;
    table.setState(table.obtain('s-0'), { ...state, quality: { kind: 'open' }, qualityIncident: incident });
    const marks = newFleet(table).restore(undefined, START_MS, pino({ level: 'silent' }));
    assert.deepEqual(marks, [{ incidentId, sessionId: 's-0', category: 'quality' }]);
  });
});

describe('the fleet', () => {
  it('puts off the gap of a session that has been silent for long enough itself, and nothing else', () => {
    const fleet = newFleet();
    fleet.restore(undefined, START_MS, pino({ level: 'silent' }));
    const silentSince = (second: number) => ({
      ...newSession('s-0', START_MS),
      lastSignReceivedAtMs: START_MS + second * 1_000,
    });
    assert.equal(fleet.putsOffGap(silentSince(-6), START_MS + 9_000), true);
    assert.equal(fleet.putsOffGap(silentSince(-5), START_MS + 9_000), false);
  });
});
