// All dialects. A new one is named here once, and has a file and a folder of fixtures of its own.
import type { Dialect } from './dialect.ts';
import { genesysTelemetry } from './genesys-telemetry.ts';
import { getstats } from './getstats.ts';
import { observertc } from './observertc.ts';
import { peermetrics } from './peermetrics.ts';
import { rtcstatsFile } from './rtcstats-file.ts';
import { rtcstatsJitsi } from './rtcstats-jitsi.ts';
import { series } from './series.ts';
import { webrtcInternals } from './webrtc-internals.ts';
import { webrtcIssueDetector } from './webrtc-issue-detector.ts';
import { webrtcStatsGatherer } from './webrtc-stats-gatherer.ts';

/** What a page may send, one body at a time. */
export const LIVE_DIALECTS: readonly Dialect[] = [
  getstats,
  webrtcStatsGatherer,
  genesysTelemetry,
  peermetrics,
  observertc,
  webrtcIssueDetector,
];

/** Recorded calls, for replay only. */
export const CAPTURE_DIALECTS: readonly Dialect[] = [webrtcInternals, rtcstatsJitsi, rtcstatsFile, series];

/** The dialect of that name, as `?dialect=` and `--dialect` give it; undefined when there is none. */
export function dialectNamed(name: string): Dialect | undefined {
  return [...LIVE_DIALECTS, ...CAPTURE_DIALECTS].find((dialect) => dialect.name === name);
}

/**
 * The dialect that has the body's shape; undefined when none has. Where a page sends, only live ones are asked; a
 * recording may be of either kind.
 */
export function recogniseDialect(body: unknown, use: Dialect['use']): Dialect | undefined {
  const dialects = use === 'live' ? LIVE_DIALECTS : [...CAPTURE_DIALECTS, ...LIVE_DIALECTS];
  return dialects.find((dialect) => dialect.recognises(body));
}
