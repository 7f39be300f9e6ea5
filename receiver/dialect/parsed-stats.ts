// The form into which @peermetrics/webrtc-stats and webrtc-issue-detector sort the objects of a getStats() call:
// `{audio: {inbound, outbound}, video: …, connection, remote: {audio, video}}`. Back to a list of W3C objects, each with
// its path. The rates that the libraries add to the objects are not read.
import { isObject, type JsonObject } from './stat-fields.ts';
import { readStatsObjects, type StatsObjects } from './stats-objects.ts';

type Add = (object: unknown, path: string) => void;

export function isParsedStats(value: unknown): value is JsonObject {
  return isObject(value) && isObject(value.audio) && isObject(value.video);
}

/** `path` is that of the stats within the entry. */
export function readParsedStats(stats: JsonObject, path: string): StatsObjects {
  const objects: unknown[] = [];
  const paths: string[] = [];
  const add: Add = (object, objectPath) => {
    objects.push(object);
    paths.push(objectPath);
  };
  for (const [group, groupPath] of [
    [stats, path],
    [stats.remote, `${path}.remote`],
  ] as const) {
    for (const kind of ['audio', 'video'] as const) addStreams(group, kind, `${groupPath}.${kind}`, add);
  }
  addPath(stats.connection, `${path}.connection`, add);
  return readStatsObjects(objects, {}, (position) => paths[position] ?? path);
}

/** `connection` is the pair that the transport had selected, whatever its state; its local candidate stands within. */
function addPath(connection: unknown, path: string, add: Add): void {
  if (!isObject(connection) || typeof connection.id !== 'string') return;
  add({ id: 'transport', type: 'transport', selectedCandidatePairId: connection.id }, path);
  add(connection, path);
  if (isObject(connection.local)) add(connection.local, `${path}.local`);
}

function addStreams(group: unknown, kind: 'audio' | 'video', path: string, add: Add): void {
  const ofKind = isObject(group) ? group[kind] : undefined;
  if (!isObject(ofKind)) return;
  for (const direction of ['inbound', 'outbound']) {
    const list = ofKind[direction];
    if (!Array.isArray(list)) continue;
    for (const [position, object] of list.entries()) {
      // Safari leaves the kind out of its objects; the place has it.
      add(isObject(object) ? { kind, ...object } : object, `${path}.${direction}[${position}]`);
    }
  }
}
