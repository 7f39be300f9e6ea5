// What the reader of a dashboard chooses: the data source, whose series, which part of the fleet, which session.
import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { browserFactory } from '../../receiver/browser/factory.ts';
import { genesysCloudFactory } from '../../receiver/genesyscloud/factory.ts';
import { webrtcVideoFactory } from '../../receiver/webrtcvideo/factory.ts';
import { aggregate, type Matchers, OF_JOB, select, topK } from '../promql.ts';
import { DIMENSION_LABELS, LABEL, type Series, SERIES } from '../series.ts';
import { DATASOURCE } from './panels.ts';

/** So many sessions at most are offered for choice, however many there are. */
const OFFERED_SESSIONS = 200;

/** Restricts a query over distributions to the chosen part of the fleet. */
export const OF_PART: Matchers = {
  ...OF_JOB,
  ...Object.fromEntries(DIMENSION_LABELS.map((label) => [label, `=~$${label}`] as const)),
};

export function datasourceVariable() {
  return new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');
}

/** The job label: that of the scrape, or the service name of what came over OTLP. */
export function jobVariable() {
  return choiceOf('job', 'Job', SERIES.sessions);
}

/**
 * Under which jobs the process tells of itself. Its metrics have the Collector's names: only those jobs are offered, and
 * meant by all of them, under which a receiver of ours is.
 */
export function ownJobVariable() {
  const receivers = [webrtcVideoFactory, browserFactory, genesysCloudFactory].map(({ type }) => type);
  const ours = select(SERIES.accepted, { receiver: `=~(${receivers.join('|')})(/.*)?` });
  return new QueryVariableBuilder('own_job')
    .label('Process')
    .description('The job of the endpoint on which the process tells of itself.')
    .datasource(DATASOURCE)
    .query(`label_values(${ours}, job)`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ text: 'All', value: '$__all' });
}

/** Every dimension that sessions may carry. */
export function dimensionVariables(series: Series) {
  return DIMENSION_LABELS.map((label) => choiceOf(label, label, series, '_count'));
}

/** By which dimension the fleet is divided. */
export function dividingVariable() {
  return new CustomVariableBuilder('dimension')
    .label('Divide by')
    .values(DIMENSION_LABELS.join(','))
    .current({ text: 'edge', value: 'edge' })
    .multi(false);
}

export function destinationVariable() {
  return choiceOf('destination', 'Destination', SERIES.breakerState);
}

/** What the ids of the offered sessions must contain. */
export function sessionFilterVariable() {
  return new TextBoxVariableBuilder('find')
    .label('Find session')
    .description('Part of a session id, or a regular expression for one.')
    .defaultValue('');
}

/** The worst of the sessions that match: the list stays short with fifty thousand of them. */
export function sessionVariable() {
  const found = select(SERIES.degraded, { ...OF_JOB, [LABEL.sessionId]: '=~(?i).*$find.*' });
  const worst = topK(OFFERED_SESSIONS, aggregate('max', found, [LABEL.sessionId]));
  return (
    new QueryVariableBuilder('session')
      .label('Session')
      .description(
        `The ${OFFERED_SESSIONS} worst of the live sessions that match. One that is not offered can be typed in.`,
      )
      .datasource(DATASOURCE)
      .query(`query_result(${worst})`)
      .regex(`/${LABEL.sessionId}="([^"]+)"/`)
      // Not at each change of the time range: a session that has ended would be replaced by another one.
      .refresh(VariableRefresh.OnDashboardLoad)
      .sort(VariableSort.Disabled)
      .allowCustomValue(true)
      .multi(false)
  );
}

/** All values of a label, which include none at all. */
function choiceOf(label: string, title: string, series: Series, suffix = '') {
  if (label !== 'job' && !series.labels.includes(label))
    throw new Error(`${series.name} has no label ${label}`);
  return new QueryVariableBuilder(label)
    .label(title)
    .datasource(DATASOURCE)
    .query(`label_values(${series.name}${suffix}, ${label})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' });
}
