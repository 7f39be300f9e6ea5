// Real conferences (rtcstats dumps of jitsi/rtcstats-server, MIT), read where they lie: they are no part of this
// repository. Where the folder is absent, each test says so and checks nothing.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { parseCapture } from '../../receiver/dialect/capture-text.ts';
import { rtcstatsJitsi } from '../../receiver/dialect/rtcstats-jitsi.ts';
import { ReadingEngine } from '../../receiver/get-stats/reading-engine.ts';
import type { StatsReading } from '../../receiver/get-stats/reading.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { Scenario } from '../support/scenario.ts';
import type { TimelineEntry } from '../support/timeline.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const FOLDER = new URL('../../../shared/data/jitsi/', import.meta.url);

type Recorded = readonly (StatsReading | SessionEvent)[];

/** As one session that has the capture's name. */
function readDump(name: string, test: TestContext): Recorded | undefined {
  const path = new URL(`${name}.ndjson`, FOLDER);
  if (existsSync(path)) {
    const capture = parseCapture(readFileSync(path));
    assert.ok(capture.ok);
    const context = { identity: { sessionId: name }, receivedAtMs: 0, isRecording: true };
    return rtcstatsJitsi.decode(capture.body, context).records;
  }
  test.diagnostic(`left out: the capture ${name} is not on this machine`);
  return undefined;
}

const readingsOf = (records: Recorded) => records.filter((record) => record.kind === 'reading');
const eventsOf = (records: Recorded) => records.filter((record) => record.kind === 'event');

function samplesOf(readings: readonly StatsReading[]): QualitySample[] {
  const engine = new ReadingEngine({ maxSessions: 1, sessionTimeoutMs: Number.MAX_SAFE_INTEGER });
  return engine.take(readings, 0).records.filter((record) => record.kind === 'sample');
}

/** Each video that was received, as if it were a session of its own: those in which anything ever came. */
function videosOf(records: Recorded): { readings: StatsReading[]; samples: QualitySample[] }[] {
  const videos = new Map<string, StatsReading[]>();
  for (const reading of readingsOf(records)) {
    for (const stream of reading.streams) {
      if (stream.direction === 'outbound' || stream.media === 'audio') continue;
      const sessionId = `${reading.connectionId}-${stream.ssrc}`;
      const { path: _, ...alone } = { ...reading, sessionId, streams: [stream] };
      videos.set(sessionId, [...(videos.get(sessionId) ?? []), alone]);
    }
  }
  return [...videos.values()]
    .map((readings) => ({ readings, samples: samplesOf(readings) }))
    .filter(({ samples }) => samples.some(({ bitrateKbps = 0 }) => bitrateKbps > 0));
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

const BITRATE_BELOW = 'processors.degradation.bitrate_kbps.below';

describe('captured conferences', () => {
  it('chrome117-sfu-freezes: every frozen second is found, and stutters shorter than the hold page nobody', async (test) => {
    const records = readDump('jitsi-chrome117-sfu-freezes', test);
    if (records === undefined) return;
    const watched = videosOf(records);
    const frozenSeconds = watched.map(({ readings, samples }) => {
      let beforeMs = readings[0]!.observedAtMs;
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
    const scenario = await playAll(
      test,
      watched.flatMap(({ samples }) => asEntries(samples)),
      [`${BITRATE_BELOW}=100`],
    );
    assert.deepEqual(scenario.siem.requests, []);
    assert.deepEqual(await scenario.alerts(), []);
  });

  it('chrome99-ice-reconnect: a connection that comes and goes warns once, and again when it fails for good', async (test) => {
    const records = readDump('jitsi-chrome99-ice-reconnect', test);
    if (records === undefined) return;
    const scenario = await playAll(
      test,
      eventsOf(records).map((event) => ({ kind: 'event', atMs: event.observedAtMs, event })),
    );
    const alerts = await scenario.alerts();
    assert.ok(alerts.length >= 1 && alerts.length <= 2, `${alerts.length} alerts for three disconnects`);
    assert.equal(alerts.filter(({ status }) => status === 'open').length, 1);
    assert.ok(alerts.every(({ severity }) => severity === 'warning'));
    assert.deepEqual(scenario.siem.requests, []);
  });

  it('firefox-sfu: a stream that stops is an outage, and low layers that flow are none', async (test) => {
    const records = readDump('jitsi-firefox-sfu', test);
    if (records === undefined) return;
    const watched = videosOf(records).map(({ samples }) => samples);
    const stopped = watched.filter((samples) => samples.slice(-10).every(({ outage }) => outage === true));
    const scenario = await playAll(test, watched.flatMap(asEntries), [
      `${BITRATE_BELOW}=20`,
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

  it('firefox-sfu: as one session, a picture that the SFU rests is no outage while another one flows', (test) => {
    const records = readDump('jitsi-firefox-sfu', test);
    if (records === undefined) return;
    const samples = samplesOf(readingsOf(records));
    assert.ok(samples.length > 70);
    for (const { media, direction, outage } of samples) {
      assert.deepEqual([media, direction], ['camera', 'inbound']);
      assert.notEqual(outage, true);
    }
  });
});
