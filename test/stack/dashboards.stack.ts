// Every query of every dashboard and every rule, on each way to Prometheus, while recorded calls are played: none stays
// empty, and what comes back is what was sent.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { promqlNames } from '../support/promql-names.ts';
import { boardQuestions, type Question } from './board-questions.ts';
import { LIVE } from './board-calls.ts';
import { type BoardRun, DESTINATIONS, MALFORMED_COUNT, playForBoards, REFUSED_COUNT } from './board-run.ts';
import { JOB_OF_WAY, METRICS_EXPORTERS, OWN_JOB, WAYS } from './board-ways.ts';
import { without } from './programs.ts';
import type { Line, Series } from './real-prometheus.ts';
import { assertRecorded } from './recorded-rules.ts';
import { assertCounted, assertDrawn, byLabels, samplesOf, sessionIdsOf, tally } from './sent-values.ts';
import { stackPerSuite } from './stack.ts';
import { until } from './until.ts';

/** Short of the time after which the silence of all that have played is told of. */
const SEEN_MS = 10_000;
/** Longer than the run: what has happened within it is all that has happened. */
const WHOLE_RUN = '10m';
const ZOOMED_IN = '1m';

/** The dashboard Session is opened with a recorded call; no recorded call is so bad, or so dark, all the time. */
const SESSION_OF: Readonly<Record<string, string>> = {
  'session: annotation Critical incident': LIVE.critical[0]!,
  'session: annotation Outage': 'call-outage',
};
const SESSION = 'call-narrow-link';

/** Told alone, and bad when the play is over. */
const BAD_AT_THE_END = [...LIVE.bad, ...LIVE.silenced];

/** What the play must raise. */
const RAISED = [
  'WebrtcBreakerOpen',
  'WebrtcBridgeExporterFailing',
  'WebrtcBridgeMalformedInput',
  'WebrtcBridgeRefusing',
  'WebrtcDeadLetters',
  'WebrtcDegradedShareHigh',
  'WebrtcDeliverySlaMissed',
  'WebrtcGenesysNotHeard',
  'WebrtcPartDegraded',
  'WebrtcStormOpened',
];
/** What the end of the process must raise. */
const RAISED_BY_ITS_END = ['WebrtcBridgeAbsent', 'WebrtcBridgeDown'];
/** What it must not, and why. */
const NOT_RAISED: Readonly<Record<string, string>> = {
  WebrtcBridgeRestarting: 'the process starts once',
  WebrtcDeliveryNearSla: 'nothing waits for four minutes',
  WebrtcDeliveryOverdue: 'nothing waits for five minutes',
  WebrtcNoSamples: 'nobody is silent for five minutes',
  WebrtcQueueUnacknowledged: 'no alert waits for five minutes',
};

/** The guide's `incident_type` of what our metrics call a category. */
const CATEGORY_OF_TYPE: Readonly<Record<string, string>> = {
  webrtc_degradation: 'quality',
  webrtc_disconnection: 'connection',
  webrtc_storm: 'storm',
  webrtc_pipeline: 'pipeline',
};
/** Of the histogram, those around what the operator takes. */
const ACKNOWLEDGE_BOUNDS_S = [5, 10, 20, 30, 45] as const;
/** What our metrics call the answers that the destinations gave. */
const OUTCOME_OF_STATUS: Readonly<Record<number, string>> = { 200: 'delivered', 400: 'dead', 503: 'retry' };

const choices = (where: string) => ({
  session: SESSION_OF[where] ?? SESSION,
  ownJobs: [OWN_JOB],
  rateInterval: ZOOMED_IN,
});
const tells = ({ points }: Line) => points.some(({ value }) => Number.isFinite(value));

describe('the dashboards and rules', { skip: without('otelcol', 'prometheus') }, () => {
  const stack = stackPerSuite();
  let run: BoardRun;
  /** With what happened in a minute, and with what has happened at all. */
  let opened: ReadonlyMap<string, readonly Question[]>;
  let whole: ReadonlyMap<string, readonly Question[]>;

  before(async () => {
    opened = await boardQuestions(choices);
    whole = await boardQuestions((where) => ({ ...choices(where), rateInterval: WHOLE_RUN }));
    run = await playForBoards(stack());
  });

  /** The queries of one panel, over all that has happened. */
  const panel = (where: string): string[] => {
    const [board] = where.split(':');
    const found = whole.get(board!)!.filter((question) => question.where === where);
    assert.ok(found.length > 0, where);
    return found.map(({ expr }) => expr);
  };

  for (const way of WAYS) {
    describe(way, () => {
      const prometheus = () => run.prometheus[way];
      const emptyOf = async (questions: readonly Question[]) => {
        const empty: string[] = [];
        for (const { where, expr } of questions) {
          const lines = await prometheus().range(expr, run.span);
          if (!lines.some(tells)) empty.push(`${where}: ${expr}`);
        }
        return empty;
      };
      /** When the play was over. */
      const shown = async (what: string, expr: string, expected: object, ...labels: readonly string[]) =>
        until(`${way}: ${what}`, SEEN_MS, async () => {
          assert.deepEqual(byLabels(await prometheus().query(expr, run.span.toMs), ...labels), expected);
          return true;
        });

      it('answers every query of every dashboard', async () => {
        const questions = [...opened.values()].flat();
        assert.ok(questions.length > 100);
        assert.deepEqual(await emptyOf(questions), []);
      });

      it('offers the job of its series for choice, and the job of the process: nothing of the Collector', async () => {
        const offered = async (where: string) => {
          const lines = await prometheus().range(panel(where)[0]!, run.span);
          return lines.map(({ labels }) => labels['job']);
        };
        for (const board of opened.keys())
          assert.deepEqual(await offered(`${board}: variable job`), [JOB_OF_WAY[way]]);
        assert.deepEqual(await offered('bridge: variable own_job'), [OWN_JOB]);
        const instances = await prometheus().query(panel('bridge: CPU')[0]!);
        assert.deepEqual(
          instances.map(({ labels }) => labels['instance']),
          [run.product.address('telemetry:metrics')],
        );
        const exporters = await prometheus().query(panel('bridge: Metric points that went out')[0]!);
        assert.deepEqual(
          exporters.map(({ labels }) => labels['exporter']!).toSorted(),
          METRICS_EXPORTERS.toSorted(),
        );
      });

      it('has each recording at the value of its expression', async () => {
        const recordings = (await prometheus().rules()).filter(({ type }) => type === 'recording');
        assert.ok(recordings.length > 0);
        for (const rule of recordings) await assertRecorded(prometheus(), rule, run.span);
      });

      it('evaluates every rule without an error, over series that there are', async () => {
        const rules = await prometheus().rules();
        for (const { name, health, lastError, query } of rules) {
          assert.deepEqual([name, health, lastError ?? ''], [name, 'ok', '']);
          for (const { text } of promqlNames(query).selectors) {
            const lines = await prometheus().range(text, run.span);
            assert.ok(lines.length > 0, `${name}: there is ${text}`);
          }
        }
        assert.equal(await prometheus().ownMetric('prometheus_rule_evaluation_failures_total'), 0);
      });

      it('raises the alerts that the play is for, and no others', async () => {
        const rules = (await prometheus().rules()).filter(({ type }) => type === 'alerting');
        assert.deepEqual(
          rules.map(({ name }) => name).toSorted(),
          [...RAISED, ...RAISED_BY_ITS_END, ...Object.keys(NOT_RAISED)].toSorted(),
        );
        const lines = await prometheus().range('count by (alertname) (ALERTS)', run.span);
        assert.deepEqual(lines.map(({ labels }) => labels['alertname']).toSorted(), RAISED);
      });

      it('draws each gauge of the recorded calls as it was sent', async () => {
        for (const call of run.recorded) {
          const questions = await boardQuestions((where) => ({ ...choices(where), session: call.sessionId }));
          await assertDrawn(prometheus(), questions.get('session')!, call, run.span);
        }
      });

      it('counts each sample in the bucket that it belongs to', () =>
        assertCounted(prometheus(), samplesOf(run)));

      it('counts the live sessions, by their state', async () => {
        const [live] = panel('fleet: Live sessions');
        const values = (await prometheus().range(live!, run.span)).flatMap(({ points }) =>
          points.map(({ value }) => value),
        );
        const sessionCount = sessionIdsOf(run).size;
        assert.equal(Math.max(...values), sessionCount);
        const states = {
          ok: sessionCount - run.recorded.length - BAD_AT_THE_END.length - LIVE.critical.length,
          candidate: 0,
          degraded: BAD_AT_THE_END.length,
          critical: LIVE.critical.length,
        };
        const atTheEnd = async (expr: string) =>
          byLabels(await prometheus().query(expr, run.span.toMs), 'webrtc_session_state');
        assert.deepEqual(await atTheEnd(panel('fleet: Sessions by state')[0]!), states);
        const share = (states.degraded + states.critical) / (sessionCount - run.recorded.length);
        for (const expr of [panel('fleet: Degraded share')[0]!, 'job:webrtc_video_sessions_degraded:ratio'])
          assert.deepEqual(await atTheEnd(expr), { '': share });
      });

      it('counts incidents as the destination was told of them, and what it was not told', async () => {
        const [byKind] = panel('fleet: Transitions by category and kind');
        const told = () => [...run.destinations.steady.effects.values()];
        const category = (type: string) => CATEGORY_OF_TYPE[type] ?? type;
        await until(`${way}: transitions`, SEEN_MS, async () => {
          // The storm has stood for the opening and the recovery of each of its members.
          const expected = tally(told(), (body) =>
            [category(body.incident_type), body.transition, body.severity].join(' '),
          );
          for (const kind of ['opened', 'recovered'])
            expected[`quality ${kind} high`] = (expected[`quality ${kind} high`] ?? 0) + LIVE.storm.length;
          const bySeverity = 'sum by (category, kind, severity) (webrtc_incident_transitions_total)';
          const labels = ['category', 'kind', 'severity'];
          assert.deepEqual(byLabels(await prometheus().query(bySeverity), ...labels), expected);
          const withoutSeverity: Record<string, number> = {};
          for (const [key, count] of Object.entries(expected)) {
            const short = key.split(' ').slice(0, 2).join(' ');
            withoutSeverity[short] = (withoutSeverity[short] ?? 0) + count;
          }
          assert.deepEqual(byLabels(await prometheus().query(byKind!), 'category', 'kind'), withoutSeverity);
          return true;
        });
        const [heldBack, released] = panel('bridge: Held back, released, given up');
        const held = { storm: 2 * LIVE.storm.length, silence: LIVE.silenced.length };
        await shown('held back', heldBack!, held, 'cause');
        const all = DESTINATIONS.map(
          (name) => [`webhook/${name} silence_over`, LIVE.silenced.length] as const,
        );
        await shown('released', released!, Object.fromEntries(all), 'destination', 'cause');
      });

      it('counts deliveries as the destinations answered them', async () => {
        const [attempts] = panel('bridge: Attempts by destination and outcome');
        await until(`${way}: attempts`, SEEN_MS, async () => {
          const answered = DESTINATIONS.flatMap((name) =>
            run.destinations[name].requests.map(
              ({ status }) => `webhook/${name} ${OUTCOME_OF_STATUS[status!]}`,
            ),
          );
          const expected = tally(answered, (each) => each);
          assert.deepEqual(byLabels(await prometheus().query(attempts!), 'destination', 'outcome'), expected);
          return true;
        });
        // One of the moody one was refused as it is.
        const [deadLetters] = panel('bridge: Dead letters').map((expr) =>
          expr.replace('".*"})', '"webhook/moody"})'),
        );
        await shown('dead letters', deadLetters!, { '': 1 });
      });

      it('tells of what happened once: a reconnect, and the acknowledgement of an alert', async () => {
        const [reconnects] = panel('bridge: Reconnects and missed time');
        await shown('reconnects', reconnects!, { 'realtime broken': 1 }, 'source', 'cause');
        const { fromMs, toMs } = run.acknowledged;
        const upTo = ACKNOWLEDGE_BOUNDS_S.find((bound) => bound * 1_000 >= toMs - fromMs)!;
        for (const quantile of panel('fleet: Time to acknowledge')) {
          const [{ value }] = (await prometheus().query(quantile, run.span.toMs)) as [Series];
          assert.ok(value > ACKNOWLEDGE_BOUNDS_S[0] && value <= upTo, `${value} s`);
        }
      });

      it('counts the records that came in, were refused, and were no records', async () => {
        for (const [name, count] of [
          ['accepted', run.sent.length],
          ['refused', REFUSED_COUNT],
          ['failed', MALFORMED_COUNT],
        ] as const) {
          const expr = `otelcol_receiver_${name}_log_records{receiver="webrtcvideo"}`;
          await shown(name, expr, { webrtcvideo: count }, 'receiver');
        }
      });
    });
  }

  it('raises an alert on each way when the process is no more', async () => {
    await run.product.kill();
    for (const way of WAYS) {
      await until(`${way}: its end is told`, SEEN_MS, async () => {
        const raised = (await run.prometheus[way].query('ALERTS')).map(({ labels }) => labels['alertname']);
        return RAISED_BY_ITS_END.every((name) => raised.includes(name)) || undefined;
      });
    }
  });
});
