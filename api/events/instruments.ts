// What is measured of the streams of events. The one list of these metrics.
import type { Settings } from '../../collector/component.ts';
import { observe } from '../../collector/telemetry/names.ts';

export const API_EVENT_INSTRUMENTS = {
  streams: {
    name: 'webrtc.api.streams',
    kind: 'gauge',
    unit: '{stream}',
    description: 'Streams of events that are open, by format: sse or ndjson.',
    attributes: ['extension', 'format'],
  },
  missed: {
    name: 'webrtc.api.missed_events',
    kind: 'counter',
    unit: '{event}',
    description:
      'Events that left the buffer before a stream had read them, by cause: slow (its client reads too slowly) or late (it came back too late). What its filter would have let pass is not known.',
    attributes: ['extension', 'cause'],
  },
  failedResumptions: {
    name: 'webrtc.api.failed_resumptions',
    kind: 'counter',
    unit: '{stream}',
    description:
      'Streams that could not go on where their client had been, by cause: late (the place has left the buffer) or unknown (the id is not of this process).',
    attributes: ['extension', 'cause'],
  },
} as const;

export const STREAM_FORMATS = ['sse', 'ndjson'] as const;
export type StreamFormatName = (typeof STREAM_FORMATS)[number];

export type MissCause = 'slow' | 'late';
export type ResumptionFault = 'late' | 'unknown';

export type EventTelemetry = ReturnType<typeof createEventTelemetry>;

export function createEventTelemetry({ meter, id: extension }: Pick<Settings, 'meter' | 'id'>) {
  const counter = (name: 'missed' | 'failedResumptions') =>
    meter.createCounter(API_EVENT_INSTRUMENTS[name].name, API_EVENT_INSTRUMENTS[name]);
  const missed = counter('missed');
  const failedResumptions = counter('failedResumptions');
  return {
    missed: (count: number, cause: MissCause) => missed.add(count, { extension, cause }),
    resumptionFailed: (cause: ResumptionFault) => failedResumptions.add(1, { extension, cause }),
    /** The returned function ends that. */
    observeStreams: (format: StreamFormatName, read: () => number) =>
      observe(meter, API_EVENT_INSTRUMENTS.streams, { extension, format }, read),
  };
}
