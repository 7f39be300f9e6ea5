// Baseline: webrtc-issue-detector 1.17.3 itself, run in Node as its own constructor runs it: its parser reads the reports of a
// peer connection that replays the call, its calculator scores them, its default detectors judge them. Its clock and its
// timers run on the time of the call.
import { mock } from 'node:test';
import {
  AvailableOutgoingBitrateIssueDetector,
  FrozenVideoTrackDetector,
  InboundNetworkIssueDetector,
  MissingStreamDataDetector,
  NetworkMediaSyncIssueDetector,
  NetworkScoresCalculator,
  OutboundNetworkIssueDetector,
  QualityLimitationsIssueDetector,
  RTCStatsParser,
  UnknownVideoDecoderImplementationDetector,
  VideoDecoderIssueDetector,
  type IssueDetector,
} from 'webrtc-issue-detector';
import type { Call, CallReading } from './call.ts';
import { AlertBook, type Alert, type Detector } from './detector.ts';

/** `each`: every issue is an alert, as `onIssues` tells it. `grouped`: an issue raises, and three samples without it clear. */
type Reporting = 'each' | 'grouped';

const QUIET_SAMPLES = 3;

export function issueDetector(name: string, reporting: Reporting): Detector {
  return {
    name,
    // Its default is 10 s for the reporter alone and 5 s as a whole.
    everySeconds: 5,
    watch: async (call) => {
      mock.timers.enable({ apis: ['setTimeout', 'Date'], now: call.startMs });
      try {
        const issues = await issuesOf(call);
        return reporting === 'each' ? asAlerts(issues) : grouped(issues);
      } finally {
        mock.timers.reset();
      }
    },
  };
}

interface SampleIssues {
  readonly atMs: number;
  readonly reasons: readonly string[];
}

async function issuesOf(call: Call): Promise<SampleIssues[]> {
  const readings = call.entries.filter((entry): entry is CallReading => entry.kind === 'reading');
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const parser = new RTCStatsParser({ logger: silent });
  const calculator = new NetworkScoresCalculator();
  // The order of its constructor.
  const detectors: IssueDetector[] = [
    new QualityLimitationsIssueDetector(),
    new InboundNetworkIssueDetector(),
    new OutboundNetworkIssueDetector(),
    new NetworkMediaSyncIssueDetector(),
    new AvailableOutgoingBitrateIssueDetector(),
    new UnknownVideoDecoderImplementationDetector(),
    new FrozenVideoTrackDetector(),
    new VideoDecoderIssueDetector(),
    new MissingStreamDataDetector(),
  ];
  const issues: SampleIssues[] = [];
  let nowMs = call.startMs;
  for (const reading of readings) {
    mock.timers.tick(Math.max(0, Math.round(reading.atMs - nowMs)));
    nowMs = Math.max(nowMs, reading.atMs);
    const parsed = await parser.parse({ id: 'pc', pc: connectionAt(reading) });
    if (parsed === undefined) continue;
    const scores = calculator.calculate(parsed.stats);
    const reasons = detectors.flatMap((detector) =>
      detector.detect(parsed.stats, scores).map(({ reason }) => String(reason)),
    );
    issues.push({ atMs: reading.atMs, reasons });
  }
  return issues;
}

function asAlerts(issues: readonly SampleIssues[]): Alert[] {
  return issues.flatMap(({ atMs, reasons }, index) =>
    reasons.map((kind) => ({
      kind,
      raisedAtMs: atMs,
      clearedAtMs: issues[index + 1]?.atMs ?? atMs,
      why: kind,
    })),
  );
}

function grouped(issues: readonly SampleIssues[]): readonly Alert[] {
  const book = new AlertBook();
  const quietCounts = new Map<string, number>();
  for (const { atMs, reasons } of issues) {
    for (const kind of reasons) {
      book.raise(kind, atMs, kind);
      quietCounts.set(kind, 0);
    }
    for (const [kind, count] of quietCounts) {
      if (reasons.includes(kind)) continue;
      quietCounts.set(kind, count + 1);
      if (count + 1 === QUIET_SAMPLES) book.clear(kind, atMs);
    }
  }
  return book.alerts;
}

/** What the parser asks of a peer connection. */
interface ReplayedConnection {
  readonly iceConnectionState: string;
  readonly connectionState: string;
  getReceivers(): readonly {
    track: { enabled: boolean };
    getStats(): Promise<ReadonlyMap<string, unknown>>;
  }[];
  getSenders(): readonly never[];
}

/** One receiver, whose report is the reading. Ids take the place of addresses, which the library does not read. */
function connectionAt(reading: CallReading): ReplayedConnection {
  const { ssrc, codec, decoder, inbound, path, atMs } = reading;
  const streamId = `IT01V${ssrc}`;
  const stats: readonly (Record<string, unknown> & { readonly id: string })[] = [
    { id: 'T01', type: 'transport', timestamp: atMs, selectedCandidatePairId: 'CP01' },
    {
      id: 'CP01',
      type: 'candidate-pair',
      timestamp: atMs,
      state: 'succeeded',
      nominated: true,
      localCandidateId: 'L01',
      remoteCandidateId: 'R01',
      // Media is all that the captures tell of what the pair carried.
      packetsReceived: inbound.packetsReceived,
      packetsSent: 0,
      currentRoundTripTime: path.currentRoundTripTime,
      totalRoundTripTime: path.totalRoundTripTime,
      responsesReceived: path.responsesReceived,
    },
    { id: 'L01', type: 'local-candidate', timestamp: atMs },
    { id: 'R01', type: 'remote-candidate', timestamp: atMs },
    {
      ...inbound,
      id: streamId,
      type: 'inbound-rtp',
      kind: 'video',
      timestamp: atMs,
      ssrc,
      transportId: 'T01',
      trackIdentifier: 'video',
      mimeType: codec,
      decoderImplementation: decoder,
    },
  ];
  const report = new Map(stats.map((stat) => [stat.id, stat]));
  const receiver = { track: { enabled: true }, getStats: () => Promise.resolve(report) };
  return {
    iceConnectionState: 'connected',
    connectionState: 'connected',
    getReceivers: () => [receiver],
    getSenders: () => [],
  };
}
