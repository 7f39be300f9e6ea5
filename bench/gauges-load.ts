// The load that the metrics benchmarks share: sessions as a contact centre has them, one sample each per round.
import type { QualityBatch, QualitySample } from '../receiver/sample.ts';

export const START_MS = Date.UTC(2026, 0, 1);
const SAMPLE_INTERVAL_MS = 5_000;
const RECORDS_PER_BATCH = 500;

/** Sample number `round` of each session, in batches. Every object and string is new and flat, as a decoder leaves them. */
export function* sampleBatches(sessionCount: number, round: number): Generator<QualityBatch> {
  for (let first = 0; first < sessionCount; first += RECORDS_PER_BATCH) {
    const count = Math.min(RECORDS_PER_BATCH, sessionCount - first);
    const records = Array.from({ length: count }, (_, index) => sampleOf(first + index, round));
    yield { records: JSON.parse(JSON.stringify(records)) as QualitySample[], sessionTimeoutMs: 60_000 };
  }
}

function sampleOf(session: number, round: number): QualitySample {
  const observedAtMs = START_MS + round * SAMPLE_INTERVAL_MS;
  const wobble = ((session * 31 + round * 17) % 97) / 97;
  return {
    kind: 'sample',
    sessionId: `7f3c9a52-4e1b-4c8e-9d2f-${String(session).padStart(12, '0')}`,
    agentId: `agent-${session % 5_000}`,
    observedAtMs,
    receivedAtMs: observedAtMs + 40,
    mos: 3 + wobble * 1.5,
    mosSource: 'reported',
    packetLossPercent: wobble * 3,
    jitterMs: 5 + wobble * 30,
    rttMs: 40 + wobble * 200,
    bitrateKbps: 600 + wobble * 1_500,
    framesPerSecond: 20 + wobble * 10,
    freezeRatio: wobble * 0.1,
    codec: session % 3 === 0 ? 'H264' : 'VP8',
    media: 'camera',
    direction: 'inbound',
    dimensions: {
      region: `r-${session % 4}`,
      edge: `edge-${session % 20}`,
      'network.type': session % 2 === 0 ? 'wifi' : 'wired',
    },
  };
}

/** One event as a browser's gateway posts it, about 300 bytes: what a sample costs to parse before it is recorded. */
export const EVENT_JSON = JSON.stringify({
  type: 'webrtc-video',
  sessionId: '7f3c9a52-4e1b-4c8e-9d2f-000000000001',
  agentId: 'agent-1',
  timestamp: '2026-01-01T00:00:00.000Z',
  metrics: {
    mos: 3.9,
    packetLoss: { percent: 0.8 },
    jitter: { ms: 12.5 },
    rtt: { ms: 84 },
    bitrate: { kbps: 1480 },
    framesPerSecond: 29,
  },
  codec: 'VP8',
  edge: 'edge-1',
  region: 'r-1',
  network: { type: 'wifi' },
});

/** CPU time of this thread so far, so that measurements leave out what else the machine does. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** CPU time of one JSON.parse of `EVENT_JSON`, after a warm-up: the unit that the benchmarks compare with. */
export function nanosecondsPerParse(): number {
  const count = 300_000;
  let keep = 0;
  const run = () => {
    const startedMs = threadCpuMs();
    for (let index = 0; index < count; index++) {
      keep += (JSON.parse(EVENT_JSON) as { type: string }).type.length;
    }
    return ((threadCpuMs() - startedMs) * 1e6) / count;
  };
  run();
  const result = run();
  if (keep === 0) throw new Error('nothing was parsed');
  return result;
}
