// One run of the whole product in front of everything that it reaches: sources, destinations, an operator, and the
// Prometheus of each way. What was sent, and what was answered, is kept for those who compare.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { systemClock } from '../../collector/clock.ts';
import { GenesysStandIn } from '../support/genesys-stand-in.ts';
import { serveGenesys } from '../support/genesys-wire.ts';
import { Siem } from '../support/siem.ts';
import { BAD_FROM_S, type BoardCalls, boardCalls, LIVE, PLAY_S, SILENCED_EDGE } from './board-calls.ts';
import { type BoardWays, METRICS_EXPORTERS, startBoardWays, WAYS } from './board-ways.ts';
import type { Span } from './real-prometheus.ts';
import type { Stack } from './stack.ts';
import { until } from './until.ts';

/** `webhook/steady` takes everything, `webhook/moody` not all and not at once, `webhook/stuck` nothing. */
export const DESTINATIONS = ['steady', 'moody', 'stuck'] as const;
export type DestinationName = (typeof DESTINATIONS)[number];

export const GENESYS_SESSIONS = ['genesys-0', 'genesys-1'] as const;
/** Of the stream that the platform gives. */
const GENESYS_EVERY_S = 2;
/** Scraped or exported once more, and scraped after that. */
const SHOWN_AFTER_MS = 3_000;
/** So long may one second of the play take on a busy machine. */
const LATE_MS = 20_000;
export const MALFORMED_COUNT = 100;
export const REFUSED_COUNT = 50;
/** The bad phase of the recorded calls lasts 30 s. */
const HOLD_MS = 10_000;
const EGRESS = { allow_http: true, allow_loopback: true };

export interface BoardRun extends BoardWays, BoardCalls {
  readonly destinations: Readonly<Record<DestinationName, Siem>>;
  /** From before the first sample until a moment after the last one. */
  readonly span: Span;
  /** From when an alert of the play can have begun to wait, to when the operator acknowledged it. */
  readonly acknowledged: Span;
}

/** Resolves when the play is over; the product goes on without anybody who talks. */
export async function playForBoards(stack: Stack): Promise<BoardRun> {
  const genesys = new GenesysStandIn({ clock: systemClock });
  genesys.retryMs = 3_000;
  const served = await serveGenesys(genesys);
  stack.onClose(() => served.stop());
  const destinations = Object.fromEntries(
    await Promise.all(DESTINATIONS.map(async (name) => [name, await startDestination(stack)] as const)),
  ) as Record<DestinationName, Siem>;
  destinations.moody.answerNext(503, 503, 400, 503);
  destinations.stuck.answer = 503;

  const directory = join(stack.folder, 'product');
  const ways = await startBoardWays(stack, (metricsExporters) =>
    configuration(directory, metricsExporters, served.url, destinations),
  );
  await until('the stream of the platform is open', LATE_MS, () => genesys.streamCount > 0 || undefined);
  await ready(ways);

  const startMs = systemClock.nowMs();
  const calls = await boardCalls(startMs);
  const acknowledged = await play(ways, calls, genesys, startMs);
  const span = { fromMs: startMs, toMs: systemClock.nowMs() + SHOWN_AFTER_MS };
  await passed(span.toMs);
  return { ...ways, ...calls, destinations, span, acknowledged };
}

async function startDestination(stack: Stack): Promise<Siem> {
  const destination = new Siem();
  await destination.start();
  stack.onClose(() => destination.stop());
  return destination;
}

function configuration(
  directory: string,
  metricsExporters: object,
  genesysUrl: string,
  destinations: Readonly<Record<DestinationName, Siem>>,
): object {
  const receivers = ['webrtcvideo', 'browser', 'genesyscloud'];
  const webhook = (name: DestinationName, more: object) => ({
    [`webhook/${name}`]: { endpoint: destinations[name].url, egress: EGRESS, ...more },
  });
  const sessionCount = Object.values(LIVE).flat().length + RECORDED_COUNT;
  return {
    receivers: {
      webrtcvideo: { max_sessions: sessionCount },
      genesyscloud: {
        base_url: genesysUrl,
        auth: { authenticator: 'oauth2client/genesys' },
        realtime: { enabled: true },
        egress: EGRESS,
      },
    },
    processors: {
      degradation: {
        hold: `${HOLD_MS}ms`,
        recover_for: '5s',
        dedup_window: '1s',
        // The camera of the recorded calls sends 485 kbit/s by itself.
        bitrate_kbps: { below: 350 },
        flapping: { openings: 3, stable_for: '15s' },
        storm: { window: '20s', degraded_share: 1, update_interval: '10s' },
      },
    },
    exporters: {
      ...metricsExporters,
      ...webhook('steady', { min_severity: 'warning' }),
      ...webhook('moody', { retry: { initial_interval: '500ms' } }),
      ...webhook('stuck', {
        min_severity: 'warning',
        retry: { initial_interval: '1s', multiplier: 4 },
        // What is over is given up as soon as somebody looks, which is once a minute.
        sending_queue: { max_rows: 1 },
      }),
    },
    extensions: {
      file_storage: { directory },
      silences: { endpoint: '127.0.0.1:0' },
      'oauth2client/genesys': {
        client_id: 'client',
        client_secret: 'client-secret',
        token_url: `${genesysUrl}/oauth/token`,
        egress: EGRESS,
      },
    },
    service: {
      extensions: ['health_check', 'file_storage', 'silences', 'oauth2client/genesys'],
      pipelines: {
        metrics: { receivers, exporters: METRICS_EXPORTERS },
        logs: { receivers, exporters: ['queue', ...DESTINATIONS.map((name) => `webhook/${name}`)] },
      },
      telemetry: {
        resource: { 'service.name': 'webrtc-quality-bridge' },
        metrics: { level: 'normal' },
      },
    },
  };
}

/** Of demo/calls.ts. */
const RECORDED_COUNT = 3;

/** Each Prometheus has heard of the product, and knows that it has: what it tells from now on comes of the play. */
async function ready({ prometheus }: BoardWays): Promise<void> {
  for (const way of WAYS) {
    for (const metric of ['webrtc_video_sessions', 'otelcol_process_uptime']) {
      await until(`${metric} is there ${way}`, LATE_MS, async () =>
        (await prometheus[way].query(metric)).length > 0 ? true : undefined,
      );
    }
    const missing = 'ALERTS{alertname="WebrtcBridgeAbsent"}';
    await until(`nobody misses it ${way}`, LATE_MS, async () =>
      (await prometheus[way].query(missing)).length === 0 ? true : undefined,
    );
  }
}

async function play(
  ways: BoardWays,
  calls: BoardCalls,
  genesys: GenesysStandIn,
  startMs: number,
): Promise<Span> {
  const { product } = ways;
  let acknowledgedAtMs = NaN;
  const actions: Readonly<Record<number, () => Promise<void>>> = {
    0: async () => {
      await askOk(ways, 'exporter:queue', 'PUT', '/v1/queue/operators/ada', {
        skills: ['Video_Ops'],
        status: 'available',
      });
      await askOk(ways, 'extension:silences', 'POST', '/v1/silences', {
        matchers: [`edge=${SILENCED_EDGE}`],
        duration: '30s',
        author: 'ops',
        comment: 'an edge is replaced',
      });
    },
    2: async () => {
      const { body } = await product.offer(Array.from({ length: MALFORMED_COUNT }, () => ({})));
      assert.equal(body.rejected.length, MALFORMED_COUNT);
    },
    9: async () => {
      const strangers = Array.from({ length: REFUSED_COUNT }, (_, index) => ({
        type: 'webrtc-video',
        timestamp: new Date(startMs + 9_000).toISOString(),
        session: { id: `stranger-${index}` },
        metrics: { mos: 4 },
      }));
      assert.equal((await product.offer(strangers)).status, 429);
    },
    20: () => Promise.resolve(genesys.cut()),
    22: async () => {
      await acknowledge(ways);
      acknowledgedAtMs = systemClock.nowMs();
    },
  };
  for (let second = 0; second <= PLAY_S; second += 1) {
    await passed(startMs + second * 1_000);
    const records = calls.sent
      .filter(({ atS }) => atS > second - 1 && atS <= second)
      .map(({ record }) => record);
    if (records.length > 0) await product.push(records);
    if (second % GENESYS_EVERY_S === 0) {
      genesys.send(GENESYS_SESSIONS.map((id) => genesys.happen(id, genesysSample())));
    }
    await actions[second]?.();
  }
  // The first one opens when its hold is over.
  const firstAtMs = startMs + BAD_FROM_S * 1_000 + HOLD_MS;
  return { fromMs: firstAtMs, toMs: acknowledgedAtMs };
}

/** As the guide's platform emits it. */
function genesysSample(): Record<string, unknown> {
  return {
    type: 'webrtc-video',
    metrics: {
      mos: 4.2,
      jitter: { ms: 8 },
      packetLossPercent: 0.1,
      rtt: { ms: 40 },
      bitrate: { kbps: 1_200 },
    },
  };
}

/** The operator takes what they were given. */
async function acknowledge(ways: BoardWays): Promise<void> {
  const { alerts } = (await askOk(ways, 'exporter:queue', 'GET', '/v1/queue')) as {
    readonly alerts: readonly { readonly incident_id: string; readonly status: string }[];
  };
  const given = alerts.find(({ status }) => status === 'assigned');
  assert.ok(given !== undefined, 'the operator was given an alert');
  const path = `/v1/queue/alerts/${given.incident_id}/acknowledge`;
  await askOk(ways, 'exporter:queue', 'POST', path, { operator: 'ada' });
}

async function askOk({ product }: BoardWays, part: string, method: string, path: string, body?: object) {
  const [status, answer] = await product.ask(part, method, path, body);
  assert.ok(status >= 200 && status < 300, `${path}: ${status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Until the wall clock says so. */
async function passed(atMs: number): Promise<void> {
  const leftMs = atMs - systemClock.nowMs();
  if (leftMs > 0)
    await until(`it is ${atMs}`, leftMs + LATE_MS, () => systemClock.nowMs() >= atMs || undefined);
}
