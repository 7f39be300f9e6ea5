// Every name under which a sender may put a field of an event: the one table of what is read. Whatever it doesn't list
// is never looked at, so personal data has no way in.
//
// A dot separates levels, and a sender may nest at each dot or not: `metrics.jitter.ms` also matches
// {"metrics": {"jitter": {"ms": 8}}} and {"metrics": {"jitter.ms": 8}}. All of it may stand inside {"event": {…}}.
// When several names of one field are present, the first of the list wins. Names without a unit are missing on
// purpose: nobody can tell whether `rtt: 0.2` is in seconds.

/** The fields of an event, each with its names; the first is the guide's own, and is the path that answers speak of. */
export const ALIASES = {
  type: ['type', 'eventType', 'event_type'],
  state: ['state'],
  timestamp: ['timestamp', 'eventTimestamp', 'event_timestamp'],

  sessionId: ['session.id', 'session_id', 'sessionId'],
  conversationId: ['conversation.id', 'conversation_id', 'conversationId'],
  agentId: ['agent.id', 'agent_id', 'agentId'],

  mos: metric('mos'),
  mosSource: ['metrics.mosSource', 'metrics.mos_source'],
  mosCauses: ['metrics.mosCauses', 'metrics.mos_causes'],
  experience: metric('experience'),
  experienceCauses: ['metrics.experienceCauses', 'metrics.experience_causes'],
  packetLossPercent: metric('packetLossPercent', 'packet_loss_percent'),
  jitterMs: metric('jitter.ms', 'jitterMs', 'jitter_ms'),
  rttMs: metric('rtt.ms', 'rttMs', 'rtt_ms'),
  bitrateKbps: metric('bitrate.kbps', 'bitrateKbps', 'bitrate_kbps'),
  usualBitrateKbps: metric('usualBitrate.kbps', 'usualBitrateKbps', 'usual_bitrate_kbps'),
  framesPerSecond: metric('framesPerSecond', 'frames_per_second', 'frameRate', 'frame_rate'),
  freezeRatio: metric('freezeRatio', 'freeze_ratio'),
  framesDroppedPercent: metric('framesDroppedPercent', 'frames_dropped_percent'),
  outage: metric('outage'),

  codec: ['codec', 'metrics.codec'],
  media: ['media', 'mediaType', 'media_type'],
  direction: ['direction'],
  boundary: ['boundary'],
  muted: ['muted'],
  held: ['held'],
  paused: ['paused'],

  site: dimension('site'),
  region: dimension('region'),
  edge: dimension('edge'),
  isp: dimension('isp'),
  'network.type': dimension('network.type', 'network_type', 'networkType'),
  'client.version': dimension('client.version', 'client_version', 'clientVersion'),
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type FieldName = keyof typeof ALIASES;

export const FIELD_NAMES = Object.keys(ALIASES) as readonly FieldName[];

/** Metrics stand under `metrics`, or bare in a flat event. */
function metric(...names: readonly string[]): readonly string[] {
  return [...names.map((name) => `metrics.${name}`), ...names];
}

function dimension(...names: readonly string[]): readonly string[] {
  return [...names, ...names.map((name) => `dimensions.${name}`)];
}
