// A MOS where the platform reports none: the simplified E-model by which Genesys clients estimate theirs, so that the
// numbers agree. It is a model of audio over a network, and knows nothing of frozen pictures.
import type { MosCause } from '../sample.ts';

export interface MosInputs {
  /** Round trip, not one way; the formula halves it. */
  readonly rttMs?: number | undefined;
  readonly jitterMs?: number | undefined;
  /** 0–100. */
  readonly packetLossPercent?: number | undefined;
}

export interface EstimatedMos {
  /** 1–5. */
  readonly mos: number;
  /** What took points off, the costliest first. */
  readonly causes: readonly MosCause[];
}

/** The R-factor of a flawless narrowband path, ITU-T G.107. */
const FLAWLESS_R = 93.2;
/** Up to this effective latency a millisecond costs 1/40 of R, above it a tenth. */
const PATIENCE_MS = 160;
/** The highest narrowband MOS is 4.5; Opus reaches 5. */
const OPUS_SCALE = 5 / 4.5;
/** What takes less off is not worth naming. */
const LEAST_COST = 0.05;

/** Undefined when an input is missing: an unknown loss is not a loss of 0. */
export function estimateMos({ rttMs, jitterMs, packetLossPercent }: MosInputs): EstimatedMos | undefined {
  if (rttMs === undefined || jitterMs === undefined || packetLossPercent === undefined) return undefined;
  const flawless = mosOf(0, 0, 0);
  // Each on an else flawless path: where both are bad enough for a MOS of 1, neither would make a difference alone.
  const costs: readonly (readonly [MosCause, number])[] = [
    ['packet_loss', flawless - mosOf(0, 0, packetLossPercent)],
    ['delay', flawless - mosOf(rttMs, jitterMs, 0)],
  ];
  return {
    mos: mosOf(rttMs, jitterMs, packetLossPercent),
    causes: costs
      .filter(([, cost]) => cost >= LEAST_COST)
      .toSorted(([, left], [, right]) => right - left)
      .map(([cause]) => cause),
  };
}

function mosOf(rttMs: number, jitterMs: number, packetLossPercent: number): number {
  const latencyMs = rttMs / 2 + 2 * jitterMs + 10;
  const latencyCost = latencyMs < PATIENCE_MS ? latencyMs / 40 : (latencyMs - 120) / 10;
  const r = FLAWLESS_R - latencyCost - 2.5 * packetLossPercent;
  if (r < 0) return 1;
  const mos = (1 + 0.035 * r + 0.000007 * r * (r - 60) * (100 - r)) * OPUS_SCALE;
  return Math.min(Math.max(mos, 1), 5);
}
