// The dialect `genesys-telemetry`: the `WebrtcStats` envelope that the Genesys streaming client sends as telemetry. In it
// the events of webrtc-stats-gatherer are flattened: `remoteTrack_[0]_bytes` is `remoteTracks[0].bytes`. A refusal names
// the field as the gatherer does.
import type { Dialect } from './dialect.ts';
import { firstEntry } from './body-entries.ts';
import { decodeEntries, type EntrySink } from './entry-sink.ts';
import { decodeGathererEvent, gathererTimeMs, isGathererEvent } from './gatherer-event.ts';
import { isObject, type JsonObject } from './stat-fields.ts';
import { statTimeMs } from './stat-time.ts';

type StatsAction = JsonObject & { readonly actionName: typeof ACTION };

const ACTION = 'WebrtcStats';
const TRACK_KEY = /^(localTrack|remoteTrack)_\[(\d{1,3})\]_(\w{1,64})$/;
const OWN_NAMES = { sessionId: 'session', conversationId: 'conference' };

export const genesysTelemetry: Dialect = {
  name: 'genesys-telemetry',
  summary: 'The WebrtcStats telemetry of the Genesys streaming client.',
  use: 'live',
  recognises: (body) => actionsOf(firstEntry(body))?.some(isStatsAction) === true,
  decode: (body, context) => decodeEntries(body, context, decodeEntry),
};

function decodeEntry(entry: unknown, sink: EntrySink): void {
  const actions = actionsOf(entry);
  if (actions === undefined) {
    sink.refuse('', 'must have actions');
    return;
  }
  for (const [position, action] of actions.entries()) {
    // Other actions and other events of the client are none of our business.
    if (!isStatsAction(action)) continue;
    const path = `actions[${position}].details`;
    if (isObject(action.details)) decodeDetails(action.details, path, sink);
    else sink.refuse(path, 'must be an object');
  }
}

function decodeDetails(details: JsonObject, path: string, sink: EntrySink): void {
  const event = unflatten(details);
  if (!isGathererEvent(event)) return;
  const session = sink.session(details, OWN_NAMES);
  if (session === undefined) return;
  const atMs = gathererTimeMs(event) ?? statTimeMs(details._eventTimestamp) ?? sink.context.receivedAtMs;
  decodeGathererEvent(event, { session, atMs, path }, sink);
}

/** The event as the gatherer emitted it. */
function unflatten(details: JsonObject): JsonObject {
  const tracks = {
    localTrack: new Map<number, [string, unknown][]>(),
    remoteTrack: new Map<number, [string, unknown][]>(),
  };
  for (const [key, value] of Object.entries(details)) {
    const [, list, position, field] = TRACK_KEY.exec(key) ?? [];
    if (field === undefined) continue;
    const ofList = tracks[list as keyof typeof tracks];
    const fields = ofList.get(Number(position)) ?? [];
    ofList.set(Number(position), fields);
    fields.push([field, value]);
  }
  return {
    ...details,
    name: details._eventType,
    tracks: inOrder(tracks.localTrack),
    remoteTracks: inOrder(tracks.remoteTrack),
  };
}

function inOrder(tracks: ReadonlyMap<number, readonly [string, unknown][]>): readonly JsonObject[] {
  return [...tracks.entries()]
    .sort(([one], [other]) => one - other)
    .map(([, fields]) => Object.fromEntries(fields));
}

/** Of an envelope, or the action itself where it was sent alone. */
function actionsOf(entry: unknown): readonly unknown[] | undefined {
  if (isStatsAction(entry)) return [entry];
  return isObject(entry) && Array.isArray(entry.actions) ? entry.actions : undefined;
}

function isStatsAction(value: unknown): value is StatsAction {
  return isObject(value) && value.actionName === ACTION;
}
