// The relay that the live tests put between two peers. It needs no browser.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../collector/clock.ts';
import { UdpRelay } from '../support/udp-relay.ts';
import { RelayLink } from '../support/udp-relay-link.ts';

describe('a link of the relay', () => {
  it('passes everything at once when nothing is wrong', () => {
    const link = new RelayLink(1);
    for (let atMs = 0; atMs < 100; atMs += 1) assert.equal(link.departureMs(1_200, atMs), atMs);
    assert.deepEqual([link.passedCount, link.lostCount], [100, 0]);
  });

  it('delays by the delay', () => {
    const link = new RelayLink(1);
    link.impairment = { delayMs: 100 };
    assert.equal(link.departureMs(1_200, 5), 105);
  });

  it('lets bytes out at its rate, and drops what would wait for more than 200 ms', () => {
    const link = new RelayLink(1);
    // 1,250 bytes are 10,000 bits: 100 ms at 100 kbit/s.
    link.impairment = { rateKbps: 100 };
    const departures = [1, 2, 3, 4, 5].map(() => link.departureMs(1_250, 0));
    assert.deepEqual(departures, [100, 200, 300, undefined, undefined]);
    assert.equal(link.departureMs(1_250, 250), 400, 'the queue empties meanwhile');
  });

  it('loses the share that it was told, the same ones for the same seed', () => {
    const lossesOf = (seed: number) => {
      const link = new RelayLink(seed);
      link.impairment = { lossRatio: 0.1 };
      return Array.from({ length: 10_000 }, (_, atMs) => link.departureMs(1_200, atMs) === undefined);
    };
    const losses = lossesOf(7);
    const lossCount = losses.filter(Boolean).length;
    assert.ok(lossCount > 900 && lossCount < 1_100, String(lossCount));
    assert.deepEqual(lossesOf(7), losses);
    assert.notDeepEqual(lossesOf(8), losses);
  });
});

describe('the relay', () => {
  const [publisher, subscriber] = [createSocket('udp4'), createSocket('udp4')];
  let relay: UdpRelay;

  before(async () => {
    relay = await UdpRelay.start(systemClock, 1);
    for (const socket of [publisher, subscriber]) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
  });

  after(async () => {
    publisher.close();
    subscriber.close();
    await relay.close();
  });

  it('forwards both ways between those that have been heard from', async () => {
    // The subscriber has not been heard from yet: this one is lost, as ICE expects.
    publisher.send('first', relay.publisherPort, '127.0.0.1');
    const atPublisher = once(publisher, 'message');
    while (relay.forward.passedCount === 0) await new Promise((resolve) => setImmediate(resolve));
    subscriber.send('answer', relay.subscriberPort, '127.0.0.1');
    assert.equal(String((await atPublisher)[0]), 'answer');
    const atSubscriber = once(subscriber, 'message');
    publisher.send('second', relay.publisherPort, '127.0.0.1');
    assert.equal(String((await atSubscriber)[0]), 'second');
  });
});
