// The load of bench/api-query.ts: the same sample objects each time, with new numbers, so that making them costs next to nothing.
import type { QualitySample } from '../receiver/sample.ts';

const RECORDS_PER_BATCH = 500;

export interface FleetShape {
  readonly edgeCount: number;
  readonly siteCount: number;
  /** Any site by any edge; else each site is served by two. */
  readonly isWorst: boolean;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export class Fleet {
  readonly #batches: Writable<QualitySample>[][] = [];
  #round = 0;

  constructor(sessionCount: number, shape: FleetShape) {
    for (let first = 0; first < sessionCount; first += RECORDS_PER_BATCH) {
      const count = Math.min(RECORDS_PER_BATCH, sessionCount - first);
      this.#batches.push(Array.from({ length: count }, (_, index) => sessionOf(first + index, shape)));
    }
  }

  /** The next sample of each session. */
  samplesAt(observedAtMs: number): readonly (readonly QualitySample[])[] {
    this.#round += 1;
    let session = 0;
    for (const batch of this.#batches) {
      for (const sample of batch) {
        measure(sample, session++, this.#round);
        sample.observedAtMs = observedAtMs;
      }
    }
    return this.#batches;
  }
}

function sessionOf(session: number, { edgeCount, siteCount, isWorst }: FleetShape): Writable<QualitySample> {
  const site = session % siteCount;
  const edge = isWorst
    ? Math.floor(session / siteCount) % edgeCount
    : (site * 2 + (Math.floor(session / siteCount) % 2)) % edgeCount;
  const sample = {
    kind: 'sample',
    sessionId: `7f3c9a52-4e1b-4c8e-9d2f-${String(session).padStart(12, '0')}`,
    observedAtMs: 0,
    receivedAtMs: 0,
    mosSource: 'reported',
    codec: session % 3 === 0 ? 'H264' : 'VP8',
    media: session % 8 === 0 ? 'screen' : 'camera',
    direction: 'inbound',
    dimensions: { site: `site-${site}`, region: `r-${site % 4}`, edge: `edge-${edge}` },
  } as const;
  // Flat strings of its own for each session, as a decoder leaves them.
  return JSON.parse(JSON.stringify(sample)) as Writable<QualitySample>;
}

/** Most sessions are well most of the time; each has its own level, and one in 33 is bad. */
function measure(sample: Writable<QualitySample>, session: number, round: number): void {
  const own = ((session * 7_919) % 1_000) / 1_000;
  const wobble = ((session * 31 + round * 17) % 97) / 97;
  const isBad = (session + Math.floor(round / 12)) % 33 === 0;
  sample.mos = isBad ? 2 + wobble * 1.5 : 3.9 + wobble * 0.6;
  sample.packetLossPercent = isBad ? 1 + wobble * 8 : wobble < 0.6 ? 0 : wobble;
  sample.jitterMs = 3 + own * 10 + wobble * (isBad ? 60 : 12);
  sample.rttMs = 30 + own * 120 + wobble * (isBad ? 250 : 30);
  sample.bitrateKbps = 500 + own * 1_500 + wobble * 400;
  sample.framesPerSecond = isBad ? 8 + wobble * 15 : 24 + wobble * 6;
  sample.freezeRatio = isBad ? wobble * 0.4 : wobble < 0.9 ? 0 : wobble * 0.05;
}
