// The table of the worst sessions of the fleet, from which a click leads to the one. Chosen as the exporters' own
// `sessions: worst` chooses: by level first, then by MOS.
import { type DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { aggregate, OF_JOB, select, topK } from '../promql.ts';
import { GAUGE_LIMITS } from '../limits.ts';
import { LABEL, type Measure, measureOf, type Series, SERIES } from '../series.ts';
import { UID } from './board.ts';
import { titleOf } from './distribution-panels.ts';
import { organized, refId, table } from './panels.ts';
import { gaugeThresholds } from './thresholds.ts';
import { grafanaUnit } from './units.ts';
import { LEVEL_MAPPING } from './levels.ts';

const LISTED_SESSIONS = 20;

/** Whom a row is about. Agents are left out: a screen on a wall shows nobody's name. */
const PLACE = ['site', 'region', 'edge', 'isp'];
const COLUMNS = [LABEL.sessionId, ...PLACE];

const SHOWN: readonly Measure[] = [
  'webrtc.video.mos',
  'webrtc.video.experience',
  'webrtc.video.packet_loss',
  'webrtc.video.freeze',
  'webrtc.video.bitrate',
  'webrtc.video.round_trip_time',
].map(measureOf);

export function worstSessions() {
  const queries = [SERIES.degraded, ...SHOWN.map(({ gauge }) => gauge)].map((series) => ({
    expr: `${aggregate('max', select(series, OF_JOB), COLUMNS)} and on (${LABEL.sessionId}) ${worst()}`,
    legend: '',
  }));
  const panel = table(
    {
      title: `The ${LISTED_SESSIONS} worst sessions`,
      description:
        'Degraded ones first, then by lowest MOS. A click on a session opens it. Only sessions that the exporter shows one by one can be here; see its key `sessions`.',
      span: 24,
      height: 12,
    },
    queries,
  ).transformations([
    { id: 'merge', options: {} },
    organized(
      ['Time'],
      [LABEL.sessionId, valueField(0), ...PLACE, ...SHOWN.map((_, index) => valueField(index + 1))],
    ),
    { id: 'sortBy', options: { sort: [{ field: valueField(0), desc: true }] } },
  ] satisfies DataTransformerConfig[]);
  panel.overrideByName(LABEL.sessionId, [
    { id: 'displayName', value: 'Session' },
    { id: 'links', value: [{ title: 'Open this session', url: sessionUrl(), targetBlank: false }] },
  ]);
  panel.overrideByName(valueField(0), [
    { id: 'displayName', value: 'State' },
    { id: 'mappings', value: [LEVEL_MAPPING] },
    { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
  ]);
  for (const [index, measure] of SHOWN.entries()) {
    panel.overrideByName(valueField(index + 1), columnOf(measure));
  }
  return panel;
}

function columnOf(measure: Measure) {
  const limit = GAUGE_LIMITS.get(measure.gauge.otelName);
  const properties = [
    { id: 'displayName', value: titleOf(measure) as unknown },
    { id: 'unit', value: grafanaUnit(measure.gauge) },
    { id: 'decimals', value: 1 },
  ];
  if (limit === undefined) return properties;
  return [
    ...properties,
    { id: 'thresholds', value: gaugeThresholds(limit).build() },
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
  ];
}

/** A level outweighs any MOS; a session without one comes after those with one. */
function worst(): string {
  const by = [LABEL.sessionId];
  const level = aggregate('max', select(SERIES.degraded, OF_JOB), by);
  const mos = aggregate('min', select(mosSeries(), OF_JOB), by);
  return topK(LISTED_SESSIONS, `8 * ${level} - on (${LABEL.sessionId}) (${mos} or 6 + 0 * ${level})`);
}

function mosSeries(): Series {
  return measureOf('webrtc.video.mos').gauge;
}

/** What the table calls the values of a query. */
function valueField(index: number): string {
  return `Value #${refId(index)}`;
}

function sessionUrl(): string {
  const parameters = [
    '${datasource:queryparam}',
    '${job:queryparam}',
    'var-session=${__value.raw:percentencode}',
    '${__url_time_range}',
  ];
  return `/d/${UID.session}?${parameters.join('&')}`;
}
