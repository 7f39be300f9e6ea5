// Real conferences (rtcstats dumps of jitsi/rtcstats-server, MIT), read where they lie: they are no part of this
// repository. Where the folder is absent, each test says so and checks nothing.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { convertStats, type StreamState } from '../../receiver/get-stats/convert.ts';
import type { QualitySample } from '../../receiver/sample.ts';
import { connectionEvents, parseDump, videoReadings } from '../support/rtcstats-dump.ts';
import { Scenario } from '../support/scenario.ts';
import type { TimelineEntry } from '../support/timeline.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const FOLDER = new URL('../../../shared/data/jitsi/', import.meta.url);

function readDump(name: string, test: TestContext) {
  const path = new URL(`${name}.ndjson`, FOLDER);
  if (existsSync(path)) return parseDump(readFileSync(path, 'utf8'));
  test.diagnostic(`left out: the capture ${name} is not on this machine`);
  return undefined;
}

function samplesByStream(lines: NonNullable<ReturnType<typeof readDump>>): Map<string, QualitySample[]> {
  const states = new Map<string, StreamState>();
  const samples = new Map<string, QualitySample[]>();
  for (const { stream, snapshot } of videoReadings(lines)) {
    const { next, sample } = convertStats(states.get(stream), snapshot);
    states.set(stream, next);
    if (sample !== undefined) samples.set(stream, [...(samples.get(stream) ?? []), sample]);
  }
  return samples;
}

async function playAll(
  test: TestContext,
  entries: readonly TimelineEntry[],
  set: readonly string[] = [],
): Promise<Scenario> {
  const ordered = entries.toSorted((left, right) => left.atMs - right.atMs);
  const scenario = await Scenario.start({ set, clock: new VirtualClock(ordered[0]!.atMs) });
  test.after(() => scenario.close());
  await scenario.play(ordered);
  return scenario;
}

const asEntries = (samples: readonly QualitySample[]): TimelineEntry[] =>
  samples.map((sample) => ({ kind: 'sample', atMs: sample.observedAtMs, sample }));

describe('captured conferences', () => {
  it('chrome117-sfu-freezes: every frozen second is found, and stutters shorter than the hold page nobody', async (test) => {
    const lines = readDump('jitsi-chrome117-sfu-freezes', test);
    if (lines === undefined) return;
    const streams = samplesByStream(lines);
    const watched = [...streams.values()].filter((samples) =>
      samples.some((sample) => sample.bitrateKbps! > 0),
    );
    const frozenSeconds = watched.map((samples) => {
      const first = videoReadings(lines).find(({ stream }) => stream === samples[0]!.sessionId);
      let beforeMs = first!.snapshot.timestampMs;
      let seconds = 0;
      for (const { freezeRatio = 0, observedAtMs } of samples) {
        seconds += (freezeRatio * (observedAtMs - beforeMs)) / 1_000;
        beforeMs = observedAtMs;
      }
      return seconds;
    });
    // By hand, from totalFreezesDuration of the last report.
    for (const [index, expected] of [11.8, 11.4].entries()) {
      assert.ok(
        Math.abs(frozenSeconds[index]! - expected) < 0.1,
        `${frozenSeconds[index]} s, not ${expected} s`,
      );
    }
    // The SFU sends layers of 120 to 430 kbit/s here.
    const scenario = await playAll(test, watched.flatMap(asEntries), [
      'processors.degradation.bitrate_kbps.below=100',
    ]);
    assert.deepEqual(scenario.siem.requests, []);
    assert.deepEqual(await scenario.alerts(), []);
  });

  it('chrome99-ice-reconnect: a connection that comes and goes warns once, and again when it fails for good', async (test) => {
    const lines = readDump('jitsi-chrome99-ice-reconnect', test);
    if (lines === undefined) return;
    const events = connectionEvents(lines, 'PC_0', 'reconnecting');
    const scenario = await playAll(
      test,
      events.map((event) => ({ kind: 'event', atMs: event.observedAtMs, event })),
    );
    const alerts = await scenario.alerts();
    assert.ok(alerts.length >= 1 && alerts.length <= 2, `${alerts.length} alerts for three disconnects`);
    assert.equal(alerts.filter(({ status }) => status === 'open').length, 1);
    assert.ok(alerts.every(({ severity }) => severity === 'warning'));
    assert.deepEqual(scenario.siem.requests, []);
  });

  it('firefox-sfu: a stream that stops is an outage, and low layers that flow are none', async (test) => {
    const lines = readDump('jitsi-firefox-sfu', test);
    if (lines === undefined) return;
    const streams = samplesByStream(lines);
    const watched = [...streams.values()].filter((samples) =>
      samples.some((sample) => sample.bitrateKbps! > 0),
    );
    const stopped = watched.filter((samples) =>
      samples.slice(-10).every((sample) => sample.bitrateKbps === 0),
    );
    const scenario = await playAll(test, watched.flatMap(asEntries), [
      'processors.degradation.bitrate_kbps.below=20',
      'processors.degradation.hold=60s',
    ]);
    const outages = (await scenario.alerts()).filter(
      ({ incident_category, reasons }) =>
        incident_category === 'connection' && reasons.some(({ rule }) => rule === 'outage'),
    );
    const open = outages.filter(({ status }) => status === 'open').map(({ session_id }) => session_id);
    assert.deepEqual(open.toSorted(), stopped.map((samples) => samples[0]!.sessionId).toSorted());
    assert.ok(stopped.length > 0);
    const told = new Set(scenario.siem.requests.map(({ body }) => body.session_id));
    assert.ok(
      [...told].every((sessionId) => open.includes(sessionId)),
      'only what has stopped is an incident',
    );
  });
});
