import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GENESYS_INSTRUMENTS } from '../../../receiver/genesyscloud/instruments.ts';
import { listenToStandIn } from './listening-receiver.ts';

describe('the catalogue of what is measured of Genesys Cloud', () => {
  it('has every metric that the receiver records, with its attributes', async () => {
    const running = await listenToStandIn();
    running.standIn.cut();
    await running.pass(12_000);
    const values: Record<string, string> = { receiver: 'genesyscloud', source: 'realtime', cause: 'broken' };
    for (const { name, attributes } of Object.values(GENESYS_INSTRUMENTS)) {
      const ofPoint = Object.fromEntries(attributes.map((key) => [key, values[key]!]));
      assert.ok((await running.settings.recorded(name, ofPoint))! > 0, `${name} has no point`);
    }
    await running.stop();
  });
});
