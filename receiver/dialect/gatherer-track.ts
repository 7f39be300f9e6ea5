// One track of a `getStats` event of webrtc-stats-gatherer → a stream. Only its counters are read: its own kbit/s are
// floored, and its own percents have what was *received* (or sent) as their base and not what was expected, so that 13
// lost beside 60 received read as 21.7 % there and are 17.8 %.
import type { RemoteCounters, StreamReading } from '../get-stats/reading.ts';
import { COUNT, PRESENT_SECONDS, SIGNED_COUNT, type StatFields, TOTAL_SECONDS } from './stat-fields.ts';

const ROUND_TRIP = {
  roundTripTime: PRESENT_SECONDS,
  totalRoundTripTime: TOTAL_SECONDS,
  roundTripTimeMeasurements: COUNT,
};
const LOSS = { packetsLost: SIGNED_COUNT, jitter: PRESENT_SECONDS };
/** `96 video/VP8 90000`: payload type, MIME type, clock rate. */
const CODEC = /^\d{1,3} ((?:audio|video)\/[\w.+-]{1,64}) \d{1,6}$/i;

/** Undefined when the track was refused. `places` counts the tracks that were read before it. */
export function readTrack(
  fields: StatFields,
  direction: StreamReading['direction'],
  places: Map<string, number>,
): StreamReading | undefined {
  const kind = fields.value('kind');
  if (kind !== 'audio' && kind !== 'video') return fields.refuse('kind', 'must be audio or video');
  const place = places.get(kind) ?? 0;
  places.set(kind, place + 1);
  const timestampMs = fields.timeMs('timestamp');
  const bytes = fields.number('bytes', COUNT);
  const packetCounter = direction === 'inbound' ? 'packetsReceived' : 'packetsSent';
  const packets = fields.number(packetCounter, COUNT);
  if (timestampMs === undefined) return undefined;
  if (bytes === undefined || packets === undefined) {
    return fields.refuse('', `has no counters: bytes and ${packetCounter} are needed`);
  }
  const codec = codecOf(fields);
  const identity = {
    id: `${direction}-${kind}-${place}`,
    media: kind === 'audio' ? ('audio' as const) : ('camera' as const),
    timestampMs,
    ...(codec !== undefined && { codec }),
  };
  const roundTrip = fields.numbers(ROUND_TRIP);
  const loss = fields.numbers(LOSS);
  if (direction === 'inbound') {
    return {
      ...identity,
      ...remote(roundTrip),
      direction,
      counters: { bytesReceived: bytes, packetsReceived: packets, ...loss },
    };
  }
  // Before the peer's first report the gatherer writes packetsLost 0, but no jitter.
  const report = loss.jitter === undefined ? {} : { ...loss, ...roundTrip };
  return { ...identity, ...remote(report), direction, counters: { bytesSent: bytes, packetsSent: packets } };
}

function remote(report: RemoteCounters): { readonly remote?: RemoteCounters } {
  return Object.keys(report).length > 0 ? { remote: report } : {};
}

function codecOf(fields: StatFields): string | undefined {
  const text = fields.text('codec', CODEC, 'must be payload type, MIME type and clock rate');
  return text === undefined ? undefined : CODEC.exec(text)?.[1];
}
