// What a stream shows and whether it is muted: what the objects say, and what only the page knows. The identifier of a
// track is compared with the page's hints and not kept.
import type { Media } from '../sample.ts';
import type { StatFields } from './stat-fields.ts';

/** What the page knows of its streams, by the id of the track or by the transceiver's mid. */
export interface MediaHints {
  readonly screenTrackIds?: readonly string[];
  readonly screenMids?: readonly string[];
  /** When either list of the muted is there, a stream in neither is known not to be muted. */
  readonly mutedTrackIds?: readonly string[];
  readonly mutedMids?: readonly string[];
}

/** How the page calls a stream. */
export interface StreamNames {
  readonly trackId: string | undefined;
  readonly mid: string | undefined;
}

/** Undefined when the object doesn't say whether it is audio or video. */
export function mediaOf(
  stream: StatFields,
  codec: string | undefined,
  names: StreamNames,
  hints: MediaHints,
): Media | undefined {
  // Old browsers say `mediaType`; where both are missing, the codec tells.
  const kind = stream.value('kind') ?? stream.value('mediaType') ?? codec?.split('/')[0]?.toLowerCase();
  if (kind === 'audio') return 'audio';
  if (kind !== 'video') return undefined;
  const isScreen =
    stream.value('contentType') === 'screenshare' || isNamed(names, hints.screenTrackIds, hints.screenMids);
  return isScreen ? 'screen' : 'camera';
}

/** Undefined when the page says nothing of muting. */
export function mutedOf(names: StreamNames, hints: MediaHints): boolean | undefined {
  if (hints.mutedTrackIds === undefined && hints.mutedMids === undefined) return undefined;
  return isNamed(names, hints.mutedTrackIds, hints.mutedMids);
}

function isNamed(
  { trackId, mid }: StreamNames,
  trackIds: readonly string[] = [],
  mids: readonly string[] = [],
): boolean {
  return (trackId !== undefined && trackIds.includes(trackId)) || (mid !== undefined && mids.includes(mid));
}
