// One peer connection of a sample of client-monitor-js: its lists of objects, whose types are told by the list, or in a
// replay file the pair of its id and its raw objects.
import { isObject } from './stat-fields.ts';
import { readStatsObjects, type StatsObjects } from './stats-objects.ts';

/** The W3C type of the objects of each list. It doesn't tell local candidates from remote ones; a pair names its own. */
const TYPES: Readonly<Record<string, string>> = {
  inboundRtps: 'inbound-rtp',
  outboundRtps: 'outbound-rtp',
  remoteInboundRtps: 'remote-inbound-rtp',
  remoteOutboundRtps: 'remote-outbound-rtp',
  codecs: 'codec',
  iceTransports: 'transport',
  iceCandidatePairs: 'candidate-pair',
  iceCandidates: 'local-candidate',
};

export interface ObservedConnection extends StatsObjects {
  readonly id: unknown;
}

/** `path` is that of the connection in its entry. Undefined when it has neither form. */
export function readConnection(connection: unknown, path: string): ObservedConnection | undefined {
  if (Array.isArray(connection)) {
    const [id, objects] = connection as unknown[];
    if (!Array.isArray(objects)) return undefined;
    return { id, ...readStatsObjects(objects, {}, (position) => `${path}[1][${position}]`) };
  }
  if (!isObject(connection)) return undefined;
  const objects: unknown[] = [];
  const paths: string[] = [];
  for (const [name, type] of Object.entries(TYPES)) {
    const list = connection[name];
    if (!Array.isArray(list)) continue;
    for (const [position, object] of list.entries()) {
      objects.push(isObject(object) ? { ...object, type } : object);
      paths.push(`${path}.${name}[${position}]`);
    }
  }
  const read = readStatsObjects(objects, {}, (position) => paths[position] ?? path);
  return { id: connection.peerConnectionId, ...read };
}
