import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GENESYS_INSTRUMENTS } from '../../../receiver/genesyscloud/instruments.ts';
import { listenToStandIn } from './listening-receiver.ts';
import { TOPIC, tellReceiver } from './notifications/told-receiver.ts';

describe('the catalogue of what is measured of Genesys Cloud', () => {
  it('has every metric that the receiver records, with its attributes', async () => {
    const running = await listenToStandIn();
    running.standIn.cut();
    await running.pass(12_000);
    const told = await tellReceiver(
      { topics: [TOPIC, 'v2.users.agent-2.conversations'] },
      {
        prepare: ({ notifications }) =>
          void notifications.rejections.set('v2.users.agent-2.conversations', {}),
      },
    );
    await told.call('one');
    told.platform.cut();
    await told.pass(12_000);
    const values: Record<string, string> = {
      receiver: 'genesyscloud',
      source: 'realtime',
      cause: 'broken',
      outcome: 'read',
    };
    const ofNotifications = new Set(
      [
        GENESYS_INSTRUMENTS.notifications,
        GENESYS_INSTRUMENTS.backfilled,
        GENESYS_INSTRUMENTS.rejectedTopics,
      ].map(({ name }): string => name),
    );
    for (const { name, attributes } of Object.values(GENESYS_INSTRUMENTS)) {
      const ofPoint = Object.fromEntries(attributes.map((key) => [key, values[key]!]));
      const { settings } = ofNotifications.has(name) ? told : running;
      assert.ok((await settings.recorded(name, ofPoint))! > 0, `${name} has no point`);
    }
    await told.stop();
    await running.stop();
  });
});
