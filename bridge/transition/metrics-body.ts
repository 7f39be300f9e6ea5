// The metrics of an incident as they are shown to others: under the guide's names, rounded.
import type { IncidentMetrics } from './transition.ts';

/** The guide's metric names, then ours. JSON leaves out what is undefined. */
export function metricsBody(metrics: IncidentMetrics): Record<string, number | undefined> {
  return {
    mos: rounded(metrics.mos),
    jitter_ms: rounded(metrics.jitterMs),
    packet_loss_percent: rounded(metrics.packetLossPercent),
    rtt_ms: rounded(metrics.rttMs),
    bitrate_kbps: rounded(metrics.bitrateKbps),
    frames_per_second: rounded(metrics.framesPerSecond),
    freeze_ratio: rounded(metrics.freezeRatio),
    experience: rounded(metrics.experience),
  };
}

/** Four decimals: a number that was divided out of counters has no more to say. What is no number is left out. */
export function rounded(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const shown = Math.round(value * 10_000) / 10_000;
  return Number.isFinite(shown) ? shown : undefined;
}
