// The job under which the process's own telemetry is scraped. Its metrics have the Collector's names, so whoever has
// Collectors too must not mistake theirs for ours.
import type { Matchers } from '../promql.ts';

/** As in `dashboards/compose/prometheus.yaml`. */
export const JOB = 'webrtc-quality-bridge';

/** Restricts a query to that job. */
export const OWN: Matchers = { job: `=${JOB}` };
