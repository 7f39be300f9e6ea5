// Some time of the whole process on a virtual clock, scraped as Prometheus would: samples are pushed every five seconds, and
// at chosen moments somebody does something. What a day is made of says its author.
import assert from 'node:assert/strict';
import { readDemoCalls } from '../../demo/calls.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { Scenario } from './scenario.ts';

/** One look at both endpoints. */
export interface Scrape {
  readonly atMs: number;
  /** Of the exporter `prometheus`. */
  readonly exporter: string;
  /** Of the process's own telemetry. */
  readonly telemetry: string;
}

type CallRecord = QualitySample | SessionEvent;

export interface Moment {
  /** A multiple of the sampling interval, since the start of the day. */
  readonly atMs: number;
  /** Done when the samples of that time have settled. */
  readonly happen: (scenario: Scenario) => void | Promise<void>;
}

export interface Day {
  /** Overrides in the notation of `--set`. */
  readonly set: readonly string[];
  readonly endMs: number;
  /** A multiple of the sampling interval. */
  readonly scrapeIntervalMs: number;
  /** What is heard from then on, of the recorded calls. */
  readonly recordedFromMs: number;
  /** What other calls send at that time of the day; `observedAtMs` is the same on the clock. */
  readonly callsAt: (atMs: number, observedAtMs: number) => readonly CallRecord[];
  readonly moments: readonly Moment[];
}

export const SAMPLING_MS = 5_000;

/** With own telemetry and an API of silences, and with limits at which the recorded calls have an incident. */
export const DAY_SETTINGS: readonly string[] = [
  'service.telemetry.metrics.level=normal',
  'service.telemetry.metrics.address=127.0.0.1:0',
  'service.extensions=[health_check, file_storage, bearertokenauth/siem, silences]',
  'extensions.silences.endpoint=127.0.0.1:0',
  // The camera of the recorded calls sends 485 kbit/s by itself, and their bad phase lasts 30 s.
  'processors.degradation.hold=20s',
  'processors.degradation.bitrate_kbps.below=350',
];

export async function playDay(day: Day): Promise<readonly Scrape[]> {
  const scenario = await Scenario.start({ set: day.set });
  try {
    return await play(day, scenario);
  } finally {
    await scenario.close();
  }
}

async function play(day: Day, scenario: Scenario): Promise<Scrape[]> {
  const startMs = scenario.clock.nowMs();
  const recorded = (await readDemoCalls(startMs + day.recordedFromMs)).flatMap(({ records }) => records);
  const scrapes: Scrape[] = [];
  for (let atMs = 0; atMs <= day.endMs; atMs += SAMPLING_MS) {
    const nowMs = startMs + atMs;
    await scenario.advanceTo(nowMs);
    const heard = recorded.filter(
      ({ observedAtMs }) => observedAtMs > nowMs - SAMPLING_MS && observedAtMs <= nowMs,
    );
    await scenario.push([...heard, ...day.callsAt(atMs, nowMs)]);
    await scenario.settle();
    for (const moment of day.moments) if (moment.atMs === atMs) await moment.happen(scenario);
    if (atMs % day.scrapeIntervalMs === 0) {
      const [exporter, telemetry] = [await scenario.gauges(), await scenario.collector.telemetryText()];
      scrapes.push({ atMs, exporter, telemetry });
    }
  }
  return scrapes;
}

/** Somebody who may be given alerts of the queue. */
export async function signOn(scenario: Scenario, operator: string): Promise<void> {
  await ask(scenario, 'exporter:queue', 'PUT', `/v1/queue/operators/${operator}`, {
    skills: ['Video_Ops'],
    status: 'available',
  });
}

/** The operator acknowledges the first alert of the queue that nobody has acknowledged yet. */
export async function acknowledge(scenario: Scenario, operator: string): Promise<void> {
  const alert = (await scenario.alerts()).find(({ status }) => ['open', 'assigned'].includes(status));
  assert.ok(alert !== undefined, 'there is an alert in the queue');
  await ask(scenario, 'exporter:queue', 'POST', `/v1/queue/alerts/${alert.incident_id}/acknowledge`, {
    operator,
  });
}

export async function silence(scenario: Scenario, matcher: string, comment: string): Promise<void> {
  await ask(scenario, 'extension:silences', 'POST', '/v1/silences', {
    matchers: [matcher],
    duration: '5m',
    author: 'ops',
    comment,
  });
}

async function ask(scenario: Scenario, component: string, method: string, path: string, body: object) {
  const address = scenario.collector.component(component)!.boundAddress!;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`http://${address}${path}`, { method, headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `${path}: ${response.status} ${await response.text()}`);
}
