// The dashboard Session: one session, chosen by the variable `session`. Each gauge with the limits that the rules have for
// it, and its incidents as annotations.
//
// Counters of transitions have no session ids, so an incident is shown by what the rules say of the session: as long as
// `webrtc.video.degraded` is at `degraded` or above, one is open. Consecutive points make one region.
import { AnnotationQueryBuilder, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { GAUGE_LIMITS } from '../limits.ts';
import { aggregate, type Matchers, OF_JOB, select } from '../promql.ts';
import { LABEL, type Measure, MEASURES, measureOf, type Series, SERIES } from '../series.ts';
import { board, UID } from './board.ts';
import { tellLimit, titleOf } from './distribution-panels.ts';
import { LEVEL_MAPPING, levelOf, valueMap } from './levels.ts';
import { DATASOURCE, limitedLines, lines, organized, stat, stateTimeline, table } from './panels.ts';
import { COLOUR, gaugeThresholds, neutral } from './thresholds.ts';
import { grafanaUnit } from './units.ts';
import { datasourceVariable, jobVariable, sessionFilterVariable, sessionVariable } from './variables.ts';

const OF_SESSION: Matchers = { ...OF_JOB, [LABEL.sessionId]: '=$session' };

/** An outage is a yes or no: it belongs into the timeline, not on an axis. */
const OUTAGE = measureOf('webrtc.video.outage').gauge;
const OUTAGE_MAPPING = valueMap([
  { text: 'traffic', color: COLOUR.good },
  { text: 'outage', color: COLOUR.critical },
]);

/** Of the one session. After a change of codec it has two series for a while; the newer is not told from the older. */
function ofSession(series: Series): string {
  return aggregate('max', select(series, OF_SESSION), [LABEL.sessionId]);
}

export function sessionDashboard(): Dashboard {
  return board({
    uid: UID.session,
    title: 'WebRTC quality / Session',
    description: 'One session: what was measured of it, what the rules say of it, and its incidents.',
    refresh: '10s',
    from: 'now-30m',
    variables: [datasourceVariable(), jobVariable(), sessionFilterVariable(), sessionVariable()],
    annotations: [
      incidentAnnotation('Incident', `${ofSession(SERIES.degraded)} == ${levelOf('degraded')}`, COLOUR.bad),
      incidentAnnotation(
        'Critical incident',
        `${ofSession(SERIES.degraded)} == ${levelOf('critical')}`,
        COLOUR.critical,
      ),
      incidentAnnotation('Outage', `${ofSession(OUTAGE)} == 1`, 'purple'),
    ],
    rows: [
      { title: 'Session $session', panels: [stateNow(), identity(), timeline()] },
      {
        title: 'Measured',
        panels: MEASURES.filter(({ gauge }) => gauge !== OUTAGE).map(gaugePanel),
      },
    ],
  });
}

function stateNow() {
  return stat(
    {
      title: 'State',
      description: `${SERIES.degraded.description} Empty when the session has ended.`,
      span: 4,
      height: 5,
      unit: 'none',
    },
    { expr: ofSession(SERIES.degraded), legend: 'state' },
    neutral(),
  ).mappings([LEVEL_MAPPING]);
}

function identity() {
  const labels = SERIES.degraded.labels.filter((label) => label !== 'agent_id');
  return table(
    {
      title: 'Whose',
      description:
        'What is known of the session beside its measurements. Who the agent is stays out of dashboards.',
      span: 20,
      height: 5,
    },
    [{ expr: aggregate('max', select(SERIES.degraded, OF_SESSION), labels), legend: '' }],
  ).transformations([
    organized(['Time', 'Value'], [LABEL.sessionId, ...labels.filter((label) => label !== LABEL.sessionId)]),
  ]);
}

function timeline() {
  return stateTimeline(
    {
      title: 'What the rules say',
      description: `${SERIES.degraded.description} ${OUTAGE.description} A hole is silence.`,
      span: 24,
      height: 6,
    },
    [
      { expr: ofSession(SERIES.degraded), legend: 'state' },
      { expr: ofSession(OUTAGE), legend: 'traffic' },
    ],
  )
    .thresholds(neutral())
    .overrideByName('state', [{ id: 'mappings', value: [LEVEL_MAPPING] }])
    .overrideByName('traffic', [{ id: 'mappings', value: [OUTAGE_MAPPING] }]);
}

function gaugePanel(measure: Measure) {
  const { gauge } = measure;
  const text = {
    title: titleOf(measure),
    description: `${gauge.description} ${tellLimit(measure)}`,
    span: 8,
    unit: grafanaUnit(gauge),
  };
  const queries = [{ expr: ofSession(gauge), legend: titleOf(measure) }];
  const limit = GAUGE_LIMITS.get(gauge.otelName);
  const panel =
    limit === undefined ? lines(text, queries) : limitedLines(text, queries, gaugeThresholds(limit));
  return isScore(gauge) ? panel.min(1).max(5) : panel.min(0);
}

/** Scores go from 1 to 5 and have no unit. */
function isScore({ unit }: Series): boolean {
  return unit === '';
}

/** Lasts as long as `expr` has points. */
function incidentAnnotation(name: string, expr: string, color: string) {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .expr(expr)
    .step('10s')
    .titleFormat(name)
    .textFormat(`{{${LABEL.sessionId}}}`)
    .tagKeys('');
}
