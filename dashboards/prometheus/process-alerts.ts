// Alerts about the process itself, from outside: it can't tell of its own death.
import { aggregate, increase, rate, ratio, select, sum } from '../promql.ts';
import { type Series, SERIES } from '../series.ts';
import { JOB, OWN } from './own-job.ts';
import type { AlertingRule } from './rule.ts';

const perSecond = (series: Series, by: readonly string[]) => sum(rate(select(series, OWN), '5m'), by);

export function processAlerts(): AlertingRule[] {
  return [
    {
      alert: 'WebrtcBridgeDown',
      expr: `up{job="${JOB}"} == 0`,
      for: '1m',
      severity: 'critical',
      summary: '{{ $labels.instance }} does not answer',
      description:
        'It is not running, or hangs. What it had acknowledged is on disk and goes out when it is back; what is sent to it meanwhile is refused, and senders must repeat it.',
    },
    {
      alert: 'WebrtcBridgeAbsent',
      expr: `absent(${select(SERIES.uptime, OWN)})`,
      for: '5m',
      severity: 'critical',
      summary: 'Nobody tells of the bridge',
      description: `No target of the job ${JOB} gives out its uptime: it was taken out of the scrape configuration, it does not answer, or its telemetry has the level none.`,
    },
    {
      alert: 'WebrtcBridgeRestarting',
      expr: `resets(${select(SERIES.uptime, OWN)}[30m]) >= 3`,
      for: '1m',
      severity: 'warning',
      summary: '{{ $labels.instance }} has started anew {{ $value }} times within half an hour',
      description:
        'Each time it goes on with what is on disk. The last lines of its log before the restarts say why; memory on the dashboard Bridge is the next place to look.',
    },
    {
      alert: 'WebrtcBridgeRefusing',
      expr: `${ratio(
        perSecond(SERIES.refused, ['job', 'receiver']),
        `(${perSecond(SERIES.accepted, ['job', 'receiver'])} + ${perSecond(SERIES.refused, ['job', 'receiver'])})`,
      )} > 0.01`,
      for: '2m',
      severity: 'critical',
      summary: '{{ $labels.receiver }} refuses {{ $value | humanizePercentage }} of what is offered',
      description:
        'Records are refused for now when what follows from them cannot be stored, or when there are more sessions than max_sessions. Look at the disk first: without storage nothing is promised to anybody. The health check names the part that is unhealthy.',
    },
    {
      alert: 'WebrtcBridgeMalformedInput',
      expr: `${ratio(
        perSecond(SERIES.failed, ['job', 'receiver']),
        `(${perSecond(SERIES.accepted, ['job', 'receiver'])} + ${perSecond(SERIES.failed, ['job', 'receiver'])})`,
      )} > 0.1`,
      for: '10m',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of the records at {{ $labels.receiver }} are malformed',
      description:
        'A sender speaks another dialect, or a new release of it does. The answers to its requests name index, path and reason of each refusal.',
    },
    {
      alert: 'WebrtcBridgeExporterFailing',
      expr: `${perSecond(SERIES.sendFailedPoints, ['job', 'exporter'])} > 0 and on (job, exporter) ${sum(
        increase(select(SERIES.sentPoints, OWN), '5m'),
        ['job', 'exporter'],
      )} == 0`,
      for: '5m',
      severity: 'warning',
      summary: '{{ $labels.exporter }} delivers no metrics',
      description:
        'Every export of the last minutes has failed, so dashboards that read that backend show the past. Incidents go another way and are not concerned.',
    },
    {
      alert: 'WebrtcGenesysNotHeard',
      expr: `${aggregate('min', select(SERIES.genesysConnected), ['job', 'receiver', 'source'])} == 0`,
      for: '5m',
      severity: 'critical',
      summary: '{{ $labels.receiver }} does not hear {{ $labels.source }}',
      description:
        'The connection to Genesys Cloud is not made, or is lost again and again. Reconnects by cause are on the dashboard Bridge: a refused credential needs somebody, the rest is tried again by itself.',
    },
  ];
}
