// Alerts about the fleet: many bad sessions, one bad part of it, storms, and silence.
import { FLEET_LIMITS, SAMPLING_INTERVAL_S } from '../limits.ts';
import { growth, increase, select, sum } from '../promql.ts';
import { SERIES } from '../series.ts';
import { OWN } from './own-job.ts';
import { RECORDED } from './recording.ts';
import type { AlertingRule } from './rule.ts';

const { degradedRatio, minIncidentCount } = FLEET_LIMITS.storm;

/** From so many bad samples on, a part of the fleet is what is bad. */
const BAD_PART_SHARE = 0.5;

/** As many samples per second as a crowd of sessions sends: fewer say nothing of a part of the fleet. */
const CROWD_SAMPLES_PER_SECOND = minIncidentCount / SAMPLING_INTERVAL_S;

export function fleetAlerts(): AlertingRule[] {
  return [
    {
      alert: 'WebrtcDegradedShareHigh',
      expr: `${RECORDED.degradedShare} >= ${degradedRatio} and ${RECORDED.sessions} >= ${minIncidentCount}`,
      for: '5m',
      severity: 'critical',
      summary: '{{ $value | humanizePercentage }} of the live sessions are degraded',
      description:
        'So many sessions at once have a cause in common. The dashboard Fleet shows under "Where" which part of the fleet it is; the notice of the storm names what its members share.',
    },
    {
      alert: 'WebrtcPartDegraded',
      expr: `${RECORDED.badMosShare} >= ${BAD_PART_SHARE} and ${RECORDED.mosSamples} >= ${CROWD_SAMPLES_PER_SECOND}`,
      for: '10m',
      severity: 'warning',
      summary:
        '{{ $value | humanizePercentage }} of the samples of {{ $labels.dimension }} {{ $labels.part }} have a bad MOS',
      description:
        'One part of the fleet is bad while others need not be. Compare it with its siblings on the dashboard Fleet, divided by {{ $labels.dimension }}, and look at what it has to itself: an edge, a carrier, a release.',
    },
    {
      alert: 'WebrtcStormOpened',
      expr: `${sum(growth(select(SERIES.transitions, { category: '=storm', kind: '=~opened|reopened' }), '15m'), ['job'])} > 0`,
      for: '1m',
      severity: 'critical',
      summary: 'A storm has opened within the last 15 minutes',
      description:
        'Many incidents that share a dimension were told of as one. The notice that the destinations got names the group and the worst ten; the single incidents are held back until the storm is over.',
    },
    {
      alert: 'WebrtcNoSamples',
      expr: `${sum(increase(select(SERIES.accepted, OWN), '5m'), ['job'])} == 0 and on () max(max_over_time(${RECORDED.sessions}[30m])) >= ${minIncidentCount}`,
      for: '5m',
      severity: 'warning',
      summary: 'Nothing has been heard for ten minutes, after at least ' + minIncidentCount + ' sessions',
      description:
        'Either everybody has hung up, as at closing time, or the sources no longer reach us. Look at refused and failed records on the dashboard Bridge, then at the sources: tokens, certificates, the network between.',
    },
  ];
}
