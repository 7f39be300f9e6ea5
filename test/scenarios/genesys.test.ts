// The whole process behind Genesys Cloud: what the stream tells decides, and what is past decides nothing.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Consumer, Distribution, Settings } from '../../collector/component.ts';
import { distribution } from '../../collector/registry.ts';
import { type GenesysCloudConfig, genesysCloudFactory } from '../../receiver/genesyscloud/factory.ts';
import { GenesysCloudReceiver } from '../../receiver/genesyscloud/receiver.ts';
import type { QualityBatch } from '../../receiver/sample.ts';
import { GenesysStandIn, type StandInOptions } from '../support/genesys-stand-in.ts';
import { memoryWire, serveGenesys } from '../support/genesys-wire.ts';
import { Scenario } from '../support/scenario.ts';
import { START_MS } from '../support/timeline.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

interface Behind {
  readonly scenario: Scenario;
  readonly standIn: GenesysStandIn;
  /** A sample of the session each 5 s for so long. */
  talk(mos: number, durationMs: number): Promise<void>;
  /** Heartbeats for so long. */
  pass(durationMs: number): Promise<void>;
}

/** The receiver reads the stand-in in memory; its token comes over a socket. */
function withStandIn(standIn: GenesysStandIn, clock: VirtualClock): Distribution {
  const inMemory = {
    ...genesysCloudFactory,
    create: (settings: Settings, config: GenesysCloudConfig, next: Consumer<QualityBatch>) =>
      new GenesysCloudReceiver(settings, config, next, () => memoryWire(standIn, clock)),
  };
  const factories = distribution.factories.map((factory) =>
    factory.type === 'genesyscloud' ? (inMemory as unknown as typeof factory) : factory,
  );
  return { ...distribution, factories };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function begin(
  test: TestContext,
  set: readonly string[] = [],
  options: Omit<StandInOptions, 'clock'> = {},
): Promise<Behind> {
  const clock = new VirtualClock(START_MS);
  const standIn = new GenesysStandIn({ clock, format: 'ndjson', historyLagMs: 0, ...options });
  const served = await serveGenesys(standIn);
  test.after(() => served.stop());
  const token = `{token_url: "${served.url}/oauth/token", client_id: client, client_secret: client-secret, egress: {allow_http: true, allow_loopback: true}}`;
  const scenario = await Scenario.start({
    clock,
    distribution: withStandIn(standIn, clock),
    set: [
      `extensions.oauth2client/genesys=${token}`,
      'service.extensions=[health_check, file_storage, bearertokenauth/siem, oauth2client/genesys]',
      'receivers.genesyscloud={auth: {authenticator: oauth2client/genesys}, realtime: {enabled: true}}',
      'service.pipelines.metrics.receivers=[webrtcvideo, browser, genesyscloud]',
      'service.pipelines.logs.receivers=[webrtcvideo, browser, genesyscloud]',
      ...set,
    ],
  });
  test.after(() => scenario.close());
  while (standIn.streamCount === 0) await turns();
  const step = async () => {
    await turns();
    await scenario.settle();
    clock.advance(1_000);
    await turns();
    await scenario.settle();
  };
  return {
    scenario,
    standIn,
    async talk(mos, durationMs) {
      for (let sinceMs = 0; sinceMs < durationMs; sinceMs += 1_000) {
        if (sinceMs % 5_000 === 0) standIn.send([standIn.happen('s-1', sampleOf(mos))]);
        await step();
      }
    },
    async pass(durationMs) {
      for (let sinceMs = 0; sinceMs < durationMs; sinceMs += 1_000) {
        if (sinceMs % 5_000 === 0) standIn.heartbeat();
        await step();
      }
    },
  };
}

const sampleOf = (mos: number) => ({
  type: 'webrtc-video',
  conversation: { id: 'conversation-1' },
  metrics: { mos, packetLossPercent: 0, bitrate: { kbps: 1_200 } },
});

const quality = async ({ scenario }: Behind) =>
  (await scenario.alertLines()).filter((line) => line.startsWith('quality'));

describe('a session that turns bad on the stream', () => {
  it('is confirmed after the hold by what the stream brings: nothing is asked for', async (test) => {
    const behind = await begin(test);
    await behind.talk(4.2, 30_000);
    await behind.talk(2.9, 30_000);
    assert.deepEqual(await quality(behind), []);
    await behind.talk(2.9, 5_000);
    assert.deepEqual(await quality(behind), ['quality critical open mos+broken_path']);
    await behind.talk(4.2, 40_000);
    assert.deepEqual(await quality(behind), ['quality critical resolved mos+broken_path']);
    const paths = behind.standIn.requests.map(({ request }) => request.url.pathname);
    assert.deepEqual(paths, ['/api/v2/analytics/events/realtime']);
    assert.equal(behind.standIn.tokenRequests.length, 1);
  });

  it('is neither recovered nor closed by a gap, nor by what the platform says of it afterwards', async (test) => {
    const behind = await begin(test, [
      'receivers.genesyscloud.query={enabled: true, poll_interval: 1m, lag: 1m, group: []}',
      'receivers.genesyscloud.conversation_details={enabled: true, poll_interval: 1m, lag: 1m}',
      'receivers.genesyscloud.media_statistics.enabled=true',
    ]);
    const { standIn } = behind;
    await behind.talk(3.3, 35_000);
    assert.deepEqual(await quality(behind), ['quality high open mos']);
    // The platform goes on, and all is well there, but nobody hears it.
    standIn.next.push(...Array.from({ length: 3 }, () => ({ status: 503 })));
    standIn.cut();
    await behind.talk(4.5, 45_000);
    await behind.pass(180_000);
    const counts = standIn.requests.filter(({ request }) => request.body.includes('"select":["count"]'));
    assert.equal(counts.length, 1);
    assert.ok(standIn.requests.some(({ request }) => request.url.pathname.includes('details')));
    assert.deepEqual(await quality(behind), ['quality high open mos']);
    // Only the stream can say so, and it takes as long as ever.
    await behind.talk(4.5, 30_000);
    assert.deepEqual(await quality(behind), ['quality high open mos']);
    await behind.talk(4.5, 5_000);
    assert.deepEqual(await quality(behind), ['quality high resolved mos']);
  });

  it('stays a candidate over a gap, whatever good the platform has to say, and is confirmed', async (test) => {
    const behind = await begin(test, [
      'receivers.genesyscloud.query={enabled: true, poll_interval: 1m, lag: 0s, group: []}',
    ]);
    const { standIn } = behind;
    await behind.talk(3.3, 20_000);
    standIn.next.push({ status: 503 });
    standIn.cut();
    const good = { results: [{ from: '2026-01-01T00:00:00Z', data: { 'metrics.mos.avg': 5, count: 9 } }] };
    for (let index = 0; index < 5; index += 1) {
      standIn.nextOf.query.push({ status: 200, text: JSON.stringify(good) });
    }
    await behind.pass(60_000);
    assert.deepEqual(await quality(behind), ['quality high open mos']);
  });

  it('is audio that was asked for, too: confirmed by fetched samples, without a gap between them', async (test) => {
    const behind = await begin(test, ['receivers.genesyscloud.media_statistics.enabled=true']);
    const { standIn } = behind;
    standIn.past.begin('conversation-1');
    standIn.past.change('conversation-1', { mos: 2.5 });
    await behind.talk(4.2, 130_000);
    const alerts = (await behind.scenario.alerts()).map(
      ({ session_id, incident_category, status }) => `${session_id} ${incident_category} ${status}`,
    );
    assert.deepEqual(alerts, ['communication-of-conversation-1 quality open']);
  });
});
