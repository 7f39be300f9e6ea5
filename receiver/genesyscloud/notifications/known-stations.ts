// The lasting connections of users' WebRTC phones: only a change becomes an event. Bounded; the time is handed in.
import type { SessionEvent } from '../../sample.ts';
import type { StationTidings } from './decode-notification.ts';
import { KnownSession } from './known-session.ts';

export interface KnownStationsOptions {
  /** Beyond it the station that was told of the longest ago is forgotten. */
  readonly maxStations: number;
  /** The id that is shown of a user, and of a station, which is a user's own. */
  agentIdOf(id: string): string;
  onClamped(): void;
}

interface Station {
  readonly session: KnownSession;
  isConnected: boolean | undefined;
  /** By the platform's clock. */
  changedAtMs: number;
}

export class KnownStations {
  readonly #options: KnownStationsOptions;
  /** Those told of the longest ago come first. */
  readonly #stations = new Map<string, Station>();

  constructor(options: KnownStationsOptions) {
    this.#options = options;
  }

  get stationCount(): number {
    return this.#stations.size;
  }

  take({ stationId, userId, isConnected, atMs = -Infinity }: StationTidings, nowMs: number): SessionEvent[] {
    const station = this.#tell(stationId, userId);
    const isOld = atMs !== -Infinity && atMs < station.changedAtMs;
    if (isOld || isConnected === station.isConnected) return [];
    station.isConnected = isConnected;
    station.changedAtMs = Math.max(station.changedAtMs, atMs);
    const type = isConnected ? 'connected' : 'disconnected';
    return [station.session.event(type, atMs === -Infinity ? undefined : atMs, nowMs)];
  }

  #tell(stationId: string, userId: string | undefined): Station {
    const { agentIdOf, maxStations } = this.#options;
    const known = this.#stations.get(stationId) ?? {
      session: new KnownSession(
        { sessionId: agentIdOf(stationId), agentId: userId === undefined ? undefined : agentIdOf(userId) },
        () => this.#options.onClamped(),
      ),
      isConnected: undefined,
      changedAtMs: -Infinity,
    };
    this.#stations.delete(stationId);
    this.#stations.set(stationId, known);
    if (this.#stations.size > maxStations) this.#stations.delete(this.#stations.keys().next().value!);
    return known;
  }
}
