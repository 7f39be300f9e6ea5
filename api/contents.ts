// What the API tells of: the live sessions, the stream of their events, the rollups and the incidents. Fed by the metrics
// hub with each batch, once, on its way; the incidents are read from the tables of the bridge.
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Host, Settings } from '../collector/component.ts';
import { storageBefore } from '../collector/extension/started-before.ts';
import type { Secret } from '../collector/secret.ts';
import { isQualityFeed, type QualityFeed } from '../receiver/session-gauges/quality-feed.ts';
import type { ApiConfig } from './config.ts';
import { Events } from './events/events.ts';
import { IncidentReader } from './incidents/incident-reader.ts';
import { incidentOperations } from './incidents/operations.ts';
import type { Operation } from './operation.ts';
import { queryOperation } from './query/operation.ts';
import { rollupOptionsOf } from './rollup/config.ts';
import { Rollups } from './rollup/rollups.ts';
import { createEpoch } from './sessions/epoch.ts';
import { LiveSessions } from './sessions/live-sessions.ts';
import { sessionOperations } from './sessions/operations.ts';

export interface Contents {
  /** What can be asked of this process. Rejects with a sentence for the user when something is missing. */
  open(host: Host): Promise<readonly Operation[]>;
  /** Stores what is still to be stored. Safe before `open` and twice. */
  close(): Promise<void>;
  flush(): Promise<void>;
}

export class ProcessContents implements Contents {
  readonly #settings: Settings;
  readonly #config: ApiConfig;
  #rollups: Rollups | undefined;
  #events: Events | undefined;
  #endFeed: (() => void) | undefined;

  constructor(settings: Settings, config: ApiConfig) {
    this.#settings = settings;
    this.#config = config;
  }

  async open(host: Host): Promise<readonly Operation[]> {
    const { clock } = this.#settings;
    const feed = requireFeed(host);
    const sessions = new LiveSessions();
    const epoch = createEpoch(clock);
    const events = this.#openEvents(sessions, epoch);
    const rollups = await this.#openRollups(host);
    const incidents = await IncidentReader.open(host);
    this.#endFeed = feed.watch((batch) => {
      const nowMs = clock.nowMs();
      const fresh = sessions.take(batch, nowMs);
      events.append(fresh);
      rollups?.record(fresh, nowMs);
    });
    return [
      events.operation,
      ...(rollups === undefined ? [] : [queryOperation({ rollups, clock })]),
      ...sessionOperations({
        clock,
        sessions,
        levels: feed,
        epoch,
        ...(incidents !== undefined && { openIncidentIds: (id) => incidents.openIdsOf(id) }),
      }),
      ...(incidents === undefined ? [] : incidentOperations(incidents)),
    ];
  }

  async close(): Promise<void> {
    this.#endFeed?.();
    this.#events?.close();
    await this.#rollups?.shutdown();
  }

  async flush(): Promise<void> {
    await this.#rollups?.flush();
  }

  #openEvents(sessions: LiveSessions, epoch: string): Events {
    const { events, signing_key: signingKey } = this.#config;
    const pseudonymKey = pseudonymKeyOf(signingKey);
    this.#events = new Events({ settings: this.#settings, config: events, sessions, epoch, pseudonymKey });
    return this.#events;
  }

  async #openRollups(host: Host): Promise<Rollups | undefined> {
    const { rollups: config } = this.#config;
    if (!config.enabled) return undefined;
    const { id, reportStatus } = this.#settings;
    const storage = storageBefore(id, host);
    this.#rollups = new Rollups(this.#settings, rollupOptionsOf(config), (reason) =>
      reportStatus(reason === undefined ? { kind: 'ok' } : { kind: 'unhealthy', reason }),
    );
    await this.#rollups.start(storage);
    return this.#rollups;
  }
}

function requireFeed(host: Host): QualityFeed {
  const hub = host.hub('metrics');
  if (isQualityFeed(hub)) return hub;
  throw new Error('needs a metrics pipeline: it shows what passes through one');
}

/** Of its own, so that a pseudonym says nothing of the key that signs. Without a key, pseudonyms end with the process. */
function pseudonymKeyOf(signingKey: Secret | undefined): KeyObject {
  const bytes =
    signingKey === undefined
      ? randomBytes(32)
      : createHmac('sha256', signingKey.reveal()).update('pseudonyms', 'utf8').digest();
  return createSecretKey(bytes);
}
