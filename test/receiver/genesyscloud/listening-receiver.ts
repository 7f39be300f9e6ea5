// The receiver on the virtual clock, with the stand-in of the platform in memory and a next stage that the test steers.
import type { QualityBatch } from '../../../receiver/sample.ts';
import type { ClientAuthenticator } from '../../../collector/extension/authenticator.ts';
import { TokenKeeper } from '../../../collector/extension/oauth2client/token-keeper.ts';
import { requestToken } from '../../../collector/extension/oauth2client/token-request.ts';
import { Secret } from '../../../collector/secret.ts';
import { type GenesysCloudConfig, genesysCloudFactory } from '../../../receiver/genesyscloud/factory.ts';
import { GenesysCloudReceiver } from '../../../receiver/genesyscloud/receiver.ts';
import { testHost, testSettings, type TestSettings } from '../../support/component-settings.ts';
import { GenesysStandIn, type StandInOptions } from '../../support/genesys-stand-in.ts';
import { memoryPost, memoryWire } from '../../support/genesys-wire.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

export interface ListeningReceiver {
  readonly receiver: GenesysCloudReceiver;
  readonly standIn: GenesysStandIn;
  readonly clock: VirtualClock;
  readonly settings: TestSettings;
  /** How often each record was taken by the next stage: session, instant and type, as the stand-in names events. */
  readonly seen: Map<string, number>;
  /** The same records, in their order. */
  readonly records: QualityBatch['records'][number][];
  /** What the next stage does with a batch before it takes it. */
  onConsume: (batch: QualityBatch) => Promise<void>;
  /** Lets time pass, timer by timer, with all that it brings about. */
  pass(durationMs: number): Promise<void>;
  /** The value of one of the receiver's counters. */
  counted(name: string, attributes?: Readonly<Record<string, string>>): Promise<number>;
  stop(): Promise<void>;
}

export interface ListeningOptions extends Omit<StandInOptions, 'clock'> {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly realtime?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  /** Called before the receiver is started. */
  readonly prepare?: (standIn: GenesysStandIn) => void;
}

export async function listenToStandIn(options: ListeningOptions = {}): Promise<ListeningReceiver> {
  const { config, realtime, seed = 1, prepare, ...ofStandIn } = options;
  const clock = new VirtualClock(undefined, seed);
  const settings = testSettings({ id: 'genesyscloud', clock });
  const standIn = new GenesysStandIn({ clock, ...ofStandIn });
  prepare?.(standIn);
  const seen = new Map<string, number>();
  const records: ListeningReceiver['records'] = [];
  const running: Pick<ListeningReceiver, 'onConsume'> = { onConsume: () => Promise.resolve() };
  const parsed = genesysCloudFactory.configSchema.parse({
    auth: { authenticator: 'oauth2client/genesys' },
    realtime: { enabled: true, ...realtime },
    ...config,
  }) as GenesysCloudConfig;
  const next = {
    async consume(batch: QualityBatch) {
      await running.onConsume(batch);
      records.push(...batch.records);
      for (const record of batch.records) {
        const type = record.kind === 'sample' ? 'webrtc-video' : 'webrtc';
        const key = `${record.sessionId} ${record.observedAtMs} ${type}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
    },
  };
  const receiver = new GenesysCloudReceiver(settings, parsed, next, () => memoryWire(standIn, clock));
  const life = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  const authenticator = Object.assign(life, tokenAuthenticator(standIn, clock));
  await receiver.start(testHost({ 'oauth2client/genesys': authenticator }));
  await settled(20);
  return Object.assign(running, {
    receiver,
    standIn,
    clock,
    settings,
    seen,
    records,
    async pass(durationMs: number) {
      await settled();
      const endMs = clock.nowMs() + durationMs;
      for (;;) {
        const dueMs = clock.nextDueMs();
        if (dueMs === undefined || dueMs > endMs) break;
        clock.advanceTo(dueMs);
        await settled();
      }
      clock.advanceTo(endMs);
      await settled();
    },
    async counted(name: string, attributes: Readonly<Record<string, string>> = {}) {
      return (await settings.recorded(name, { receiver: 'genesyscloud', ...attributes })) ?? 0;
    },
    async stop() {
      const stopping = receiver.shutdown(AbortSignal.abort());
      await settled();
      await stopping;
    },
  });
}

/** As the extension `oauth2client` does it, with the request in memory. */
function tokenAuthenticator(standIn: GenesysStandIn, clock: VirtualClock): ClientAuthenticator {
  const grant = {
    url: new URL('https://login.mypurecloud.com/oauth/token'),
    clientId: 'client',
    clientSecret: new Secret('client-secret'),
    authStyle: 'basic' as const,
    parameters: { scope: 'analytics:read realtime:read' },
  };
  const keeper = new TokenKeeper({
    clock,
    expiryBufferMs: 300_000,
    request: () => requestToken(grant, (request) => memoryPost(standIn, request)),
    onOutcome: () => {},
  });
  return {
    headers: async () => ({ authorization: `Bearer ${(await keeper.token()).reveal()}` }),
    refresh: (refused) => keeper.renew(refused?.authorization?.slice('Bearer '.length)),
  };
}

/** All that can happen without time passing has happened. An answer of the token endpoint takes more turns than one of ours. */
async function settled(turnCount = 3): Promise<void> {
  for (let turn = 0; turn < turnCount; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A sample as the guide's platform emits it. */
export function guideSample(mos = 4.2): Record<string, unknown> {
  return {
    type: 'webrtc-video',
    agent: { id: 'agent-1' },
    customer: { endpoint: { ip: '203.0.113.7' } },
    metrics: { mos, jitter: { ms: 8 }, packetLossPercent: 0.1, rtt: { ms: 40 }, bitrate: { kbps: 1_200 } },
  };
}
