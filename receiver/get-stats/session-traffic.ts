// Which of a session's streams flow. Whether a flat stream is missed depends on the others: an SFU stops and starts the
// pictures that it forwards, and one that rests while another flows is a slot that is not in use. Pure.
import type { Media } from '../sample.ts';
import { isSwitchedOff, type StreamState } from './stream-state.ts';

/** Of pictures, camera and screen alike, or of audio. */
export interface KindTraffic {
  /** Whether a stream was ever received, since the session is known. */
  readonly wasReceived: boolean;
  /** Whether one is flowing now. */
  readonly inboundFlows: boolean;
  readonly outboundFlows: boolean;
}

export interface SessionTraffic {
  readonly picture: KindTraffic;
  readonly audio: KindTraffic;
}

const NO_TRAFFIC: KindTraffic = { wasReceived: false, inboundFlows: false, outboundFlows: false };

export function trafficOf(
  streams: readonly StreamState[],
  before: SessionTraffic | undefined,
): SessionTraffic {
  const isAudio = ({ reading }: StreamState) => reading.media === 'audio';
  return {
    picture: kindTraffic(
      streams.filter((stream) => !isAudio(stream)),
      before?.picture ?? NO_TRAFFIC,
    ),
    audio: kindTraffic(streams.filter(isAudio), before?.audio ?? NO_TRAFFIC),
  };
}

/** Whether it matters that nothing comes. What is sent is looked at only where nothing was ever received. */
export function isMissed({ reading }: StreamState, traffic: SessionTraffic): boolean {
  const kind = kindOf(reading.media, traffic);
  return reading.direction === 'inbound' ? !kind.inboundFlows : !kind.wasReceived && !kind.outboundFlows;
}

export function kindOf(media: Media, traffic: SessionTraffic): KindTraffic {
  return media === 'audio' ? traffic.audio : traffic.picture;
}

function kindTraffic(streams: readonly StreamState[], { wasReceived }: KindTraffic): KindTraffic {
  const flows = (direction: 'inbound' | 'outbound') =>
    streams.some(
      (stream) =>
        stream.reading.direction === direction &&
        stream.interval?.traffic === 'flows' &&
        !isSwitchedOff(stream),
    );
  return {
    wasReceived:
      wasReceived || streams.some(({ reading, hadTraffic }) => reading.direction === 'inbound' && hadTraffic),
    inboundFlows: flows('inbound'),
    outboundFlows: flows('outbound'),
  };
}
