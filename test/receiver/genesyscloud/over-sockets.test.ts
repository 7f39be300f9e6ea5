// The receiver with the extension `oauth2client`, over real sockets: what the stand-in in memory can't show.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Component } from '../../../collector/component.ts';
import { oauth2ClientFactory } from '../../../collector/extension/oauth2client/factory.ts';
import { type GenesysCloudConfig, genesysCloudFactory } from '../../../receiver/genesyscloud/factory.ts';
import { GenesysCloudReceiver } from '../../../receiver/genesyscloud/receiver.ts';
import type { QualityBatch } from '../../../receiver/sample.ts';
import { testHost, testSettings, type TestSettings } from '../../support/component-settings.ts';
import { GenesysStandIn } from '../../support/genesys-stand-in.ts';
import { serveGenesys } from '../../support/genesys-wire.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { guideSample } from './listening-receiver.ts';

let clock: VirtualClock;
let settings: TestSettings;
let standIn: GenesysStandIn;
let served: Awaited<ReturnType<typeof serveGenesys>>;
let extension: Component;
let receiver: GenesysCloudReceiver;
let sessionIds: string[];

const EGRESS = { allow_http: true, allow_loopback: true };
const NO_DEADLINE = new AbortController().signal;

/** Until the sockets have brought it about. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(async () => {
  clock = new VirtualClock();
  settings = testSettings({ id: 'genesyscloud', clock });
  standIn = new GenesysStandIn({ clock });
  served = await serveGenesys(standIn);
  sessionIds = [];
  extension = oauth2ClientFactory.create(
    testSettings({ id: 'oauth2client/genesys', clock }),
    oauth2ClientFactory.configSchema.parse({
      client_id: 'client',
      client_secret: 'client-secret',
      token_url: `${served.url}/oauth/token`,
      auth_style: 'body',
      scopes: ['analytics:read', 'realtime:read'],
      egress: EGRESS,
    }) as never,
  );
  const config = genesysCloudFactory.configSchema.parse({
    base_url: served.url,
    auth: { authenticator: 'oauth2client/genesys' },
    realtime: { enabled: true },
    egress: EGRESS,
  }) as GenesysCloudConfig;
  const next = {
    consume({ records }: QualityBatch) {
      sessionIds.push(...records.map(({ sessionId }) => sessionId));
      return Promise.resolve();
    },
  };
  receiver = new GenesysCloudReceiver(settings, config, next);
  const host = testHost({ 'oauth2client/genesys': extension });
  await extension.start(host);
  await receiver.start(host);
});

afterEach(async () => {
  await receiver.shutdown(NO_DEADLINE);
  await extension.shutdown(NO_DEADLINE);
  await served.stop();
});

function sample(sessionId: string): void {
  standIn.send([standIn.happen(sessionId, guideSample())]);
}

describe('the receiver over sockets', () => {
  it('hears what the platform streams, by the token that the extension has got', async () => {
    await until(() => standIn.streamCount === 1);
    sample('one');
    await until(() => sessionIds.length === 1);
    sample('two');
    await until(() => sessionIds.length === 2);
    assert.deepEqual(sessionIds, ['one', 'two']);
    assert.equal(standIn.tokenRequests.length, 1);
  });

  it('comes back after a cut in the middle of an event', async () => {
    await until(() => standIn.streamCount === 1);
    sample('one');
    await until(() => sessionIds.length === 1);
    standIn.cutMidEvent();
    await until(() => settings.lines.some(({ cause }) => cause === 'broken'));
    clock.advance(10_000);
    await until(() => standIn.streamCount === 1);
    clock.advance(5_000);
    sample('two');
    await until(() => sessionIds.length === 2);
    assert.deepEqual(sessionIds, ['one', 'two']);
  });

  it('gives a connection up over which nothing comes any more', async () => {
    await until(() => standIn.streamCount === 1);
    sample('one');
    await until(() => sessionIds.length === 1);
    standIn.stall();
    clock.advance(15_000);
    await until(() => settings.lines.some(({ cause }) => cause === 'silent'));
    await until(() => standIn.streamCount === 0);
  });

  it('stops in the middle of a stream, twice, without a sound', async () => {
    await until(() => standIn.streamCount === 1);
    await receiver.shutdown(NO_DEADLINE);
    await receiver.shutdown(NO_DEADLINE);
    await until(() => standIn.streamCount === 0);
    assert.deepEqual(
      settings.lines.map(({ level }) => level).filter((level) => level !== 'info'),
      [],
    );
  });
});
