// Real calls, impaired on purpose, played through the whole process. What is expected is what a person says who looks at
// the impairment, not at the numbers. The fake camera sends 485 kbit/s by itself and the bad phase lasts 30 s (20 s for a
// single impairment), hence the limits.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it, type TestContext } from 'node:test';
import { parseSeriesCapture, samplesOfSeries } from '../../receiver/get-stats/series-capture.ts';
import { Scenario } from '../support/scenario.ts';
import { START_MS } from '../support/timeline.ts';

const LIMITS = [
  'processors.degradation.hold=20s',
  'processors.degradation.recover_for=10s',
  'processors.degradation.bitrate_kbps.below=350',
];

async function playCapture(test: TestContext, name: string, stepSeconds: number): Promise<Scenario> {
  const path = new URL(`../fixtures/captures/series-${name}.json`, import.meta.url);
  const capture = parseSeriesCapture(JSON.parse(await readFile(path, 'utf8')));
  const samples = samplesOfSeries(capture, { sessionId: name, startAtMs: START_MS, stepSeconds });
  const scenario = await Scenario.start({ set: LIMITS });
  test.after(() => scenario.close());
  await scenario.play(samples.map((sample) => ({ kind: 'sample', atMs: sample.observedAtMs, sample })));
  return scenario;
}

for (const stepSeconds of [5, 1]) {
  describe(`captured calls, a sample every ${stepSeconds} s`, () => {
    for (const name of ['netns-both-1', 'netns-both-2', 'relay-full-1', 'relay-full-2']) {
      it(`${name}: loss and a narrow link for 30 s are exactly one incident, for loss and bitrate`, async (test) => {
        const scenario = await playCapture(test, name, stepSeconds);
        const opened = scenario.siem.requests.filter(({ body }) => body.transition === 'opened');
        assert.equal(opened.length, 1);
        assert.equal(opened[0]?.body.incident_type, 'webrtc_degradation');
        const rules = opened[0]?.body.reasons.map(({ rule }) => rule) ?? [];
        assert.ok(rules.includes('packet_loss') && rules.includes('bitrate'), `reasons: ${rules.join()}`);
        assert.ok(!scenario.siem.requests.some(({ body }) => body.transition === 'reopened'));
      });
    }

    for (const [name, why] of [
      ['relay-delay-1', 'a delay of 100 ms can be watched'],
      ['relay-delayjit-1', 'so can one that varies by 60 ms'],
      ['netns-loss5-1', '5 % loss is repaired, and does not last for the hold'],
    ] as const) {
      it(`${name}: ${why}: the SIEM is told nothing`, async (test) => {
        const scenario = await playCapture(test, name, stepSeconds);
        assert.deepEqual(scenario.siem.requests, []);
      });
    }

    it('relay-outage-1: one warning in the queue while the picture is black, and nothing at the SIEM', async (test) => {
      const path = new URL('../fixtures/captures/series-relay-outage-1.json', import.meta.url);
      const capture = parseSeriesCapture(JSON.parse(await readFile(path, 'utf8')));
      const samples = samplesOfSeries(capture, { sessionId: 'dark', startAtMs: START_MS, stepSeconds });
      const scenario = await Scenario.start({ set: LIMITS });
      test.after(() => scenario.close());
      const seen = new Set<string>();
      for (const sample of samples) {
        await scenario.play([{ kind: 'sample', atMs: sample.observedAtMs, sample }]);
        for (const line of await scenario.alertLines()) seen.add(line);
      }
      assert.deepEqual([...seen], ['connection warning open outage', 'connection warning resolved outage']);
      assert.equal((await scenario.alerts()).length, 1);
      assert.deepEqual(scenario.siem.requests, []);
    });
  });
}
