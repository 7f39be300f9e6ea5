// A quarter of an hour of the whole process on a virtual clock, scraped as Prometheus would: recorded calls with an
// incident, a storm over an edge, an alert that the SIEM refuses, another that an operator acknowledges, and a silence.
import assert from 'node:assert/strict';
import { readDemoCalls } from '../../demo/calls.ts';
import { qualitySample } from './quality-sample.ts';
import { Scenario } from './scenario.ts';

/** One look at both endpoints. */
export interface Scrape {
  readonly atMs: number;
  /** Of the exporter `prometheus`. */
  readonly exporter: string;
  /** Of the process's own telemetry. */
  readonly telemetry: string;
}

export const SCRAPE_INTERVAL_MS = 15_000;
const SAMPLING_MS = 5_000;
const CALL_COUNT = 12;
const END_MS = 900_000;

const SET = [
  'service.telemetry.metrics.level=normal',
  'service.telemetry.metrics.address=127.0.0.1:0',
  'service.extensions=[health_check, file_storage, bearertokenauth/siem, silences]',
  'extensions.silences.endpoint=127.0.0.1:0',
  // The camera of the recorded calls sends 485 kbit/s by itself, and their bad phase lasts 30 s.
  'processors.degradation.hold=20s',
  'processors.degradation.bitrate_kbps.below=350',
];

/** The dimensions of the calls that a storm comes over, every one that there is. */
const DIMENSIONS = {
  site: 'berlin',
  region: 'eu-central',
  edge: 'fra-3',
  isp: 'example-net',
  'network.type': 'wifi',
  'client.version': '1.2.3',
};

export async function playFleet(): Promise<readonly Scrape[]> {
  const scenario = await Scenario.start({ set: SET });
  try {
    return await play(scenario);
  } finally {
    await scenario.close();
  }
}

async function play(scenario: Scenario): Promise<Scrape[]> {
  const startMs = scenario.clock.nowMs();
  const recorded = (await readDemoCalls(startMs)).flatMap(({ records }) => records);
  await ask(scenario, 'exporter:queue', 'PUT', '/v1/queue/operators/ada', {
    skills: ['Video_Ops'],
    status: 'available',
  });
  // One notice that will never be taken as it is.
  scenario.siem.answerNext(400);
  const scrapes: Scrape[] = [];
  for (let atMs = 0; atMs <= END_MS; atMs += SAMPLING_MS) {
    await scenario.advanceTo(startMs + atMs);
    const heard = recorded.filter(
      ({ observedAtMs }) => observedAtMs > startMs + atMs - SAMPLING_MS && observedAtMs <= startMs + atMs,
    );
    await scenario.push([...heard, ...liveCalls(atMs, startMs + atMs)]);
    await scenario.settle();
    if (atMs === 60_000) await acknowledge(scenario);
    if (atMs === 100_000) await silence(scenario);
    if (atMs % SCRAPE_INTERVAL_MS === 0) {
      const [exporter, telemetry] = [await scenario.gauges(), await scenario.collector.telemetryText()];
      scrapes.push({ atMs, exporter, telemetry });
    }
  }
  return scrapes;
}

/** Good, then all bad at once for four minutes, one of them silenced; one gets worse, and then black for a while. */
function liveCalls(atMs: number, observedAtMs: number) {
  return Array.from({ length: CALL_COUNT }, (_, index) => {
    const isBad = atMs >= 150_000 && (atMs < 390_000 || index === 0);
    return qualitySample({
      sessionId: `call-${index}`,
      agentId: 'agent-7',
      codec: 'video/VP8',
      mosSource: 'reported',
      dimensions: { ...DIMENSIONS, ...(index === 1 && { edge: 'ams-1' }) },
      observedAtMs,
      mos: isBad ? (index === 0 && atMs >= 240_000 ? 2.5 : 3.3) : 4.4,
      experience: isBad ? 2.5 : 4.6,
      packetLossPercent: isBad ? 4 : 0.1,
      jitterMs: 8,
      rttMs: 60,
      bitrateKbps: 1_500,
      framesPerSecond: 30,
      freezeRatio: 0,
      framesDroppedPercent: 0,
      outage: index === 0 && atMs >= 600_000 && atMs < 630_000,
    });
  });
}

async function acknowledge(scenario: Scenario): Promise<void> {
  const [alert] = await scenario.alerts();
  assert.ok(alert !== undefined, 'the recorded calls have raised an alert');
  await ask(scenario, 'exporter:queue', 'POST', `/v1/queue/alerts/${alert.incident_id}/acknowledge`, {
    operator: 'ada',
  });
}

async function silence(scenario: Scenario): Promise<void> {
  await ask(scenario, 'extension:silences', 'POST', '/v1/silences', {
    matchers: ['edge=ams-1'],
    duration: '5m',
    author: 'ops',
    comment: 'an edge is replaced',
  });
}

async function ask(scenario: Scenario, component: string, method: string, path: string, body: object) {
  const address = scenario.collector.component(component)!.boundAddress!;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`http://${address}${path}`, { method, headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `${path}: ${response.status} ${await response.text()}`);
}
