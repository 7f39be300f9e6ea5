// The closed lists of words that an event may use, each with what it means in the sample model.
import type {
  Boundary,
  Direction,
  ExperienceCause,
  Media,
  MosCause,
  MosSource,
  SessionEventType,
} from '../sample.ts';

/** The guide's two event types. */
export const SAMPLE_TYPE = 'webrtc-video';
export const STATE_TYPE = 'webrtc';

/** States of a `webrtc` event, in lower case with `_` for `-`. Those of the browser, of Genesys clients and of the guide. */
const STATES = words<SessionEventType>({
  connected: ['connected', 'reconnected', 'completed', 'active'],
  disconnected: ['disconnected', 'interrupted', 'failed'],
  network_change: ['network_change', 'network_changed', 'networkchange'],
  muted: ['muted', 'mute', 'held', 'hold', 'paused'],
  unmuted: ['unmuted', 'unmute', 'unheld', 'unhold', 'resumed'],
  ended: ['ended', 'closed', 'terminated'],
});

/** The states of the model, for messages. */
export const STATE_WORDS = [...new Set(STATES.values())].join(', ');

const MEDIA = words<Media>({
  camera: ['camera', 'video'],
  screen: ['screen', 'screenshare', 'screen_share', 'display'],
  audio: ['audio', 'voice'],
});

const DIRECTIONS = words<Direction>({ inbound: ['inbound'], outbound: ['outbound'] });

const MOS_SOURCES = words<MosSource>({ reported: ['reported'], estimated: ['estimated'] });

const MOS_CAUSES = words<MosCause>({ packet_loss: ['packet_loss'], delay: ['delay'] });

const EXPERIENCE_CAUSES = words<ExperienceCause>({
  outage: ['outage'],
  freeze: ['freeze'],
  frames_dropped: ['frames_dropped'],
  frame_rate: ['frame_rate'],
  resolution: ['resolution'],
  decode_overload: ['decode_overload'],
  cpu_limited: ['cpu_limited'],
  bandwidth_limited: ['bandwidth_limited'],
  concealment: ['concealment'],
});

const BOUNDARIES = words<Boundary>({
  counter_reset: ['counter_reset'],
  ssrc_change: ['ssrc_change'],
  codec_change: ['codec_change'],
  sampling_gap: ['sampling_gap'],
  mute: ['mute'],
  decoder_change: ['decoder_change'],
  ice_restart: ['ice_restart'],
});

/** Each returns the meaning of a word from outside, or undefined when it is none of the list. */
export const stateOf = reader(STATES);
export const mediaOf = reader(MEDIA);
export const directionOf = reader(DIRECTIONS);
export const mosSourceOf = reader(MOS_SOURCES);
export const mosCauseOf = reader(MOS_CAUSES);
export const experienceCauseOf = reader(EXPERIENCE_CAUSES);
export const boundaryOf = reader(BOUNDARIES);

function words<Meaning extends string>(
  lists: Readonly<Record<Meaning, readonly string[]>>,
): ReadonlyMap<string, Meaning> {
  const entries = Object.entries(lists) as [Meaning, readonly string[]][];
  return new Map(
    entries.flatMap(([meaning, spellings]) => spellings.map((word) => [word, meaning] as const)),
  );
}

function reader<Meaning>(meanings: ReadonlyMap<string, Meaning>): (value: unknown) => Meaning | undefined {
  return (value) => {
    if (typeof value !== 'string') return undefined;
    return meanings.get(value) ?? meanings.get(value.slice(0, 32).toLowerCase().replaceAll('-', '_'));
  };
}
