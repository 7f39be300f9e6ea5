import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SendingDestination } from '../../../bridge/delivery/sending-destination.ts';
import { webhookFactory } from '../../../bridge/webhook/factory.ts';
import { testSettings } from '../../support/component-settings.ts';

function destinationWith(sendingQueue: object) {
  const config = webhookFactory.configSchema.parse({
    endpoint: 'https://siem.example',
    ...sendingQueue,
  });
  const destination = webhookFactory.create(testSettings(), config as never, {} as never);
  assert.ok(destination instanceof SendingDestination);
  return destination.sendingQueue;
}

describe('sending_queue', () => {
  it('keeps rows for seven days, and 100,000 of them, when nothing is said', () => {
    assert.deepEqual(destinationWith({}), { retentionMs: 7 * 24 * 3_600_000, maxRows: 100_000 });
  });

  it('is what a destination says', () => {
    const said = { sending_queue: { retention: '12h', max_rows: 5 } };
    assert.deepEqual(destinationWith(said), { retentionMs: 12 * 3_600_000, maxRows: 5 });
  });

  for (const [key, value] of [
    ['retention', '0s'],
    ['max_rows', 0],
    ['max_row', 5],
  ] as const) {
    it(`refuses ${key}: ${value}`, () => {
      assert.throws(() => destinationWith({ sending_queue: { [key]: value } }), new RegExp(key));
    });
  }
});
