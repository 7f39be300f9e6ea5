// `npm run demo`: the whole process with its default configuration, an OTLP backend and a SIEM on loopback, and real
// calls played into it faster than they happened. Ends with 0 when the incident was seen, with 1 when it was not.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import type { Alert } from '../bridge/queue/alert-table.ts';
import { acceleratedClock, systemClock } from '../collector/clock.ts';
import { loadConfig } from '../collector/config/load.ts';
import type { CollectorConfig } from '../collector/config/model.ts';
import { renderProblems } from '../collector/config/render-problem.ts';
import { distribution } from '../collector/registry.ts';
import { createCollector, type Collector } from '../collector/service/collector.ts';
import { encodeGuideEvent } from '../receiver/guide-event/encode.ts';
import type { QualitySample, SessionEvent } from '../receiver/sample.ts';
import { OtlpSink } from '../test/support/otlp-sink.ts';
import { Siem } from '../test/support/siem.ts';
import { readDemoCalls, type DemoCall } from './calls.ts';
import { describeGauges, describeIncident, describeQueue, describeRecord, mark, showClock } from './show.ts';

const { values } = parseArgs({ options: { speed: { type: 'string', default: '10' } } });
const speed = Number(values.speed);
if (!(speed >= 1 && speed <= 100)) throw new Error('--speed takes a number from 1 to 100');

const clock = acceleratedClock(systemClock, speed);
const directory = await mkdtemp(join(tmpdir(), 'webrtc-quality-bridge-demo-'));
const siem = new Siem();
const backend = new OtlpSink();
await Promise.all([siem.start(), backend.start()]);
// A busy SIEM, to show that a retry keeps its key.
siem.answerNext(503);

const collector = createCollector({
  config: await demoConfig(),
  distribution,
  clock,
  logger: pino({ level: 'silent' }),
});
await collector.start();

const startAtMs = clock.nowMs();
const calls = await readDemoCalls(startAtMs);
introduce(calls);
await play(calls);
await clockReaches(clock.nowMs() + 10_000);
await collector.flush();
const queued = await readQueue(collector);
await collector.shutdown();
await Promise.all([siem.stop(), backend.close()]);
await rm(directory, { recursive: true, force: true });

const [first] = siem.requests;
const attempts = siem.requests.filter(({ key }) => key === first?.key);
print('', mark('Gauges that the OTLP backend has seen'), ...describeGauges(backend));
print('', mark('The incident, as it went over the wire to the SIEM'), ...describeIncident(attempts));
print('', mark('The local alert queue, which needs no network'), ...describeQueue(queued));
print(
  '',
  mark('Where to look next'),
  '  npm start                 runs it on 127.0.0.1, with otel-config.yaml, which is commented to be read',
  '  README.md                 how to connect a backend and a SIEM; what a SIEM may rely on',
  '  processor/degradation/    the rules, and the truth table that is also the test',
);
process.exitCode = siem.effects.size > 0 ? 0 : 1;

async function demoConfig(): Promise<CollectorConfig> {
  const set = [
    `extensions.file_storage.directory=${directory}`,
    'extensions.health_check.endpoint=127.0.0.1:0',
    'service.telemetry.metrics.level=none',
    'receivers.webrtcvideo.endpoint=127.0.0.1:0',
    'exporters.prometheus.endpoint=127.0.0.1:0',
    'exporters.queue.endpoint=127.0.0.1:0',
    'exporters.webhook.egress={allow_http: true, allow_loopback: true}',
    'exporters.otlphttp.export_interval=5s',
    // The camera of these calls sends 485 kbit/s by itself, and their bad phase lasts 30 s.
    'processors.degradation.hold=20s',
    'processors.degradation.recover_for=10s',
    'processors.degradation.bitrate_kbps.below=350',
  ];
  const result = await loadConfig({
    sources: [
      { kind: 'file', path: new URL('../otel-config.yaml', import.meta.url).pathname },
      ...set.map((assignment) => ({ kind: 'set', assignment }) as const),
    ],
    env: { SIEM_URL: siem.url, SIEM_TOKEN: 'demo', OTEL_EXPORTER_OTLP_ENDPOINT: backend.url },
    distribution,
  });
  if (result.ok) return result.config;
  throw new Error(renderProblems(result.problems));
}

function introduce(played: readonly DemoCall[]): void {
  print(
    mark('Real calls, recorded from a browser while the network was impaired on purpose'),
    ...played.map(({ sessionId, story }) => `  ${sessionId.padEnd(18)} ${story}`),
    '',
    mark(`Played at ${speed} × real time; bad for 20 s is an incident`),
  );
}

/** Pushes each record when its time has come, as the browser would have, and tells what follows from it. */
async function play(played: readonly DemoCall[]): Promise<void> {
  const records = played
    .flatMap((call) => call.records)
    .toSorted((left, right) => left.observedAtMs - right.observedAtMs);
  let toldCount = 0;
  const toldAlerts = new Set<string>();
  for (const record of records) {
    await clockReaches(record.observedAtMs);
    await push(record);
    print(`  ${showClock(record.observedAtMs - startAtMs)}  ${describeRecord(record)}`);
    for (const { body, status } of siem.requests.slice(toldCount)) {
      toldCount += 1;
      const answer = status === 200 ? 'taken' : `answered ${status}; it will be tried again`;
      print(mark(`        → SIEM: ${body.session_id} ${body.transition} (${body.severity}), ${answer}`));
    }
    for (const alert of await readQueue(collector)) {
      const line = `${alert.session_id} ${alert.incident_category} ${alert.status} (${alert.severity})`;
      if (toldAlerts.has(line)) continue;
      toldAlerts.add(line);
      print(mark(`        → queue: ${line}`));
    }
  }
}

async function push(record: QualitySample | SessionEvent): Promise<void> {
  const response = await fetch(`http://${boundAddress('receiver:webrtcvideo')}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(encodeGuideEvent(record)),
  });
  if (!response.ok) throw new Error(`the receiver answered ${response.status}: ${await response.text()}`);
}

async function readQueue(running: Collector): Promise<readonly Alert[]> {
  const address = running.component('exporter:queue')?.boundAddress;
  const response = await fetch(`http://${address}/v1/queue`);
  return ((await response.json()) as { alerts: Alert[] }).alerts;
}

function boundAddress(component: string): string {
  return collector.component(component)?.boundAddress ?? '';
}

/** The receiver's open port keeps the process alive meanwhile. */
function clockReaches(atMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(Math.max(0, atMs - clock.nowMs()), resolve));
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
