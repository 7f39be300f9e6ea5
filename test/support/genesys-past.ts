// What the stand-in of Genesys Cloud knows of conversations and of the past, as the guide and the platform's documents
// describe it: media statistics of calls, the guide's query over events, and conversation details after the call. Knows no
// request beyond its body, and no client.
import type { Clock } from '../../collector/clock.ts';

/** An event that has happened, as the query counts it. */
export interface PastEvent {
  readonly atMs: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Call {
  readonly id: string;
  readonly startedAtMs: number;
  readonly mediaType: string;
  endedAtMs?: number;
  minMos?: number;
  mos: number;
  jitterS: number;
  reconnectAttempts: number;
  /** Who measures. */
  sides: readonly ('Client' | 'Server')[];
}

export type PastAnswer = { readonly status: number; readonly body?: unknown };

const DAY_MS = 86_400_000;
/** Clients tell their statistics at most so often. */
const STATISTICS_EACH_MS = 25_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  S: 1_000,
  M: 60_000,
  H: 3_600_000,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

export class GenesysPast {
  readonly #clock: Clock;
  readonly #lagMs: number;
  readonly #calls = new Map<string, Call>();
  #events: PastEvent[] = [];

  /** History is `lagMs` late. */
  constructor(clock: Clock, lagMs: number) {
    this.#clock = clock;
    this.#lagMs = lagMs;
  }

  begin(id: string, mediaType = 'voice'): void {
    const startedAtMs = this.#clock.nowMs();
    const sides = ['Client', 'Server'] as const;
    this.#calls.set(id, {
      id,
      startedAtMs,
      mediaType,
      mos: 4.3,
      jitterS: 0.004,
      reconnectAttempts: 0,
      sides,
    });
  }

  change(id: string, fields: Partial<Pick<Call, 'mos' | 'jitterS' | 'reconnectAttempts' | 'sides'>>): void {
    Object.assign(this.#calls.get(id)!, fields);
  }

  end(id: string, minMos?: number): void {
    const endedAtMs = this.#clock.nowMs();
    Object.assign(this.#calls.get(id)!, { endedAtMs, ...(minMos !== undefined && { minMos }) });
  }

  happen(event: PastEvent): void {
    this.#events.push(event);
    if (this.#events.length % 10_000 === 0) {
      this.#events = this.#events.filter(({ atMs }) => atMs > this.#clock.nowMs() - 2 * DAY_MS);
    }
  }

  /** GET …/mediastatistics/conversations/{id}: with all that it should not be asked for, too. */
  statistics(id: string): PastAnswer {
    const call = this.#calls.get(id);
    const nowMs = this.#clock.nowMs();
    const createdAtMs = Math.floor(nowMs / STATISTICS_EACH_MS) * STATISTICS_EACH_MS;
    if (call === undefined || call.endedAtMs !== undefined || createdAtMs < call.startedAtMs) {
      return { status: 404, body: { message: 'not found', code: 'not.found', status: 404 } };
    }
    const endpoint = (sourceType: 'Client' | 'Server') => ({
      sourceType,
      trunk: { id: 'trunk-1', name: 'Trunk of Alice', type: 'station.cdm.webrtc' },
      station: { id: 'station-1', name: "Alice's phone" },
      user: { id: 'user-1', name: 'Alice Example' },
      ice: {
        selectedPairs: [
          {
            client: { address: '203.0.113.7', type: 'host' },
            server: { address: '198.51.100.9', type: 'relay' },
          },
        ],
      },
      rtp: {
        packetsReceived: 1_000,
        packetsSent: 1_000,
        estimatedAverageMos: sourceType === 'Client' ? call.mos : 4.9,
        averageJitter: sourceType === 'Client' ? call.jitterS : 7,
      },
      reconnectAttempts: call.reconnectAttempts,
      clientInfo: { originAppName: 'directory', originAppId: 'app-1', originAppVersion: '1' },
      dateCreated: new Date(createdAtMs).toISOString(),
      dateProcessed: new Date(nowMs).toISOString(),
    });
    return {
      status: 200,
      body: {
        entities: [
          {
            communicationId: `communication-of-${id}`,
            dateStart: new Date(call.startedAtMs).toISOString(),
            preferredRegion: 'eu-central-1',
            effectiveRegion: 'eu-central-1',
            mediaStatistics: call.sides.map(endpoint),
          },
        ],
      },
    };
  }

  /** POST /api/v2/analytics/query, as the guide writes it. */
  query(text: string): PastAnswer {
    const asked = JSON.parse(text) as {
      eventTypes: string[];
      interval: string;
      select: string[];
      group: string[];
      where: string;
    };
    const span = this.#spanOf(asked.where);
    const [, amount, unit] = /^PT(\d+)([SMH])$/.exec(asked.interval) ?? [];
    if (span === undefined || unit === undefined) return { status: 400 };
    const stepMs = Number(amount) * UNIT_MS[unit]!;
    const rows = new Map<number, PastEvent[]>();
    for (const event of this.#known(span)) {
      if (!asked.eventTypes.includes(String(event.body.type))) continue;
      const fromMs = Math.floor(event.atMs / stepMs) * stepMs;
      const row = rows.get(fromMs);
      if (row === undefined) rows.set(fromMs, [event]);
      else row.push(event);
    }
    const results = [...rows].map(([fromMs, events]) => {
      const valueOf = (key: string) => (key === 'count' ? events.length : averageOf(events, key));
      const data = Object.fromEntries(asked.select.map((key) => [key, valueOf(key)]));
      const group = Object.fromEntries(asked.group.map((key) => [key, valueOf(key)]));
      return { from: isoOf(fromMs), to: isoOf(fromMs + stepMs), group, data };
    });
    return { status: 200, body: { results } };
  }

  /** POST /api/v2/analytics/conversations/details/query. */
  details(text: string): PastAnswer {
    const asked = JSON.parse(text) as {
      interval: string;
      paging: { pageSize: number; pageNumber: number };
      conversationFilters?: { predicates: { dimension: string; range: { lt: number } }[] }[];
    };
    const [from, to] = asked.interval.split('/').map(Date.parse) as [number, number];
    if (!(to > from) || to - from > 7 * DAY_MS || asked.paging.pageSize > 100) return { status: 400 };
    const below = asked.conversationFilters?.[0]?.predicates[0]?.range.lt ?? Infinity;
    const nowMs = this.#clock.nowMs();
    const firstDayMs = Math.floor(from / DAY_MS) * DAY_MS;
    const found = [...this.#calls.values()]
      // Only what began on a day that the interval touches.
      .filter(({ startedAtMs }) => startedAtMs >= firstDayMs && startedAtMs < to)
      .filter(({ endedAtMs = nowMs }) => endedAtMs >= from)
      .filter(({ startedAtMs, endedAtMs = startedAtMs }) => endedAtMs + this.#lagMs <= nowMs)
      .filter(({ minMos = below === Infinity ? 0 : 5 }) => minMos < below)
      .toSorted((left, right) => left.startedAtMs - right.startedAtMs);
    const { pageSize, pageNumber } = asked.paging;
    const page = found.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
    if (found.length === 0) return { status: 200, body: { totalHits: 0 } };
    return { status: 200, body: { conversations: page.map(detailOf), totalHits: found.length } };
  }

  /** They stand in the order of their times. */
  #known({ afterMs, beforeMs }: { afterMs: number; beforeMs: number }): PastEvent[] {
    const knownToMs = this.#clock.nowMs() - this.#lagMs;
    const last = this.#events.findLastIndex(({ atMs }) => atMs <= knownToMs && atMs < beforeMs);
    const before = this.#events.findLastIndex(({ atMs }) => atMs <= afterMs);
    return this.#events.slice(before + 1, last + 1);
  }

  /** Of clauses such as `timestamp > now() - 24h`; undefined for what the guide has no example of. */
  #spanOf(where: string): { afterMs: number; beforeMs: number } | undefined {
    let [afterMs, beforeMs] = [-Infinity, Infinity];
    for (const clause of where.split('&&')) {
      const [, sign, amount, unit, iso] =
        /^\s*timestamp ([<>]) (?:now\(\) - (\d+)([smh])|'([^']+)')\s*$/.exec(clause) ?? [];
      if (sign === undefined) return undefined;
      const atMs =
        iso === undefined ? this.#clock.nowMs() - Number(amount) * UNIT_MS[unit!]! : Date.parse(iso);
      if (Number.isNaN(atMs)) return undefined;
      if (sign === '>') afterMs = Math.max(afterMs, atMs);
      else beforeMs = Math.min(beforeMs, atMs);
    }
    return { afterMs, beforeMs };
  }
}

function detailOf({ id, startedAtMs, endedAtMs, minMos, mediaType }: Call) {
  return {
    conversationId: id,
    conversationStart: isoOf(startedAtMs),
    ...(endedAtMs !== undefined && { conversationEnd: isoOf(endedAtMs) }),
    ...(minMos !== undefined && { mediaStatsMinConversationMos: minMos }),
    participants: [
      {
        participantName: 'Alice Example',
        purpose: 'agent',
        userId: 'user-1',
        sessions: [{ mediaType, ani: 'tel:+4930123456', remoteNameDisplayable: 'Bob', sessionId: 's' }],
      },
    ],
  };
}

/** Of a path such as `metrics.jitter.ms.avg`; null when no event has it. */
function averageOf(events: readonly PastEvent[], key: string): number | null {
  const path = key.replace(/\.avg$/, '').split('.');
  const values = events.flatMap(({ body }) => {
    const value = path.reduce<unknown>(
      (node, part) =>
        typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[part] : undefined,
      body,
    );
    return typeof value === 'number' ? [value] : [];
  });
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
