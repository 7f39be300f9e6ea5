// The source `realtime` from its configuration.
import type { GenesysCloudConfig } from '../factory.ts';
import { Listening } from '../listening.ts';
import type { StreamGaps } from '../stream-gaps.ts';
import type { Source, SourceParts } from '../source.ts';
import { eventsUrl } from './events-url.ts';
import { RealtimeSource } from './realtime-source.ts';

/** No byte for so many sampling intervals, heartbeats counted: the connection is taken for dead (the guide's gap). */
const SILENT_INTERVALS = 3;

export function createRealtime(
  parts: SourceParts,
  config: GenesysCloudConfig['realtime'],
  gaps?: StreamGaps,
): Source {
  const { clock, logger, telemetry, getter, authenticator, quota, baseUrl } = parts;
  const listening = new Listening(clock.nowMs());
  return new RealtimeSource({
    clock,
    logger,
    telemetry: telemetry.ofSource('realtime'),
    getter,
    authenticator,
    intake: parts.intakeFor(listening, { heard: gaps && ((records) => gaps.hear(records)) }),
    listening,
    quota,
    url: eventsUrl(baseUrl, { eventTypes: config.event_types, filter: config.filter }),
    silenceMs: SILENT_INTERVALS * config.sampling_interval.ms,
    pollIntervalMs: config.poll_interval.ms,
    missed: gaps && ((lastSignMs) => gaps.add(lastSignMs, clock.nowMs())),
    tellStatus: (reason) => parts.tellStatus('realtime', reason),
  });
}
