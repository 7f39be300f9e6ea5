// The client events of a sample of client-monitor-js that say something of the session. Of their payloads only the word
// for the state is read: others hold candidates and device labels.
import type { SessionEventType } from '../sample.ts';
import { meaningOfState } from './peer-connection-state.ts';
import { isObject, type JsonObject } from './stat-fields.ts';
import { statTimeMs } from './stat-time.ts';

interface Connections {
  readonly peerConnections: readonly unknown[];
}

const CLIENT_LEFT = 'CLIENT_LEFT';

export interface ClientEvent {
  readonly type: SessionEventType;
  /** Milliseconds since the Unix epoch, when the event says it. */
  readonly atMs?: number;
}

/** A closed connection ends the session only when the sample has no other. */
export function* readClientEvents(sample: JsonObject & Connections): Iterable<ClientEvent> {
  if (!Array.isArray(sample.clientEvents)) return;
  for (const event of sample.clientEvents as unknown[]) {
    if (!isObject(event)) continue;
    const type = meaningOf(event.type, event.payload);
    const atMs = statTimeMs(event.timestamp);
    const goesOn = type === 'ended' && event.type !== CLIENT_LEFT && sample.peerConnections.length > 0;
    if (type !== undefined && !goesOn) yield { type, ...(atMs !== undefined && { atMs }) };
  }
}

function meaningOf(type: unknown, payload: unknown): SessionEventType | undefined {
  switch (type) {
    case 'PEER_CONNECTION_STATE_CHANGED':
      return meaningOfState(wordIn(payload, 'connectionState'));
    case 'ICE_CONNECTION_STATE_CHANGED':
      return meaningOfState(wordIn(payload, 'iceConnectionState'));
    case CLIENT_LEFT:
      return 'ended';
    default:
      return undefined;
  }
}

/** Version 4 writes the payload as JSON text. */
function wordIn(payload: unknown, name: string): unknown {
  if (isObject(payload)) return payload[name];
  if (typeof payload !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(payload);
    return isObject(parsed) ? parsed[name] : undefined;
  } catch {
    return undefined;
  }
}
