// One call in real Chromium, from its first second to the closing of its page, as the client module reports it and as the
// SIEM and the metrics backend see it. The parts of the call follow each other: each test goes on where the one before
// it has ended. Limits are those that held in every run of a study on a busy machine.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../collector/clock.ts';
import type { OpenPage } from '../support/browser-page.ts';
import type { SiemBody } from '../support/siem.ts';
import type { UdpRelay } from '../support/udp-relay.ts';
import { inWords, meanOf } from './gauge-points.ts';
import { HOLD_MS, LiveProduct } from './live-product.ts';

const SESSION = 's-live';
const GOOD_MS = 8_000;
const BAD_MS = 16_000;
const OUTAGE_MS = 8_000;
const BAD = { lossRatio: 0.1, rateKbps: 300, delayMs: 100 };
/** The slowest to come back are resolution and bitrate: 51 s were seen. */
const RECOVERY_MS = 90_000;
/** Nearly all that the fake camera gives. */
const FULL_BITRATE_BPS = 400_000;

describe('a call in Chromium', () => {
  const product = new LiveProduct();
  const measured: string[] = [];
  let relay: UdpRelay;
  let page: OpenPage;

  /** The transitions of one kind of incident, in order. */
  const transitions = (type: string): SiemBody[] =>
    [...product.siem.effects.values()].filter(({ incident_type }) => incident_type === type);
  const kinds = (type: string) => transitions(type).map(({ transition }) => transition);
  const means = (sinceMs: number) => {
    const mean = (name: string) => meanOf(product.gauge(`webrtc.video.${name}`, SESSION, sinceMs));
    return {
      lossPercent: mean('packet_loss') * 100,
      bitrateKbps: mean('bitrate') / 1_000,
      rttMs: mean('round_trip_time') * 1_000,
      framesPerSecond: mean('frame_rate'),
      mos: mean('mos'),
    };
  };
  const note = (what: string, values: Readonly<Record<string, number>>) =>
    measured.push(`${what}: ${inWords(values)}`);

  before(async () => {
    await product.start();
    relay = await product.startRelay(1);
    page = await product.openPage('plain');
    const { publisherPort, subscriberPort } = relay;
    await page.call('startCall', { publisherPort, subscriberPort });
    await page.call('monitorCall', product.target(SESSION));
  });

  after(async () => {
    await product.close();
    process.stdout.write(measured.map((line) => `measured, ${line}\n`).join(''));
  });

  it('is healthy while the path is good', async () => {
    // A picture grows in its first seconds; how many, is a matter of how busy the machine is.
    await product.until('a full bitrate', 30_000, () =>
      product.gauge('webrtc.video.bitrate', SESSION).some(({ value }) => value > FULL_BITRATE_BPS),
    );
    const sinceMs = systemClock.nowMs();
    await product.pass(GOOD_MS);
    const good = means(sinceMs);
    note('good', good);
    assert.ok(good.lossPercent < 1 && good.bitrateKbps > 330 && good.rttMs < 60, JSON.stringify(good));
    assert.ok(good.framesPerSecond > 17 && good.framesPerSecond < 22 && good.mos > 4, JSON.stringify(good));
    assert.deepEqual(product.siem.story(), []);
  });

  it('is one incident for what it suffers, once the hold is over', async () => {
    relay.impair(BAD);
    const startedAtMs = systemClock.nowMs();
    await product.until('the incident', HOLD_MS + 8_000, () => kinds('webrtc_degradation').length > 0);
    note('incident', { afterMs: systemClock.nowMs() - startedAtMs });
    const [opened] = transitions('webrtc_degradation');
    assert.equal(opened!.transition, 'opened');
    assert.equal(opened!.session_id, SESSION);
    const rules = opened!.reasons.map(({ rule }) => rule);
    measured.push(`incident: ${rules.join(', ')}`);
    assert.ok(rules.includes('packet_loss') || rules.includes('bitrate'), rules.join());
    assert.ok(!rules.includes('outage'), rules.join());
    await product.pass(startedAtMs + BAD_MS - systemClock.nowMs());
    const bad = means(startedAtMs + 2_000);
    note('bad', bad);
    assert.ok(bad.lossPercent > 2 && bad.bitrateKbps < 300 && bad.rttMs > 60, JSON.stringify(bad));
  });

  it('recovers from it after the path is good again, and was told of once', async () => {
    relay.impair();
    const took = await product.until('the recovery', RECOVERY_MS, () =>
      kinds('webrtc_degradation').includes('recovered'),
    );
    note('recovery', { afterMs: took });
    const good = means(systemClock.nowMs() - 5_000);
    note('good again', good);
    assert.ok(good.lossPercent < 1 && good.bitrateKbps > 250 && good.rttMs < 60, JSON.stringify(good));
    const told = kinds('webrtc_degradation');
    assert.equal(told.filter((kind) => kind === 'opened' || kind === 'reopened').length, 1, told.join());
    assert.equal(told.at(-1), 'recovered');
    assert.deepEqual(kinds('webrtc_disconnection'), []);
  });

  it('is a connection incident for an outage while it lasts, and no longer', async () => {
    relay.impair({ lossRatio: 1 });
    const startedAtMs = systemClock.nowMs();
    const raisedAfterMs = await product.until('the outage', OUTAGE_MS, () =>
      kinds('webrtc_disconnection').includes('opened'),
    );
    const [opened] = transitions('webrtc_disconnection');
    assert.deepEqual(
      opened!.reasons.map(({ rule }) => rule),
      ['outage'],
    );
    assert.equal(opened!.severity, 'warning');
    await product.pass(startedAtMs + OUTAGE_MS - systemClock.nowMs());
    const [dark] = product.gauge('webrtc.video.bitrate', SESSION).slice(-1);
    assert.equal(dark!.value, 0);
    relay.impair();
    const recoveredAfterMs = await product.until('its end', 10_000, () =>
      kinds('webrtc_disconnection').includes('recovered'),
    );
    note('outage', { raisedAfterMs, recoveredAfterMs });
  });

  it('was reported without a fault', async () => {
    assert.deepEqual(await page.errors(), []);
    const { answers } = page;
    assert.deepEqual(
      answers.filter(
        ({ status, rejected, duplicates }) => status !== 200 || rejected.length + duplicates > 0,
      ),
      [],
    );
    const byteCount = answers.reduce((sum, answer) => sum + answer.byteCount, 0);
    note('reports', { count: answers.length, meanBytes: byteCount / answers.length });
  });

  it('ends with its page, and is no gap', async () => {
    const before = product.siem.story();
    await page.close();
    const closedAtMs = systemClock.nowMs();
    // Twice the silence that makes a gap.
    await product.pass(10_000);
    // What the outage left open ends with the session; nothing else is told of it.
    const told = product.siem.story().slice(before.length);
    assert.deepEqual(
      told.filter((line) => !/^ended .*session_ended$/.test(line)),
      [],
    );
    assert.deepEqual(product.gauge('webrtc.video.mos', SESSION, closedAtMs + 2_000), []);
  });
});
