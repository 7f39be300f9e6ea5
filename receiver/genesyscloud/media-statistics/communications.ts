// Endpoint readings → the records of one conversation. A communication is a session. Of its two sides the client is
// followed, which measures what the person hears; the server only where no client tells anything. Pure but for what was
// last known of each communication.
import type { QualitySample, SessionEvent } from '../../sample.ts';
import type { EndpointReading, Side } from './read-media-statistics.ts';

/** What the records are made with. */
export interface FetchedAt {
  readonly conversationId: string;
  readonly receivedAtMs: number;
  /** Older readings say nothing of a call that lives. */
  readonly notBeforeMs: number;
  readonly pollIntervalMs: number;
}

interface Communication {
  readonly side: Side;
  readonly observedAtMs: number;
  readonly reconnectCount: number | undefined;
}

const MAX_COMMUNICATIONS_EACH = 64;

export class Communications {
  readonly #ofConversations = new Map<string, Map<string, Communication>>();

  /** Those that say something new, each at its own instant. */
  take(readings: readonly EndpointReading[], fetched: FetchedAt): (QualitySample | SessionEvent)[] {
    const known = this.#ofConversations.get(fetched.conversationId) ?? new Map<string, Communication>();
    const records: (QualitySample | SessionEvent)[] = [];
    for (const reading of followed(readings).values()) {
      const before = known.get(reading.communicationId);
      if (before === undefined && known.size >= MAX_COMMUNICATIONS_EACH) continue;
      if (!isNews(reading, before, fetched)) continue;
      const reconnectCount = reading.reconnectCount ?? before?.reconnectCount;
      known.set(reading.communicationId, { ...reading, reconnectCount });
      this.#ofConversations.set(fetched.conversationId, known);
      records.push(...recordsOf(reading, before, fetched));
    }
    return records;
  }

  forget(conversationId: string): void {
    this.#ofConversations.delete(conversationId);
  }
}

/** Of each communication one reading: the newest of the client, and where there is none, of the server. */
function followed(readings: readonly EndpointReading[]): ReadonlyMap<string, EndpointReading> {
  const chosen = new Map<string, EndpointReading>();
  for (const reading of readings) {
    const other = chosen.get(reading.communicationId);
    const isBetter =
      other === undefined ||
      (reading.side === other.side ? reading.observedAtMs > other.observedAtMs : reading.side === 'client');
    if (isBetter) chosen.set(reading.communicationId, reading);
  }
  return chosen;
}

/** Once a client has told, its server is not listened to any more: it measures the other direction. */
function isNews(reading: EndpointReading, before: Communication | undefined, fetched: FetchedAt): boolean {
  if (reading.observedAtMs < fetched.notBeforeMs) return false;
  if (before === undefined) return true;
  if (before.side === 'client' && reading.side === 'server') return false;
  return reading.observedAtMs > before.observedAtMs;
}

function recordsOf(
  { communicationId, side, observedAtMs, mos, jitterMs, reconnectCount }: EndpointReading,
  before: Communication | undefined,
  { conversationId, receivedAtMs, pollIntervalMs }: FetchedAt,
): (QualitySample | SessionEvent)[] {
  const identity = { sessionId: communicationId, conversationId, observedAtMs, receivedAtMs, dimensions: {} };
  const records: (QualitySample | SessionEvent)[] = [];
  // That it was tried says that the way was lost; how often within one interval makes no difference.
  if (reconnectCount !== undefined && before?.reconnectCount !== undefined) {
    if (reconnectCount > before.reconnectCount) {
      records.push({ kind: 'event', type: 'network_change', ...identity });
    }
  }
  if (mos !== undefined || jitterMs !== undefined) {
    records.push({
      kind: 'sample',
      ...identity,
      media: 'audio',
      direction: 'inbound',
      ...(mos !== undefined && { mos, mosSource: 'estimated' }),
      ...(jitterMs !== undefined && { jitterMs }),
      // Two sides are two measurements: nothing is judged from the one to the other.
      ...(before !== undefined && before.side !== side && { boundary: 'ssrc_change' }),
      pollIntervalMs,
    });
  }
  return records;
}
