import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGenesysTelemetry } from '../../../../receiver/genesyscloud/instruments.ts';
import { Listening } from '../../../../receiver/genesyscloud/listening.ts';
import { RealtimeSource } from '../../../../receiver/genesyscloud/realtime/realtime-source.ts';
import { RequestQuota } from '../../../../receiver/genesyscloud/platform/request-quota.ts';
import { testSettings } from '../../../support/component-settings.ts';
import { GenesysStandIn } from '../../../support/genesys-stand-in.ts';
import { memoryWire } from '../../../support/genesys-wire.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

describe('a source that is refused as too busy', () => {
  it('keeps the others that share its quota back as well', async () => {
    const clock = new VirtualClock();
    const settings = testSettings({ clock });
    const standIn = new GenesysStandIn({ clock });
    standIn.next.push({ status: 429, headers: { 'retry-after': '90' } });
    const quota = new RequestQuota(clock.nowMs());
    const source = new RealtimeSource({
      clock,
      logger: settings.logger,
      telemetry: createGenesysTelemetry(settings).ofSource('realtime'),
      getter: memoryWire(standIn, clock).getter,
      url: new URL('https://api.mypurecloud.com/api/v2/analytics/events/realtime'),
      intake: { take: () => Promise.resolve(0), overlong: () => {} },
      listening: new Listening(clock.nowMs()),
      quota,
      silenceMs: 15_000,
      pollIntervalMs: 5_000,
      tellStatus: () => {},
    });
    source.start();
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(quota.take(clock.nowMs()), 90_000);
    await source.stop();
  });
});
