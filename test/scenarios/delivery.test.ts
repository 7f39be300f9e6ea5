// From a sample over HTTP to the webhook on the wire and the alert in the queue.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Scenario } from '../support/scenario.ts';
import { START_MS } from '../support/timeline.ts';

const keyOf = (sessionId: string, atMs: number) =>
  createHash('sha256')
    .update(`${sessionId}|${Math.floor(atMs / 1_000 / 300)}`)
    .digest('hex');

describe('an incident on its way to the SIEM', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await Scenario.start();
  });

  afterEach(() => scenario.close());

  it('is opened once, and recovers', async () => {
    await scenario.play('0..35: bad; 40..70: ok');
    assert.deepEqual(scenario.siem.story(), ['opened high mos', 'recovered high mos']);
    assert.equal(scenario.siem.requests.length, 2);
    assert.deepEqual(await scenario.alertLines(), ['quality high resolved mos']);
  });

  it('is on the wire as soon as its hold is over: 30 s after the first bad sample, and not before', async () => {
    await scenario.play('0..25: bad');
    await scenario.advanceTo(START_MS + 29_999);
    assert.equal(scenario.siem.requests.length, 0);
    await scenario.play('30: bad');
    assert.equal(scenario.siem.requests.length, 1);
    assert.equal(scenario.clock.nowMs(), START_MS + 30_000);
  });

  it('has the guide’s key and headers on its opening, and another key on its recovery', async () => {
    await scenario.play('0..35: bad; 40..70: ok');
    const [opened, recovered] = scenario.siem.requests;
    const key = keyOf('s-1', START_MS);
    assert.equal(opened?.headers['x-idempotency-key'], key);
    assert.equal(opened?.body.incident_key, key);
    assert.equal(opened?.headers.authorization, 'Bearer siem-token');
    assert.equal(opened?.headers['content-type'], 'application/json');
    assert.equal(recovered?.body.incident_key, key);
    assert.notEqual(recovered?.headers['x-idempotency-key'], key);
  });

  it('sends nothing for one bad sample, nor for 25 s of them', async () => {
    await scenario.play('0: bad; 5..60: ok; 61: !ended', 's-1');
    await scenario.play('100..125: bad; 130..160: ok; 161: !ended', 's-2');
    await scenario.advance(60_000);
    assert.deepEqual(scenario.siem.requests, []);
    assert.deepEqual(await scenario.alerts(), []);
  });

  for (const [rule, bad] of [
    ['packet_loss', 'loss=2.5'],
    ['bitrate', 'mos=4 kbps=15'],
    ['freeze', 'freeze=0.4'],
    ['freeze', 'fps=0'],
  ] as const) {
    it(`opens for ${rule} alone (${bad})`, async () => {
      await scenario.play(`0..35: ${bad}`);
      assert.deepEqual(scenario.siem.story(), [`opened high ${rule}`]);
    });
  }

  it('sends nothing for a low bitrate of a muted camera or a shared screen', async () => {
    await scenario.play('0..60: kbps=15 muted; 61: !ended', 's-1');
    await scenario.play('100..160: kbps=15 screen; 161: !ended', 's-2');
    assert.deepEqual(scenario.siem.requests, []);
    assert.deepEqual(await scenario.alerts(), []);
  });

  it('changes nothing at exactly 3.5', async () => {
    await scenario.play('0..60: mos=3.5');
    assert.deepEqual(scenario.siem.requests, []);
    await scenario.play('65..95: bad; 100..160: mos=3.5');
    assert.deepEqual(scenario.siem.story(), ['opened high mos']);
  });

  it('takes a duplicate once, and a late sample not at all', async () => {
    const [first, second] = [
      { kind: 'sample', sessionId: 's-1', observedAtMs: START_MS, mos: 3 },
      { kind: 'sample', sessionId: 's-1', observedAtMs: START_MS - 5_000, mos: 3 },
    ].map((fields) => ({
      ...fields,
      kind: 'sample' as const,
      receivedAtMs: START_MS,
      media: 'camera' as const,
      direction: 'inbound' as const,
      dimensions: {},
    }));
    assert.deepEqual((await scenario.push([first!])).body, { accepted: 1, rejected: [], duplicates: 0 });
    assert.deepEqual((await scenario.push([first!, second!])).body, {
      accepted: 0,
      rejected: [],
      duplicates: 2,
    });
  });

  it('shows the session’s gauges and its degradation while it lives, and nothing of it when it has ended', async () => {
    await scenario.play('0..35: mos=2.5 loss=5');
    const during = await scenario.gauges();
    assert.match(during, /^webrtc_video_mos\{[^}]*session_id="s-1"[^}]*\} 2\.5$/m);
    assert.match(during, /^webrtc_video_packet_loss_ratio\{[^}]*session_id="s-1"[^}]*\} 0\.05$/m);
    assert.match(during, /^webrtc_video_degraded\{[^}]*session_id="s-1"[^}]*\} 3$/m);
    await scenario.play('36: !ended');
    assert.doesNotMatch(await scenario.gauges(), /session_id="s-1"/);
  });

  it('withdraws the gauges of a session that has been silent for the session timeout', async () => {
    await scenario.play('0: ok');
    await scenario.advanceTo(START_MS + 59_000);
    assert.match(await scenario.gauges(), /session_id="s-1"/);
    await scenario.advanceTo(START_MS + 60_000);
    assert.doesNotMatch(await scenario.gauges(), /session_id="s-1"/);
  });
});

describe('the connection of a session', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await Scenario.start();
  });

  afterEach(() => scenario.close());

  it('puts one warning into the queue for a gap of 15 to 20 s, at once, and tells the SIEM nothing', async () => {
    await scenario.play('0..10: ok');
    await scenario.advanceTo(START_MS + 24_000);
    assert.deepEqual(await scenario.alertLines(), []);
    await scenario.advanceTo(START_MS + 25_000);
    assert.deepEqual(await scenario.alertLines(), ['connection warning open gap']);
    await scenario.play('28..60: ok');
    assert.deepEqual(await scenario.alertLines(), ['connection warning resolved gap']);
    assert.deepEqual(scenario.siem.requests, []);
  });

  it('puts one warning into the queue for a disconnect, at once, and tells the SIEM nothing', async () => {
    await scenario.play('0..10: ok; 12: !disconnected');
    assert.deepEqual(await scenario.alertLines(), ['connection warning open disconnected']);
    await scenario.play('14..60: ok');
    assert.deepEqual(await scenario.alertLines(), ['connection warning resolved disconnected']);
    assert.deepEqual(scenario.siem.requests, []);
  });

  it('neither resets the clock of a degradation by a gap, nor recovers it', async () => {
    await scenario.play('0..10: bad; 27..30: bad');
    assert.deepEqual(scenario.siem.story(), [], 'one sample short of the hold');
    await scenario.play('31: bad');
    assert.deepEqual(scenario.siem.story(), ['opened high mos']);
    await scenario.play('35..50: ok; 70..95: ok');
    assert.deepEqual(
      scenario.siem.story(),
      ['opened high mos'],
      '60 s without a bad sample, but a gap in them',
    );
    await scenario.play('100: ok');
    assert.deepEqual(scenario.siem.story(), ['opened high mos', 'recovered high mos']);
  });

  it('raises nothing for a session that ends normally', async () => {
    await scenario.play('0..60: ok; 61: !ended');
    await scenario.advance(300_000);
    assert.deepEqual(await scenario.alerts(), []);
    assert.deepEqual(scenario.siem.requests, []);
  });
});
