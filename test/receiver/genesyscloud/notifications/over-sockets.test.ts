// The source over TLS and real WebSockets: what the stand-in in memory can't show.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { oauth2ClientFactory } from '../../../../collector/extension/oauth2client/factory.ts';
import type { Component } from '../../../../collector/component.ts';
import { type GenesysCloudConfig, genesysCloudFactory } from '../../../../receiver/genesyscloud/factory.ts';
import { GenesysCloudReceiver } from '../../../../receiver/genesyscloud/receiver.ts';
import type { QualityBatch } from '../../../../receiver/sample.ts';
import { AUTHORITY_FILE, serverCertificate } from '../../../support/certificates.ts';
import { testHost, testSettings, type TestSettings } from '../../../support/component-settings.ts';
import type { GenesysNotifications } from '../../../support/genesys-notifications.ts';
import { GenesysStandIn } from '../../../support/genesys-stand-in.ts';
import { serveGenesys } from '../../../support/genesys-wire.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const NO_DEADLINE = new AbortController().signal;
const EGRESS = { allow_loopback: true };

let clock: VirtualClock;
let settings: TestSettings;
let platform: GenesysNotifications;
let served: Awaited<ReturnType<typeof serveGenesys>>;
let extension: Component;
let receiver: GenesysCloudReceiver;
let heard: string[];

/** Until the sockets have brought it about. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

async function listen(connectUri?: (url: string) => string): Promise<void> {
  clock = new VirtualClock();
  settings = testSettings({ id: 'genesyscloud', clock });
  const standIn = new GenesysStandIn({ clock });
  platform = standIn.notifications;
  served = await serveGenesys(standIn, serverCertificate('localhost'));
  platform.streamingUrl = served.url.replace('https', 'wss');
  if (connectUri !== undefined) platform.nextChannels.push({ connectUri: connectUri(platform.streamingUrl) });
  heard = [];
  const tls = { ca_file: AUTHORITY_FILE };
  extension = oauth2ClientFactory.create(
    testSettings({ id: 'oauth2client/genesys', clock }),
    oauth2ClientFactory.configSchema.parse({
      client_id: 'client',
      client_secret: 'client-secret',
      token_url: `${served.url}/oauth/token`,
      egress: EGRESS,
      tls,
    }) as never,
  );
  const config = genesysCloudFactory.configSchema.parse({
    base_url: served.url,
    auth: { authenticator: 'oauth2client/genesys' },
    notifications: { enabled: true, topics: ['v2.users.agent-1.conversations'] },
    egress: EGRESS,
    tls,
  }) as GenesysCloudConfig;
  const next = {
    consume({ records }: QualityBatch) {
      heard.push(...records.map((one) => `${one.sessionId} ${one.kind === 'event' ? one.type : ''}`));
      return Promise.resolve();
    },
  };
  receiver = new GenesysCloudReceiver(settings, config, next);
  const host = testHost({ 'oauth2client/genesys': extension });
  await extension.start(host);
  await receiver.start(host);
}

afterEach(async () => {
  await receiver.shutdown(NO_DEADLINE);
  await extension.shutdown(NO_DEADLINE);
  await served.stop();
});

/** A call of one, told of. */
function call(id: string) {
  const conversation = platform.conversations.begin(id, [
    { id: `${id}-p`, communicationId: id, userId: 'agent-1' },
  ]);
  platform.conversations.connect(conversation.participants[0]!);
  platform.tell(conversation);
  return conversation;
}

describe('notifications over TLS', () => {
  it('are heard', async () => {
    await listen();
    await until(() => settings.lines.some(({ msg }) => msg === 'notifications are heard'));
    const conversation = call('one');
    await until(() => heard.length === 1);
    platform.conversations.leave(conversation.participants[0]!, 'transport.failure');
    platform.tell(conversation);
    await until(() => heard.length === 3);
    assert.deepEqual(heard, ['one connected', 'one disconnected', 'one ended']);
  });

  it('are heard again after the connection broke, and what ended meanwhile is learned', async () => {
    await listen();
    await until(() => settings.lines.some(({ msg }) => msg === 'notifications are heard'));
    const conversation = call('one');
    await until(() => heard.length === 1);
    platform.cut();
    platform.conversations.leave(conversation.participants[0]!, 'peer');
    await until(() => settings.lines.some(({ cause }) => cause === 'broken'));
    clock.advance(2_000);
    await until(() => heard.length === 2);
    assert.deepEqual(heard, ['one connected', 'one ended']);
    assert.equal(platform.channelIds.length, 1);
  });

  it('go over to another channel before the connection is closed', async () => {
    await listen();
    await until(() => settings.lines.some(({ msg }) => msg === 'notifications are heard'));
    call('one');
    await until(() => heard.length === 1);
    platform.announceClosing();
    await until(() => platform.socketCount === 2 && platform.openSocketCount === 1);
    call('other');
    await until(() => heard.length === 2);
    clock.advance(120_000);
    await until(() => platform.openSocketCount === 1);
    assert.deepEqual(
      settings.lines.filter(({ level }) => level !== 'info'),
      [],
    );
  });

  it('that do not come any more, and no sign of life either, are given up', async () => {
    await listen();
    await until(() => settings.lines.some(({ msg }) => msg === 'notifications are heard'));
    platform.stall();
    clock.advance(40_000);
    await until(() => platform.pingCount === 1);
    clock.advance(5_000);
    await until(() => settings.lines.some(({ cause }) => cause === 'silent'));
    clock.advance(10_000);
    await until(() => platform.socketCount === 2);
  });

  for (const [what, uri] of [
    ['a metadata service', () => 'wss://169.254.169.254/canary'],
    ['a private place', () => 'wss://10.0.0.5/canary'],
    ['a connection without TLS', (url: string) => `${url.replace('wss', 'ws')}/channels/canary`],
    ['a page', () => 'https://localhost/canary'],
    ['nowhere', () => 'canary'],
  ] as const) {
    it(`are not sought where the platform names ${what}`, async () => {
      await listen(uri);
      await until(() => settings.statuses.at(-1)?.kind === 'unhealthy');
      const reason =
        'notifications: the answer can not be used: the channel leads to where egress does not allow connections';
      assert.deepEqual(settings.statuses.at(-1), { kind: 'unhealthy', reason });
      assert.doesNotMatch(JSON.stringify(settings.lines), /canary|169\.254/);
      assert.equal(platform.socketCount, 0);
    });
  }

  it('are stopped in the middle, twice, without a sound', async () => {
    await listen();
    await until(() => settings.lines.some(({ msg }) => msg === 'notifications are heard'));
    await receiver.shutdown(NO_DEADLINE);
    await receiver.shutdown(NO_DEADLINE);
    await until(() => platform.openSocketCount === 0);
    assert.deepEqual(
      settings.lines.filter(({ level }) => level !== 'info'),
      [],
    );
  });
});
