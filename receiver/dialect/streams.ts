// The RTP streams of one report: each `inbound-rtp` and `outbound-rtp` object, joined with its codec, its track, and what
// the peer reports of it.
import type { StreamReading } from '../get-stats/reading.ts';
import { containsIpAddress } from '../guide-event/ip-address.ts';
import { codecName } from './codec-name.ts';
import { mediaOf, type MediaHints, mutedOf } from './media-hints.ts';
import type { ObjectsByType } from './objects-by-type.ts';
import { isRemote, RemoteReports } from './remote-reports.ts';
import { COUNT, type StatFields } from './stat-fields.ts';
import { inboundCounters, outboundCounters } from './stream-counters.ts';

type Direction = StreamReading['direction'];

const STAT_ID = /^[\w./:+-]{1,256}$/;
const MEDIA_ID = /^[\w-]{1,64}$/;
// Chrome writes `SimulcastEncoderAdapter (libvpx, libvpx)`.
const IMPLEMENTATION = /^[\w (),./+-]{1,128}$/;

export function readStreams(byType: ObjectsByType, hints: MediaHints): readonly StreamReading[] {
  const streams: StreamReading[] = [];
  for (const direction of ['inbound', 'outbound'] as const) {
    const reports = new RemoteReports(byType, direction);
    for (const [id, fields] of byType(`${direction}-rtp`)) {
      if (isRemote(fields)) continue;
      const stream = readStream(direction, id, fields, { byType, reports, hints });
      if (stream !== undefined) streams.push(stream);
    }
  }
  return streams;
}

interface Surroundings {
  readonly byType: ObjectsByType;
  readonly reports: RemoteReports;
  readonly hints: MediaHints;
}

function readStream(
  direction: Direction,
  id: string,
  fields: StatFields,
  { byType, reports, hints }: Surroundings,
): StreamReading | undefined {
  if (!STAT_ID.test(id) || containsIpAddress(id)) return fields.refuse('id', 'must be plain text');
  const timestampMs = fields.timeMs('timestamp');
  if (timestampMs === undefined) return undefined;
  // Some libraries copy the codec's fields into the stream.
  const codec = codecName(byType('codec').get(fields.reference('codecId') ?? '') ?? fields);
  const mid = fields.text('mid', MEDIA_ID, 'must be a media id');
  const names = { mid, trackId: trackIdOf(fields, byType) };
  const media = mediaOf(fields, codec, names, hints);
  if (media === undefined) return fields.refuse('kind', 'must be audio or video');
  const ssrc = fields.number('ssrc', COUNT);
  const rid = fields.text('rid', MEDIA_ID, 'must be the id of a layer');
  const implementation = implementationOf(direction, fields);
  const muted = mutedOf(names, hints);
  const remote = reports.of(id, fields);
  const identity = {
    id,
    media,
    timestampMs,
    ...(ssrc !== undefined && { ssrc }),
    ...(mid !== undefined && { mid }),
    ...(rid !== undefined && { rid }),
    ...(codec !== undefined && { codec }),
    ...(implementation !== undefined && { implementation }),
    ...(muted !== undefined && { muted }),
    ...(remote !== undefined && { remote }),
  };
  return direction === 'inbound'
    ? { ...identity, direction, counters: inboundCounters(fields) }
    : { ...identity, direction, counters: outboundCounters(fields) };
}

/** Of the stream itself, of the source of what it sends, or of the `track` object that browsers had before 2023. */
function trackIdOf(fields: StatFields, byType: ObjectsByType): string | undefined {
  const own = fields.reference('trackIdentifier');
  if (own !== undefined) return own;
  const source =
    byType('media-source').get(fields.reference('mediaSourceId') ?? '') ??
    byType('track').get(fields.reference('trackId') ?? '');
  return source?.reference('trackIdentifier');
}

function implementationOf(direction: Direction, fields: StatFields): string | undefined {
  const name = direction === 'inbound' ? 'decoderImplementation' : 'encoderImplementation';
  const text = fields.text(name, IMPLEMENTATION, 'must be a short name');
  // Chrome says `unknown` before the first frame.
  return text === undefined || text === 'unknown' || containsIpAddress(text) ? undefined : text;
}
