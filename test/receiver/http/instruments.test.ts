import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RECEIVER_INSTRUMENTS } from '../../../receiver/http/telemetry.ts';
import { goodEvent, runReceiver } from '../webrtcvideo/running-receiver.ts';

describe('the catalogue of what receivers count', () => {
  it('has every metric that is recorded, with its attributes', async () => {
    const running = await runReceiver({ filter: "session.id != 'filtered'" });
    const ahead = new Date(running.clock.nowMs() + 600_000).toISOString();
    await running.post([goodEvent(), goodEvent(), goodEvent('filtered')]);
    await running.post({ ...goodEvent('ahead'), timestamp: ahead });
    const values: Record<string, string> = { receiver: 'webrtcvideo', cause: 'duplicate' };
    for (const { name, attributes } of Object.values(RECEIVER_INSTRUMENTS)) {
      const ofPoint = Object.fromEntries(attributes.map((key) => [key, values[key]!]));
      assert.equal(await running.settings.recorded(name, ofPoint), 1, name);
    }
    await running.stop();
  });
});
