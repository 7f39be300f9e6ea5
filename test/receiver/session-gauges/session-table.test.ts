import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GAUGES, MOS_GAUGE } from '../../../receiver/session-gauges/catalogue.ts';
import type { DegradedLevel } from '../../../receiver/session-gauges/degraded-level.ts';
import { SessionTable } from '../../../receiver/session-gauges/session-table.ts';
import { endedEvent, qualitySample, SAMPLE_START_MS } from '../../support/quality-sample.ts';

const TIMEOUT_MS = 60_000;

interface Shown {
  readonly mos?: number;
  readonly level: number;
  readonly codec?: unknown;
}

/** What the table would show one by one, by session. Fails when a session has two rows. */
function shown(table: SessionTable): Record<string, Shown> {
  const sessions: Record<string, Shown> = {};
  for (let row = 0; row < table.rowCount; row++) {
    const attributes = table.session(row)?.attributes;
    if (attributes === undefined) continue;
    const id = attributes['session.id'] as string;
    assert.ok(!(id in sessions), `${id} has two rows`);
    const mos = table.mos[row]!;
    const codec = attributes['webrtc.codec'];
    sessions[id] = {
      ...(!Number.isNaN(mos) && { mos }),
      level: table.levels[row]!,
      ...(codec !== undefined && { codec }),
    };
  }
  return sessions;
}

function mosCount(table: SessionTable): number {
  let count = 0;
  for (const group of table.distributions.groups) count += group.snapshot(MOS_GAUGE)?.count ?? 0;
  return count;
}

function atSecond(second: number, fields: Parameters<typeof qualitySample>[0] = {}) {
  return qualitySample({ observedAtMs: SAMPLE_START_MS + second * 1_000, ...fields });
}

describe('SessionTable', () => {
  it('shows the newest sample', () => {
    const table = new SessionTable();
    table.record(atSecond(0, { mos: 4 }), 0, TIMEOUT_MS);
    table.record(atSecond(5, { mos: 3 }), 5, TIMEOUT_MS);
    assert.deepEqual(shown(table), { 's-1': { mos: 3, level: 0 } });
  });

  it('shows nothing of a metric that the newest sample does not have', () => {
    const table = new SessionTable();
    table.record(atSecond(0, { mos: 4, jitterMs: 10 }), 0, TIMEOUT_MS);
    table.record(atSecond(5, { jitterMs: 10 }), 5, TIMEOUT_MS);
    assert.deepEqual(shown(table), { 's-1': { level: 0 } });
  });

  it('takes a number that is none as absent', () => {
    const table = new SessionTable();
    table.record(atSecond(0, { mos: Infinity }), 0, TIMEOUT_MS);
    table.record(atSecond(5, { mos: NaN }), 0, TIMEOUT_MS);
    assert.deepEqual(shown(table), { 's-1': { level: 0 } });
    assert.equal(mosCount(table), 0);
  });

  for (const [rule, second] of [
    ['the same sample again', 5],
    ['an older sample', 0],
  ] as const) {
    it(`ignores ${rule}, in the gauges and in the histograms`, () => {
      const table = new SessionTable();
      table.record(atSecond(5, { mos: 4 }), 0, TIMEOUT_MS);
      table.record(atSecond(second, { mos: 2 }), 0, TIMEOUT_MS);
      assert.deepEqual(shown(table), { 's-1': { mos: 4, level: 0 } });
      assert.equal(mosCount(table), 1);
    });
  }

  it('says nothing of audio', () => {
    const table = new SessionTable();
    table.record(atSecond(0, { mos: 4, media: 'audio' }), 0, TIMEOUT_MS);
    assert.deepEqual(shown(table), {});
    assert.equal(mosCount(table), 0);
  });

  it('withdraws a session at once when it ends', () => {
    const table = new SessionTable();
    table.record(atSecond(0, { mos: 4 }), 0, TIMEOUT_MS);
    table.end(endedEvent({ observedAtMs: SAMPLE_START_MS + 1_000 }));
    assert.deepEqual(shown(table), {});
  });

  it('counts a batch that two pipelines deliver once, also when the session ends in it', () => {
    const table = new SessionTable();
    for (let pipeline = 0; pipeline < 2; pipeline++) {
      table.record(atSecond(0, { mos: 4 }), 0, TIMEOUT_MS);
      table.end(endedEvent({ observedAtMs: SAMPLE_START_MS + 1_000 }));
    }
    assert.deepEqual(shown(table), {});
    assert.equal(mosCount(table), 1);
  });

  it('shows a session that begins again, without anything of its earlier life', () => {
    const table = new SessionTable();
    table.record(atSecond(0, { mos: 4, codec: 'VP8' }), 0, TIMEOUT_MS);
    table.setLevel('s-1', 3);
    table.end(endedEvent({ observedAtMs: SAMPLE_START_MS + 1_000 }));
    table.record(atSecond(10, { mos: 3 }), 10, TIMEOUT_MS);
    assert.deepEqual(shown(table), { 's-1': { mos: 3, level: 0 } });
    // The end of the earlier life, delivered late, does not end this one.
    table.end(endedEvent({ observedAtMs: SAMPLE_START_MS + 1_000 }));
    assert.deepEqual(shown(table), { 's-1': { mos: 3, level: 0 } });
  });

  it('forgets a session that was silent for its timeout, not a millisecond earlier', () => {
    const table = new SessionTable();
    table.record(atSecond(0, { mos: 4 }), 1_000, TIMEOUT_MS);
    table.sweep(1_000 + TIMEOUT_MS - 1);
    assert.deepEqual(Object.keys(shown(table)), ['s-1']);
    table.sweep(1_000 + TIMEOUT_MS);
    assert.deepEqual(shown(table), {});
  });

  it('goes by arrival, not by the time in the sample', () => {
    const table = new SessionTable();
    table.record(atSecond(-3_600, { mos: 4 }), 1_000, TIMEOUT_MS);
    table.sweep(2_000);
    assert.deepEqual(Object.keys(shown(table)), ['s-1']);
  });

  it('ignores the level of a session that it does not show', () => {
    const table = new SessionTable();
    table.setLevel('s-1', 3);
    table.record(atSecond(0), 0, TIMEOUT_MS);
    assert.deepEqual(shown(table), { 's-1': { level: 0 } });
  });

  it('keeps one attributes object per session until the session is described anew', () => {
    const table = new SessionTable();
    table.record(atSecond(0, { codec: 'VP8', dimensions: { edge: 'fra-3' } }), 0, TIMEOUT_MS);
    const before = table.session(0)!.attributes;
    table.record(atSecond(5, { codec: 'VP8', dimensions: { edge: 'fra-3' } }), 0, TIMEOUT_MS);
    assert.equal(table.session(0)!.attributes, before);
    table.record(atSecond(10, { codec: 'AV1' }), 0, TIMEOUT_MS);
    assert.notEqual(table.session(0)!.attributes, before);
    assert.equal(before['webrtc.codec'], 'VP8');
  });

  it('counts a sample into the group of the dimensions that its session has by then', () => {
    const table = new SessionTable();
    table.record(atSecond(0, { mos: 4, dimensions: { edge: 'fra-3' } }), 0, TIMEOUT_MS);
    table.record(atSecond(5, { mos: 4 }), 0, TIMEOUT_MS);
    table.record(atSecond(10, { mos: 4, dimensions: { edge: 'ams-1' } }), 0, TIMEOUT_MS);
    const counts = Array.from(table.distributions.groups, (group) => [
      group.attributes['edge'],
      group.snapshot(MOS_GAUGE)!.count,
    ]);
    assert.deepEqual(counts, [
      ['fra-3', 2],
      ['ams-1', 1],
    ]);
  });

  it('keeps every value and level while it grows', () => {
    const table = new SessionTable();
    const sessions = Array.from({ length: 5_000 }, (_, index) => `s-${index}`);
    for (const [index, sessionId] of sessions.entries()) {
      table.record(atSecond(0, { sessionId, mos: 1 + (index % 400) / 100 }), 0, TIMEOUT_MS);
      table.setLevel(sessionId, (index % 4) as DegradedLevel);
    }
    const expected = sessions.map((id, index) => [id, { mos: 1 + (index % 400) / 100, level: index % 4 }]);
    assert.deepEqual(shown(table), Object.fromEntries(expected));
  });

  it('does not grow by sessions that are gone, even when nobody ever sweeps', () => {
    const table = new SessionTable();
    for (let index = 0; index < 100_000; index++) {
      table.record(atSecond(0, { sessionId: `s-${index}` }), index, 100);
    }
    assert.ok(table.rowCount <= 1_024, `${table.rowCount} rows for 100 sessions at a time`);
  });

  it('behaves like a map of sessions under any sequence of samples, ends, levels and silences', () => {
    const sessionId = fc.constantFrom('a', 'b', 'c');
    const second = fc.integer({ min: 0, max: 20 });
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant('record' as const),
          sessionId,
          second,
          mos: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), sessionId, second }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('level' as const),
          sessionId,
          level: fc.constantFrom<DegradedLevel>(0, 1, 2, 3),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('wait' as const),
          waitMs: fc.integer({ min: 0, max: 40_000 }),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new SessionTable();
        const model = new Map<
          string,
          { second: number; arrivedMs: number; live: boolean; mos?: number; level: number }
        >();
        let nowMs = 0;
        let counted = 0;
        for (const each of steps) {
          if (each.do === 'wait') {
            nowMs += each.waitMs;
            table.sweep(nowMs);
            for (const [id, { arrivedMs }] of model) if (nowMs - arrivedMs >= TIMEOUT_MS) model.delete(id);
          } else if (each.do === 'record') {
            const { mos } = each;
            const metrics = mos === undefined ? {} : { mos };
            table.record(atSecond(each.second, { sessionId: each.sessionId, ...metrics }), nowMs, TIMEOUT_MS);
            const known = model.get(each.sessionId);
            if (known === undefined || each.second > known.second) {
              const level = known?.live ? known.level : 0;
              model.set(each.sessionId, {
                second: each.second,
                arrivedMs: nowMs,
                live: true,
                level,
                ...metrics,
              });
              if (mos !== undefined) counted++;
            }
          } else if (each.do === 'end') {
            const { sessionId: id, second: at } = each;
            table.end(endedEvent({ sessionId: id, observedAtMs: SAMPLE_START_MS + at * 1_000 }));
            const known = model.get(id);
            if (known !== undefined && at >= known.second) Object.assign(known, { live: false, second: at });
          } else {
            table.setLevel(each.sessionId, each.level);
            const known = model.get(each.sessionId);
            if (known?.live) known.level = each.level;
          }
          const expected: Record<string, Shown> = {};
          for (const [id, { live, mos, level }] of model) {
            if (live) expected[id] = { level, ...(mos !== undefined && { mos }) };
          }
          assert.deepEqual(shown(table), expected);
        }
        assert.equal(mosCount(table), counted);
      }),
    );
  });

  it('has a column for every gauge of the catalogue', () => {
    const table = new SessionTable();
    for (const gauge of GAUGES.keys()) assert.ok(table.values(gauge) instanceof Float64Array);
  });
});
