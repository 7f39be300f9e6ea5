// The escalator in a world of its own, in memory: alerts come and get through, commits fail with and without effect, the
// process starts anew. What must hold then, whatever happens.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Escalator } from '../../../bridge/escalation/escalator.ts';
import type { EscalationSource, StillWaiting, WaitingAlert } from '../../../bridge/escalation/source.ts';
import type { Destination } from '../../../bridge/outbox/destination.ts';
import { severityRank, type Severity, type Transition } from '../../../bridge/transition/transition.ts';
import type { Database, Row, Statement } from '../../../collector/extension/storage.ts';
import { testSettings } from '../../support/component-settings.ts';
import { assertLegal } from '../../support/legal-sequence.ts';
import { assertToldLegally } from '../../support/told-legally.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const STEPS = [
  { afterMs: 240_000, to: ['email'] },
  { afterMs: 600_000, to: ['sms', 'chat'] },
];
const LOOK_MS = 5_000;

type Fault = 'without effect' | 'with effect';

type Happening =
  | { readonly kind: 'alert'; readonly incident: number; readonly severity: Severity }
  | { readonly kind: 'through'; readonly alert: number }
  | { readonly kind: 'time'; readonly lookCount: number }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'restart' };

interface Alert {
  readonly ref: string;
  readonly incidentId: string;
  readonly severity: Severity;
  readonly sinceMs: number;
  steps: number;
  isWaiting: boolean;
}

/** What waits, and the disk on which all of it is stored. */
class World implements EscalationSource, Database {
  readonly sourceId = 'webhook/siem';
  readonly clock = new VirtualClock();
  readonly alerts: Alert[] = [];
  readonly history: Transition[] = [];
  readonly told: { readonly to: string; readonly transition: Transition }[] = [];
  fault: Fault | undefined;
  #state: string | undefined;

  readDue({ step, beforeMs, limit }: { step: number; beforeMs: number; limit: number }) {
    const due = this.alerts.filter(
      (alert) => alert.isWaiting && alert.steps === step && alert.sinceMs <= beforeMs,
    );
    due.sort((a, b) => severityRank(b.severity) - severityRank(a.severity) || a.sinceMs - b.sinceMs);
    return Promise.resolve(due.slice(0, limit).map((alert) => this.#waiting(alert, step)));
  }

  markStatements(alerts: readonly WaitingAlert[], step: number): readonly Statement[] {
    return alerts.map(({ ref }) => ({ sql: 'mark', values: [ref, step + 1] }));
  }

  readStillWaiting(): Promise<StillWaiting> {
    const waiting = this.alerts.filter(({ isWaiting, steps }) => isWaiting && steps > 0);
    return Promise.resolve({
      count: new Set(waiting.map(({ incidentId }) => incidentId)).size,
      ...(waiting.length > 0 && { oldestSinceMs: Math.min(...waiting.map(({ sinceMs }) => sinceMs)) }),
    });
  }

  commit(statements: readonly Statement[]): Promise<void> {
    const { fault } = this;
    this.fault = undefined;
    if (fault !== 'without effect') for (const statement of statements) this.#apply(statement);
    return fault === undefined ? Promise.resolve() : Promise.reject(new Error(`failed ${fault}`));
  }

  read(): Promise<readonly Row[]> {
    return Promise.resolve(this.#state === undefined ? [] : [{ state: this.#state }]);
  }

  destination(destinationId: string): Destination {
    return {
      destinationId,
      minSeverity: 'critical',
      statementsFor: (transition) => [{ sql: 'tell', values: [destinationId, JSON.stringify(transition)] }],
      committed: () => {},
      start: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
  }

  #waiting({ ref, incidentId, severity, sinceMs }: Alert, step: number): WaitingAlert {
    const ranks = this.alerts
      .filter((other) => other.isWaiting && other.incidentId === incidentId && other.steps > step)
      .map((other) => severityRank(other.severity));
    const toldRank = ranks.length === 0 ? undefined : Math.max(...ranks);
    return {
      ref,
      incidentId,
      subject: incidentId,
      severity,
      reasons: [],
      waitingSinceMs: sinceMs,
      cause: 'undelivered',
      ...(toldRank !== undefined && { told: toldRank >= severityRank(severity) ? 'as_bad' : 'milder' }),
    };
  }

  #apply({ sql, values }: Statement): void {
    if (sql === 'mark') this.alerts[Number(values[0])]!.steps = Number(values[1]);
    else if (sql === 'tell')
      this.told.push({ to: String(values[0]), transition: JSON.parse(String(values[1])) as Transition });
    else if (sql.startsWith('INSERT INTO transitions')) this.#remember(String(values[4]));
    else if (sql.startsWith('INSERT INTO escalations')) this.#state = String(values[1]);
  }

  #remember(json: string): void {
    const transition = JSON.parse(json) as Transition;
    this.history.push(transition);
    if (transition.kind !== 'recovered') return;
    const waiting = this.alerts.filter(({ isWaiting, steps }) => isWaiting && steps > 0);
    assert.deepEqual(waiting, [], 'recovered while something waits');
    assert.equal(transition.group!.openCount, 0);
  }
}

async function play(happenings: readonly Happening[]): Promise<World> {
  const world = new World();
  const settings = testSettings({ id: world.sourceId, clock: world.clock });
  const outbox = { incidents: world, destination: (id: string) => world.destination(id) };
  let escalator: Escalator | undefined;
  const restart = async () => {
    await escalator?.stop();
    escalator = new Escalator(settings, outbox, world, STEPS);
    world.fault = undefined;
    await escalator.start();
    await escalator.flush();
  };
  const look = async () => {
    world.clock.advance(LOOK_MS);
    await escalator?.flush();
  };
  await restart();
  for (const happening of happenings) {
    switch (happening.kind) {
      case 'alert':
        world.alerts.push({
          ref: String(world.alerts.length),
          incidentId: `incident-${happening.incident}`,
          severity: happening.severity,
          sinceMs: world.clock.nowMs(),
          steps: 0,
          isWaiting: true,
        });
        break;
      case 'through': {
        const alert = world.alerts[happening.alert];
        if (alert !== undefined) alert.isWaiting = false;
        break;
      }
      case 'time':
        for (let count = 0; count < happening.lookCount; count += 1) await look();
        break;
      case 'fault':
        world.fault = happening.fault;
        break;
      case 'restart':
        await restart();
    }
    assertAllToldInTime(world);
  }
  for (const alert of world.alerts) alert.isWaiting = false;
  for (let count = 0; count < 3; count += 1) await look();
  await escalator?.stop();
  return world;
}

/** One look may fail for a fault; the next must not. */
function assertAllToldInTime({ alerts, clock }: World): void {
  for (const { isWaiting, sinceMs, steps } of alerts) {
    const waitedMs = clock.nowMs() - sinceMs;
    if (isWaiting && waitedMs >= 275_000 + LOOK_MS) assert.ok(steps >= 1, 'the first step is late');
    if (isWaiting && waitedMs >= 635_000 + LOOK_MS) assert.equal(steps, 2, 'the second step is late');
  }
}

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('alert' as const),
      incident: fc.nat(6),
      severity: fc.constantFrom<Severity>('warning', 'high', 'critical'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('through' as const), alert: fc.nat(30) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('time' as const), lookCount: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      fault: fc.constantFrom<Fault>('without effect', 'with effect'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' } as const) },
);

describe('an escalation, whatever happens', () => {
  it('names each incident once to each destination of a step while it lasts, in time, and ends when nothing waits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyHappening, { maxLength: 40 }), async (happenings) => {
        const { history, told, alerts } = await play(happenings);
        assertLegal(history);
        for (const destination of ['email', 'sms', 'chat']) {
          const heard = told.filter(({ to }) => to === destination).map(({ transition }) => transition);
          assertToldLegally(heard);
          const last = heard.at(-1);
          assert.ok(last === undefined || last.kind === 'recovered', 'the end is told to all that were told');
        }
        const namedTo = (step: number) =>
          new Set(
            told
              .filter(({ to }) => STEPS[step]!.to.includes(to))
              .flatMap(({ transition }) => transition.group!.listedIds),
          );
        for (const { steps, incidentId } of alerts)
          for (let step = 0; step < steps; step += 1) assert.ok(namedTo(step).has(incidentId));
      }),
      { numRuns: 200 },
    );
  });
});
