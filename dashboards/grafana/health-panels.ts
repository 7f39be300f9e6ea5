// Panels about the process itself: its input, its output of metrics, its connections and its use of the machine.
import { happened, OF_OWN_JOB, perSecond } from '../promql.ts';
import { SERIES } from '../series.ts';
import { worstBy } from './delivery-panels.ts';
import { valueMap } from './levels.ts';
import { lines, stateTimeline } from './panels.ts';
import { COLOUR, neutral } from './thresholds.ts';
import { grafanaUnit, PER_SECOND } from './units.ts';

/** What comes in, and what goes out of the metrics. */
export function throughputPanels() {
  return [
    lines(
      {
        title: 'Records that came in',
        description: `${SERIES.accepted.description} ${SERIES.refused.description} ${SERIES.failed.description}`,
        span: 12,
        unit: PER_SECOND,
      },
      [
        { expr: perSecond(SERIES.accepted, ['receiver'], OF_OWN_JOB), legend: '{{receiver}} accepted' },
        { expr: perSecond(SERIES.refused, ['receiver'], OF_OWN_JOB), legend: '{{receiver}} refused' },
        { expr: perSecond(SERIES.failed, ['receiver'], OF_OWN_JOB), legend: '{{receiver}} failed' },
      ],
    ).min(0),
    lines(
      {
        title: 'Metric points that went out',
        description: `${SERIES.sentPoints.description} ${SERIES.sendFailedPoints.description}`,
        span: 12,
        unit: PER_SECOND,
      },
      [
        { expr: perSecond(SERIES.sentPoints, ['exporter'], OF_OWN_JOB), legend: '{{exporter}} sent' },
        { expr: perSecond(SERIES.sendFailedPoints, ['exporter'], OF_OWN_JOB), legend: '{{exporter}} failed' },
      ],
    ).min(0),
    lines(
      {
        title: 'Records into the rules, transitions out of them',
        description: `${SERIES.processorIncoming.description} ${SERIES.processorOutgoing.description}`,
        span: 12,
        unit: PER_SECOND,
      },
      [
        { expr: perSecond(SERIES.processorIncoming, ['processor'], OF_OWN_JOB), legend: '{{processor}} in' },
        { expr: perSecond(SERIES.processorOutgoing, ['processor'], OF_OWN_JOB), legend: '{{processor}} out' },
      ],
    ).min(0),
    lines({ title: 'Active silences', description: SERIES.silencesActive.description, span: 12 }, [
      { expr: worstBy(SERIES.silencesActive, ['origin']), legend: '{{origin}}' },
    ]).min(0),
  ];
}

/** The sources of Genesys Cloud. */
export function genesysPanels() {
  return [
    stateTimeline({ title: 'Listening', description: SERIES.genesysConnected.description, span: 12 }, [
      { expr: worstBy(SERIES.genesysConnected, ['receiver', 'source']), legend: '{{receiver}} {{source}}' },
    ])
      .thresholds(neutral())
      .mappings([
        valueMap([
          { text: 'not heard', color: COLOUR.critical },
          { text: 'listening', color: COLOUR.good },
        ]),
      ]),
    lines(
      {
        title: 'Reconnects and missed time',
        description: `${SERIES.genesysReconnects.description} ${SERIES.genesysMissedTime.description} Missed time is the share of each second.`,
        span: 12,
      },
      [
        { expr: happened(SERIES.genesysReconnects, ['source', 'cause']), legend: '{{source}} {{cause}}' },
        { expr: perSecond(SERIES.genesysMissedTime, ['source']), legend: '{{source}} missed' },
      ],
    ).min(0),
  ];
}

/** The process on its machine. */
export function processPanels() {
  return [
    lines(
      { title: 'CPU', description: `${SERIES.cpuSeconds.description} Cores in use.`, span: 12, unit: 'none' },
      [{ expr: perSecond(SERIES.cpuSeconds, ['instance'], OF_OWN_JOB), legend: '{{instance}}' }],
    ).min(0),
    lines(
      {
        title: 'Memory',
        description: `${SERIES.memoryRss.description} ${SERIES.heapAlloc.description}`,
        span: 12,
        unit: grafanaUnit(SERIES.memoryRss),
      },
      [
        { expr: worstBy(SERIES.memoryRss, ['instance'], OF_OWN_JOB), legend: '{{instance}} resident' },
        { expr: worstBy(SERIES.heapAlloc, ['instance'], OF_OWN_JOB), legend: '{{instance}} heap' },
      ],
    ).min(0),
  ];
}
