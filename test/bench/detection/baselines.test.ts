// The baselines do what their makers publish.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readEvery, type Call } from '../../../bench/detection/call.ts';
import type { Alert } from '../../../bench/detection/detector.ts';
import { issueDetector } from '../../../bench/detection/issue-detector.ts';
import { naiveMos } from '../../../bench/detection/naive-mos.ts';
import { twilioWarnings } from '../../../bench/detection/twilio-warnings.ts';
import { START_MS, callOf, times } from './sketched-call.ts';

const seconds = (alerts: readonly Alert[]) =>
  alerts.map(({ kind, raisedAtMs, clearedAtMs = Infinity }) => [
    kind,
    (raisedAtMs - START_MS) / 1_000,
    (clearedAtMs - START_MS) / 1_000,
  ]);

describe('naive MOS', () => {
  it('raises at the first low sample, and clears at the first high one', async () => {
    const call = callOf([...times(20, {}), ...times(10, { received: 80, lost: 20 }), ...times(20, {})]);
    const alerts = await naiveMos.watch(readEvery(5, call));
    assert.deepEqual(seconds(alerts), [['mos', 25, 35]]);
  });
});

describe('Twilio warnings', () => {
  const watch = async (call: Call) => seconds(await twilioWarnings('', 1).watch(call));

  it('raises jitter when three of five samples are above 30 ms, and clears when none of five is', async () => {
    const call = callOf([...times(10, {}), ...times(3, { jitterMs: 31 }), ...times(20, {})]);
    assert.deepEqual(await watch(call), [['jitter', 13, 18]]);
  });

  it('says nothing of two samples', async () => {
    const call = callOf([...times(10, {}), ...times(2, { jitterMs: 31 }), ...times(20, {})]);
    assert.deepEqual(await watch(call), []);
  });

  it('keeps a warning while one of five still crosses', async () => {
    const crossing = [...times(3, { jitterMs: 31 }), ...times(4, {}), { jitterMs: 31 }, ...times(20, {})];
    assert.deepEqual(await watch(callOf([...times(10, {}), ...crossing])), [['jitter', 13, 23]]);
  });

  it('raises when no byte came in three samples, and clears after two with some', async () => {
    const call = callOf([...times(10, {}), ...times(8, { received: 0, frames: 0 }), ...times(20, {})]);
    assert.deepEqual(await watch(call), [['bytes', 13, 20]]);
  });

  it('raises the mean of seven samples above 3 % of loss', async () => {
    const call = callOf([...times(10, {}), { received: 76, lost: 24 }, ...times(20, {})]);
    assert.deepEqual(
      (await watch(call)).map(([kind]) => kind),
      ['mean_packet_loss'],
    );
  });
});

describe('webrtc-issue-detector', () => {
  const watch = async (call: Call, reporting: 'each' | 'grouped') =>
    seconds(await issueDetector('', reporting).watch(readEvery(5, call)));

  it('is content with a healthy call', async () => {
    assert.deepEqual(await watch(callOf(times(100, {})), 'each'), []);
  });

  it('raises an issue for each sample with more than 5 % of loss', async () => {
    const call = callOf([...times(30, {}), ...times(20, { received: 92, lost: 8 }), ...times(40, {})]);
    const kind = 'inbound-network-quality';
    const each = await watch(call, 'each');
    assert.deepEqual(
      each.map(([name, raisedS]) => [name, raisedS]),
      [35, 40, 45, 50].map((second) => [kind, second]),
    );
    assert.deepEqual(await watch(call, 'grouped'), [[kind, 35, 65]]);
  });

  it('raises a freeze that the counters tell, once', async () => {
    const call = callOf([...times(30, {}), { frozenSeconds: 2, frames: 5 }, ...times(40, {})]);
    assert.deepEqual(
      (await watch(call, 'each')).map(([kind]) => kind),
      ['frozen-video-track'],
    );
  });

  it('raises a stream without data after three samples, and again each 15 s on the clock of the call', async () => {
    const call = callOf([...times(30, {}), ...times(60, { received: 0, frames: 0 })]);
    const missing = (await watch(call, 'each')).filter(([kind]) => kind === 'missing-video-stream-data');
    assert.deepEqual(
      missing.map(([, raisedS]) => raisedS),
      [40, 60, 80],
    );
  });
});
