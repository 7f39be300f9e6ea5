// What a session shows, and the stream that stands for it: a camera where there is one, else a screen, else audio; what is
// received before what is sent. Pure.
import type { Media } from '../sample.ts';
import { isMissed, type SessionTraffic } from './session-traffic.ts';
import { isSwitchedOff, type StreamState } from './stream-state.ts';

export interface SessionPicture {
  readonly media: Media;
  /** The one whose codec, frame rate and direction the sample has. */
  readonly main: StreamState;
  /** Those in use, the main one among them. */
  readonly inbound: readonly StreamState[];
  readonly outbound: readonly StreamState[];
  /** Everything that would be shown is muted or switched off. */
  readonly isMuted: boolean;
}

const MEDIA: readonly Media[] = ['camera', 'screen', 'audio'];

/** Undefined when there is nothing to show. `mainKey` is the main stream of the sample before: it stays, if it can. */
export function pictureOf(
  streams: readonly StreamState[],
  traffic: SessionTraffic,
  mainKey: number | undefined,
): SessionPicture | undefined {
  const known = streams.filter(isKnown);
  const used = known.filter((stream) => !isSwitchedOff(stream) && !isIdle(stream, traffic));
  const shown = used.length > 0 ? used : known.filter(isSwitchedOff);
  for (const media of MEDIA) {
    const ofMedia = shown.filter(({ reading }) => reading.media === media);
    if (ofMedia.length === 0) continue;
    const inbound = ofMedia.filter(({ reading }) => reading.direction === 'inbound');
    const outbound = ofMedia.filter(({ reading }) => reading.direction === 'outbound');
    const main = mainOf(inbound.length > 0 ? inbound : outbound, mainKey);
    return { media, main, inbound, outbound, isMuted: used.length === 0 };
  }
  return undefined;
}

/** A slot that never had a byte is nothing, and a first reading tells nothing. */
function isKnown({ hadTraffic, interval, boundary }: StreamState): boolean {
  return hadTraffic && (interval !== undefined || boundary !== undefined);
}

function isIdle(stream: StreamState, traffic: SessionTraffic): boolean {
  return stream.interval?.traffic === 'flat' && !isMissed(stream, traffic);
}

function mainOf(streams: readonly StreamState[], mainKey: number | undefined): StreamState {
  return (
    streams.find(({ key }) => key === mainKey) ??
    streams.reduce((most, stream) => (byteCount(stream) > byteCount(most) ? stream : most))
  );
}

function byteCount({ interval }: StreamState): number {
  return interval?.byteCount ?? 0;
}
