// One event of webrtc-stats-gatherer, from whichever envelope → readings and session events. Of `connect` only its time
// is read: candidates with their addresses, user agent and platform stand beside it.
import type { PathReading, StreamReading } from '../get-stats/reading.ts';
import type { Session } from './entry-session.ts';
import type { EntrySink } from './entry-sink.ts';
import { readTrack } from './gatherer-track.ts';
import { readCandidate } from './selected-path.ts';
import {
  COUNT,
  type FieldRefusal,
  isObject,
  type JsonObject,
  StatFields,
  TOTAL_SECONDS,
} from './stat-fields.ts';
import { statTimeMs } from './stat-time.ts';

/** Tracks of one direction; a conference page shows fewer. */
const MAX_TRACKS = 128;
const PATH_COUNTERS = { totalRoundTripTime: TOTAL_SECONDS, responsesReceived: COUNT };
const NO_REMOTE_TRACK =
  'has no remote track: such a connection stops reporting after five events by design, and its silence would look like a gap';

export function isGathererEvent(value: unknown): value is JsonObject {
  return isObject(value) && ['getStats', 'connect', 'failure'].includes(value.name as string);
}

/** When the event happened, as far as it tells; undefined when it doesn't. */
export function gathererTimeMs(event: JsonObject): number | undefined {
  const ownMs = statTimeMs(event.at_ms ?? event.timestamp);
  if (ownMs !== undefined) return ownMs;
  let newestMs: number | undefined;
  for (const track of [...listOf(event.remoteTracks), ...listOf(event.tracks)]) {
    const trackMs = isObject(track) ? statTimeMs(track.timestamp) : undefined;
    if (trackMs !== undefined && trackMs > (newestMs ?? 0)) newestMs = trackMs;
  }
  if (newestMs !== undefined) return newestMs;
  const details = event.candidatePairDetails;
  return isObject(details) && isObject(details.pair) ? statTimeMs(details.pair.timestamp) : undefined;
}

export interface GathererPlace {
  readonly session: Session;
  readonly atMs: number;
  /** Path of the event within its entry; empty when it is the entry. */
  readonly path: string;
}

export function decodeGathererEvent(event: JsonObject, place: GathererPlace, sink: EntrySink): void {
  const { session, atMs } = place;
  if (event.name === 'connect') sink.event(session, 'connected', atMs);
  if (event.name === 'failure') sink.event(session, 'disconnected', atMs);
  if (event.name !== 'getStats') return;
  if (isTrue(event.localCandidateChanged)) sink.event(session, 'network_change', atMs);
  const isDisconnected = event.type === 'disconnected';
  decodeTracks(event, place, isDisconnected, sink);
  if (isDisconnected) sink.event(session, 'disconnected', atMs);
}

function decodeTracks(event: JsonObject, place: GathererPlace, mayBeEmpty: boolean, sink: EntrySink): void {
  const refusals: FieldRefusal[] = [];
  const inbound = tracksOf(event, 'remoteTracks', 'inbound', place.path, refusals);
  const outbound = tracksOf(event, 'tracks', 'outbound', place.path, refusals);
  const connectionId = sink.connectionId(event.connection_id ?? event.connectionId, 'connection_id');
  const path = pathOf(new StatFields(event, place.path, refusals));
  sink.refuseAll(refusals);
  if (inbound.length === 0) {
    if (!mayBeEmpty) sink.refuse(place.path, NO_REMOTE_TRACK);
  } else if (connectionId !== undefined) {
    const streams = [...inbound, ...outbound];
    sink.reading(place.session, { connectionId, observedAtMs: place.atMs, streams, path });
  }
}

function tracksOf(
  event: JsonObject,
  name: string,
  direction: StreamReading['direction'],
  eventPath: string,
  refusals: FieldRefusal[],
): readonly StreamReading[] {
  const listPath = eventPath === '' ? name : `${eventPath}.${name}`;
  const countByKind = new Map<string, number>();
  const streams: StreamReading[] = [];
  for (const [position, track] of listOf(event[name]).entries()) {
    const path = `${listPath}[${position}]`;
    if (position === MAX_TRACKS) {
      refusals.push({ path, reason: `is one too many: at most ${MAX_TRACKS} tracks are read` });
      break;
    }
    if (!isObject(track)) {
      refusals.push({ path, reason: 'must be an object' });
      continue;
    }
    const stream = readTrack(new StatFields(track, path, refusals), direction, countByKind);
    if (stream !== undefined) streams.push(stream);
  }
  return streams;
}

/** `candidatePair` is `localType;remoteType`. */
function pathOf(fields: StatFields): PathReading | undefined {
  const pair = fields.reference('candidatePair') ?? '';
  const candidateType = /^(host|srflx|prflx|relay);/.exec(pair)?.[1];
  const path = {
    ...fields.numbers(PATH_COUNTERS),
    ...readCandidate(fields),
    ...(candidateType !== undefined && { candidateType }),
  };
  return Object.keys(path).length > 0 ? path : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The telemetry of the Genesys client writes flags as text. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
