// The law of marks, whatever happens: after an export that was wholly taken the backend shows what that export has, and
// nothing else; no series ever has a value and a mark at one time, and times only rise.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { separateMarks, settleMarks, withMarks } from '../../../exporter/otlphttp/ended-marks.ts';
import { SESSION_GAUGES } from '../../../receiver/session-gauges/catalogue.ts';
import { SessionGauges } from '../../../receiver/session-gauges/session-gauges.ts';
import { ShownSeries } from '../../../receiver/session-gauges/shown-series.ts';
import { endedEvent, qualityBatch, qualitySample } from '../../support/quality-sample.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const PER_SESSION = new Set(SESSION_GAUGES.map(({ name }) => name));

/** A backend as Prometheus is one: by series, the time of its last point, and whether that was a value. */
class Backend {
  readonly #last = new Map<string, { readonly time: string; readonly isShown: boolean }>();

  /** Throws where Prometheus would refuse the request. */
  take(batch: ResourceMetrics, isShown: boolean): void {
    for (const [series, time] of seriesOf(batch)) {
      const last = this.#last.get(series);
      assert.ok(last === undefined || last.time < time, `${series} at ${time} after ${last?.time}`);
      this.#last.set(series, { time, isShown });
    }
  }

  get shown(): string[] {
    return [...this.#last].flatMap(([series, { isShown }]) => (isShown ? [series] : [])).toSorted();
  }
}

function seriesOf({ scopeMetrics }: ResourceMetrics): [series: string, time: string][] {
  const metrics = scopeMetrics.flatMap((scope) => scope.metrics);
  return metrics
    .filter(({ descriptor }) => PER_SESSION.has(descriptor.name))
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, endTime: [seconds, nanos] }): [string, string] => [
        JSON.stringify([descriptor.name, attributes]),
        `${seconds}.${String(nanos).padStart(9, '0')}`,
      ]),
    );
}

const sessionId = fc.constantFrom('s-1', 's-2', 's-3', 's-4');
const step = fc.oneof(
  fc.record({
    kind: fc.constant('shown' as const),
    sessionId,
    codec: fc.constantFrom('VP8', 'VP9'),
    knows: fc.subarray(['mos', 'rttMs', 'jitterMs'] as const),
  }),
  fc.record({ kind: fc.constant('ended' as const), sessionId }),
  fc.record({ kind: fc.constant('silent' as const), seconds: fc.integer({ min: 0, max: 60 }) }),
  fc.record({
    kind: fc.constant('exported' as const),
    /** Lost answers are to requests that were taken. */
    values: fc.constantFrom('taken', 'taken', 'lost', 'lost answer'),
    marks: fc.constantFrom('taken', 'lost', 'lost answer'),
  }),
);

describe('marks', () => {
  it('keep the backend at what the last export has', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, isWorstOnly) => {
        const clock = new VirtualClock();
        const hub = new SessionGauges({ clock });
        const exporter = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
        const sink = hub.sink('metrics', [exporter]);
        const shown = new ShownSeries();
        const selection = { sessions: isWorstOnly ? 'worst' : 'all', worstCount: 2 } as const;
        const producer = withMarks(hub.producer(exporter, selection, shown), shown);
        const backend = new Backend();
        /** Taken in a request whose answer was lost, and in none since: the exporter can't know of them. */
        const unknown = new Set<string>();

        /** Resolves to the series that the backend should show, when it has taken everything. */
        const exported = async (outcome: Record<'values' | 'marks', string>) => {
          const { values, marks } = separateMarks((await producer.collect()).resourceMetrics);
          const series = seriesOf(values!).map(([name]) => name);
          const shownBefore = backend.shown;
          if (outcome.values !== 'lost') backend.take(values!, true);
          for (const each of series) {
            if (outcome.values === 'taken') unknown.delete(each);
            if (outcome.values === 'lost answer' && !shownBefore.includes(each)) unknown.add(each);
          }
          if (outcome.values === 'taken') shown.delivered();
          if (marks !== undefined && outcome.marks !== 'lost') backend.take(marks, false);
          if (marks !== undefined && outcome.marks === 'taken') settleMarks(marks);
          const isWhole = outcome.values === 'taken' && (marks === undefined || outcome.marks === 'taken');
          return isWhole ? series : undefined;
        };

        for (const each of [...steps, { kind: 'exported' as const, values: 'taken', marks: 'taken' }]) {
          clock.advance(1);
          const observedAtMs = clock.nowMs();
          if (each.kind === 'shown') {
            const { codec, knows } = each;
            const values = Object.fromEntries(knows.map((key) => [key, 3]));
            const sample = qualitySample({ sessionId: each.sessionId, codec, observedAtMs, ...values });
            await sink.consume(qualityBatch(sample));
          } else if (each.kind === 'ended') {
            await sink.consume(qualityBatch(endedEvent({ sessionId: each.sessionId, observedAtMs })));
          } else if (each.kind === 'silent') {
            clock.advance(each.seconds * 1_000);
          } else {
            const expected = await exported(each);
            if (expected === undefined) continue;
            const known = backend.shown.filter((name) => !unknown.has(name));
            assert.deepEqual(known, expected.toSorted());
          }
        }
      }),
      { numRuns: 300 },
    ));
});
