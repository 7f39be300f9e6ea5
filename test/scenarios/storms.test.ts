// Many at once, from samples over HTTP to the SIEM: a storm that stands for its members, and the silence of everybody.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { QualitySample } from '../../receiver/sample.ts';
import { qualitySample } from '../support/quality-sample.ts';
import { Scenario } from '../support/scenario.ts';
import { START_MS } from '../support/timeline.ts';

const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

let scenario: Scenario;

/** A sample of each session every 5 s, from `fromS` to `toS`. */
async function talk(
  fromS: number,
  toS: number,
  groups: readonly (readonly [readonly string[], Partial<QualitySample>])[],
): Promise<void> {
  for (let second = fromS; second <= toS; second += 5) {
    const observedAtMs = START_MS + second * 1_000;
    await scenario.advanceTo(observedAtMs);
    const samples = groups.flatMap(([sessionIds, fields]) =>
      sessionIds.map((sessionId) => qualitySample({ sessionId, observedAtMs, mos: 4.2, ...fields })),
    );
    assert.equal((await scenario.push(samples)).status, 200);
    await scenario.settle();
  }
}

/** What took effect at the SIEM: `webrtc_storm opened edge=fra-3`. */
const told = () =>
  [...scenario.siem.effects.values()].map(
    (body) => `${body.incident_type} ${body.transition} ${body.session_id}`,
  );
const toldOf = (type: string) => told().filter((line) => line.startsWith(type));

beforeEach(async () => {
  scenario = await Scenario.start();
});

afterEach(() => scenario.close());

describe('forty calls of one edge that go bad', () => {
  const onEdge = { dimensions: { edge: 'fra-3' } };
  const bad = { ...onEdge, mos: 3.3 };
  const calls = named('call', 40);
  const others = named('other', 60);

  it('in one batch are one storm, and none of them is told alone', async () => {
    await talk(0, 35, [
      [calls, bad],
      [others, {}],
    ]);
    assert.deepEqual(told(), ['webrtc_storm opened edge=fra-3']);
  });

  it('in the course of a minute are at most nine alone and one storm', async () => {
    for (let second = 0; second <= 60; second += 5) {
      const badCount = Math.min(calls.length, 4 + second);
      await talk(second, second, [
        [calls.slice(0, badCount), bad],
        [calls.slice(badCount), onEdge],
        [others, {}],
      ]);
    }
    assert.ok(toldOf('webrtc_degradation').length <= 9, told().join('\n'));
    assert.deepEqual(toldOf('webrtc_storm opened'), ['webrtc_storm opened edge=fra-3']);
  });

  it('are told alone after the storm when they outlive it', async () => {
    await talk(0, 30, [
      [calls, bad],
      [others, {}],
    ]);
    await talk(35, 100, [
      [calls.slice(0, 38), onEdge],
      [calls.slice(38), bad],
      [others, {}],
    ]);
    await scenario.advance(2_000);
    assert.deepEqual(told().toSorted(), [
      'webrtc_degradation opened call-38',
      'webrtc_degradation opened call-39',
      'webrtc_storm opened edge=fra-3',
      'webrtc_storm recovered edge=fra-3',
    ]);
  });

  it('are one storm over a restart', async () => {
    await talk(0, 30, [
      [calls, bad],
      [others, {}],
    ]);
    await scenario.stop();
    const { siem, directory, clock } = scenario;
    scenario = await Scenario.start({ siem, directory, clock });
    await talk(35, 100, [[[...calls, ...others], onEdge]]);
    assert.deepEqual(told(), ['webrtc_storm opened edge=fra-3', 'webrtc_storm recovered edge=fra-3']);
  });
});

describe('five sessions that stop at once', () => {
  const calls = named('call', 5);

  it('are one incident of the pipeline, and no gap, until they come back', async () => {
    await talk(0, 20, [[calls, {}]]);
    await scenario.advance(60_000);
    assert.deepEqual(told(), ['webrtc_pipeline opened all sources']);
    await talk(90, 150, [[calls, {}]]);
    assert.deepEqual(told(), ['webrtc_pipeline opened all sources', 'webrtc_pipeline recovered all sources']);
    assert.deepEqual(await scenario.alertLines(), ['pipeline high resolved all_silent']);
  });

  it('have their gaps when they stay away and another one comes back', async () => {
    await talk(0, 20, [[calls, {}]]);
    await scenario.advance(60_000);
    await talk(90, 120, [[calls.slice(0, 1), {}]]);
    const lines = await scenario.alertLines();
    assert.deepEqual(lines.toSorted(), [
      ...Array.from({ length: 4 }, () => 'connection warning open gap'),
      'pipeline high resolved all_silent',
    ]);
  });
});

describe('one session among others that stops', () => {
  it('is a gap', async () => {
    const calls = named('call', 5);
    await talk(0, 20, [[calls, {}]]);
    await talk(25, 60, [[calls.slice(1), {}]]);
    assert.deepEqual(await scenario.alertLines(), ['connection warning open gap']);
  });
});
