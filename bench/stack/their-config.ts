// How the others are configured: by their documentation, with what makes them quick, and with our rules as theirs.
import { configSchema, thresholdsOf } from '../../processor/degradation/factory.ts';
import type { Telling } from './side.ts';

/** Scrapes and evaluations, as often as samples come. */
const INTERVAL = '5s';

export function collectorConfig({
  otlp,
  exporter,
  telemetryPort,
  health,
}: {
  readonly otlp: string;
  readonly exporter: string;
  readonly telemetryPort: number;
  readonly health: string;
}): object {
  const reader = { pull: { exporter: { prometheus: { host: '127.0.0.1', port: telemetryPort } } } };
  return {
    receivers: { otlp: { protocols: { http: { endpoint: otlp } } } },
    processors: { memory_limiter: { check_interval: '1s', limit_mib: 4_000 }, batch: {} },
    exporters: { prometheus: { endpoint: exporter } },
    extensions: { health_check: { endpoint: health } },
    service: {
      extensions: ['health_check'],
      pipelines: {
        metrics: { receivers: ['otlp'], processors: ['memory_limiter', 'batch'], exporters: ['prometheus'] },
      },
      telemetry: { metrics: { readers: [reader] } },
    },
  };
}

export function prometheusConfig({
  target,
  alertmanager,
  rulesPath,
}: {
  readonly target: string;
  readonly alertmanager: string;
  readonly rulesPath: string;
}): object {
  return {
    global: { scrape_interval: INTERVAL, scrape_timeout: INTERVAL, evaluation_interval: INTERVAL },
    rule_files: [rulesPath],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: [
      // Our page is not compressed either.
      { job_name: 'collector', enable_compression: false, static_configs: [{ targets: [target] }] },
    ],
  };
}

/** One alert for each session, by the limits of a camera; firing for as long as our incidents take to recover. */
export function rules(): object {
  const { rules: limits, holdMs, recoverForMs } = thresholdsOf(configSchema.parse({}));
  const { mos, packetLossAbovePercent, bitrate, freezeFromRatio, experience } = limits.camera;
  const conditions = [
    `webrtc_video_mos < ${mos!.below}`,
    `webrtc_video_packet_loss_ratio > ${packetLossAbovePercent! / 100}`,
    `webrtc_video_bitrate_bit_per_second < ${bitrate!.belowKbps * 1_000}`,
    `webrtc_video_freeze_ratio >= ${freezeFromRatio!}`,
    `webrtc_video_experience < ${experience!.below}`,
  ];
  const alert = {
    alert: 'WebrtcSessionDegraded',
    expr: `group by (session_id) (${conditions.join(' or ')})`,
    for: `${holdMs / 1_000}s`,
    keep_firing_for: `${recoverForMs / 1_000}s`,
    labels: { severity: 'high' },
    annotations: { summary: 'Session {{ $labels.session_id }} is degraded' },
  };
  return { groups: [{ name: 'webrtc', rules: [alert] }] };
}

/** A group for each session, posted at once. Each telling is a route of its own that sees all alerts. */
export function alertmanagerConfig(tellings: readonly Telling[]): object {
  const [first] = tellings;
  return {
    route: {
      receiver: first!.path,
      group_by: ['session_id'],
      group_wait: '0s',
      routes: tellings.map(({ path, groupInterval }) => ({
        receiver: path,
        group_interval: groupInterval,
        continue: true,
      })),
    },
    receivers: tellings.map(({ path, url }) => ({
      name: path,
      webhook_configs: [{ url, send_resolved: true }],
    })),
  };
}
