// What a destination gets after it was down for six hours: 20,000 transitions at the rate that it allows, each incident in
// order, the most severe and then the oldest first, and whatever is critical and new before all of them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setImmediate as macrotask } from 'node:timers/promises';
import { Deliverer } from '../../../bridge/delivery/deliverer.ts';
import { pause } from '../../../collector/pause.ts';
import { RequestPace } from '../../../bridge/delivery/request-pace.ts';
import { rowStatement, transitionStatements, type OutboxRow } from '../../../bridge/outbox/outbox-store.ts';
import { INCIDENTS_MIGRATIONS } from '../../../bridge/outbox/schema.ts';
import { SEVERITIES, severityRank, type Transition } from '../../../bridge/transition/transition.ts';
import { testSettings } from '../../support/component-settings.ts';
import { MemoryDatabase } from '../../support/memory-database.ts';
import { incidentStory } from '../../support/transition.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const DESTINATION = 'webhook/siem';
const INCIDENT_COUNT = 10_000;
const OUTAGE_MS = 6 * 3_600_000;
const REQUESTS_PER_SECOND = 50;
const CONCURRENCY = 4;
const ANSWER_MS = 150;
/** So often, in deliveries, a new critical incident opens while the others drain. */
const CRITICAL_EVERY = 500;

interface Arrival {
  readonly atMs: number;
  readonly row: OutboxRow;
}

const clock = new VirtualClock();
const database = new MemoryDatabase(INCIDENTS_MIGRATIONS);
const arrivals: Arrival[] = [];
/** The number of arrivals at the moment when each critical incident was committed, by its subject. */
const arrivedBefore = new Map<string, number>();

function store(...transitions: readonly Transition[]): Promise<void> {
  return database.commit(
    transitions.flatMap((transition) => [
      ...transitionStatements(transition),
      rowStatement(DESTINATION, transition, `body of ${transition.idempotencyKey}`),
    ]),
  );
}

/** An opening and its recovery, decided at this age of the outage. */
function waiting(index: number, startMs: number): readonly Transition[] {
  const decidedAtMs = Math.round(startMs + (OUTAGE_MS * index) / INCIDENT_COUNT);
  const severity = SEVERITIES[index % 2]!;
  const story = incidentStory({ subject: `s-${index}`, decidedAtMs, triggerAtMs: decidedAtMs, severity });
  const [opened, , recovered] = story;
  return [opened!, { ...recovered!, sequence: 1, severity, peakSeverity: severity }];
}

before(async () => {
  const startMs = clock.nowMs();
  for (let index = 0; index < INCIDENT_COUNT; index += 1) await store(...waiting(index, startMs));
  clock.advance(OUTAGE_MS);

  const pace = new RequestPace(clock, REQUESTS_PER_SECOND);
  const critical: Promise<void>[] = [];
  const target = {
    pace,
    shrink: () => undefined,
    async attempt(row: OutboxRow, signal: AbortSignal) {
      await pace.turn(signal);
      const startedAtMs = clock.nowMs();
      arrivals.push({ atMs: startedAtMs, row });
      if (arrivals.length % CRITICAL_EVERY === 0) {
        const subject = `critical-${arrivals.length}`;
        const fields = { subject, severity: 'critical', decidedAtMs: startedAtMs } as const;
        critical.push(store(incidentStory(fields)[0]!));
        arrivedBefore.set(subject, arrivals.length);
      }
      await pause(clock, ANSWER_MS, signal);
      return {
        startedAtMs,
        durationMs: clock.nowMs() - startedAtMs,
        outcome: { kind: 'delivered', reason: 'status 200' } as const,
      };
    },
  };
  const schedule = { initialMs: 1_000, multiplier: 2, maxMs: 60_000, maxRetryAfterMs: 300_000 };
  const settings = testSettings({ id: DESTINATION, clock });
  const options = { schedule, concurrency: CONCURRENCY, maxRows: 100_000 };
  const deliverer = new Deliverer(settings, database, target, options);
  deliverer.wake();
  const expectedCount = () => 2 * INCIDENT_COUNT + arrivedBefore.size;
  while (arrivals.length < expectedCount()) {
    await macrotask();
    clock.advanceTo(clock.nextDueMs() ?? clock.nowMs());
  }
  await Promise.all(critical);
  await deliverer.stop(AbortSignal.abort());
});

after(() => database.close());

describe('20,000 transitions after an outage of six hours', () => {
  it('all arrive, each once', () => {
    const keys = new Set(arrivals.map(({ row }) => row.idempotencyKey));
    assert.equal(keys.size, arrivals.length);
    assert.ok(arrivals.length > 2 * INCIDENT_COUNT);
  });

  it('arrive in the order of their incident', () => {
    const lastSequence = new Map<string, number>();
    for (const { row } of arrivals) {
      assert.equal(row.sequence, (lastSequence.get(row.incidentId) ?? -1) + 1, row.subject);
      lastSequence.set(row.incidentId, row.sequence);
    }
  });

  it('arrive the most severe first, then the oldest, but for what waits for an earlier one of its incident', () => {
    const openings = arrivals.filter(({ row }) => row.kind === 'opened' && row.severity !== 'critical');
    for (const [index, { row }] of openings.slice(1).entries()) {
      const previous = openings[index]!.row;
      const bySeverity = severityRank(previous.severity) - severityRank(row.severity);
      assert.ok(bySeverity >= 0, `${row.subject} after ${previous.subject}`);
      if (bySeverity === 0) assert.ok(previous.createdAtMs <= row.createdAtMs, row.subject);
    }
  });

  it('never exceed the rate that is allowed, and use it', () => {
    for (const [index, { atMs }] of arrivals.entries()) {
      const later = arrivals[index + REQUESTS_PER_SECOND];
      if (later !== undefined) assert.ok(later.atMs - atMs >= 1_000 - 1, `at ${index}`);
    }
    const seconds = (arrivals.at(-1)!.atMs - arrivals[0]!.atMs) / 1_000;
    const answersPerSecond = (CONCURRENCY * 1_000) / ANSWER_MS;
    const allowed = Math.min(REQUESTS_PER_SECOND, answersPerSecond);
    assert.ok(arrivals.length / seconds > 0.9 * allowed, `${arrivals.length / seconds} per second`);
  });

  it('are overtaken by what is critical and new, as soon as an attempt is free', () => {
    assert.equal(arrivedBefore.size > 30, true);
    for (const [subject, count] of arrivedBefore) {
      const place = arrivals.findIndex(({ row }) => row.subject === subject);
      assert.ok(place - count < CONCURRENCY, `${subject} waited for ${place - count} others`);
    }
  });

  it('are never held in memory beyond what is attempted at once', () => {
    assert.ok(database.mostRowsRead <= CONCURRENCY, `${database.mostRowsRead} rows at once`);
  });
});
