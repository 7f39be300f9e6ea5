// A MOS where the platform reports none: the simplified E-model by which Genesys clients estimate theirs, so that the
// numbers agree. It is a model of audio over a network, and knows nothing of frozen pictures.

export interface MosInputs {
  /** Round trip, not one way; the formula halves it. */
  readonly rttMs?: number | undefined;
  readonly jitterMs?: number | undefined;
  /** 0–100. */
  readonly packetLossPercent?: number | undefined;
}

/** The R-factor of a flawless narrowband path, ITU-T G.107. */
const FLAWLESS_R = 93.2;
/** Up to this effective latency a millisecond costs 1/40 of R, above it a tenth. */
const PATIENCE_MS = 160;
/** The highest narrowband MOS is 4.5; Opus reaches 5. */
const OPUS_SCALE = 5 / 4.5;

/** 1 to 5, or undefined when an input is missing: an unknown loss is not a loss of 0. */
export function estimateMos({ rttMs, jitterMs, packetLossPercent }: MosInputs): number | undefined {
  if (rttMs === undefined || jitterMs === undefined || packetLossPercent === undefined) return undefined;
  const latencyMs = rttMs / 2 + 2 * jitterMs + 10;
  const latencyCost = latencyMs < PATIENCE_MS ? latencyMs / 40 : (latencyMs - 120) / 10;
  const r = FLAWLESS_R - latencyCost - 2.5 * packetLossPercent;
  if (r < 0) return 1;
  const mos = (1 + 0.035 * r + 0.000007 * r * (r - 60) * (100 - r)) * OPUS_SCALE;
  return Math.min(Math.max(mos, 1), 5);
}
