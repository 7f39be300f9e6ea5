// What a stream usually shows, learned from itself: its frame rate and its resolution. The costs of a slower or coarser
// picture are measured against it. Forgotten at boundaries. Pure.

export interface UsualPicture {
  readonly framesPerSecond: number | undefined;
  /** The most of the recent past. */
  readonly pixels: number | undefined;
  /** For how long it has been coarser than that. */
  readonly coarserMs: number;
}

export const UNKNOWN_PICTURE: UsualPicture = { framesPerSecond: undefined, pixels: undefined, coarserMs: 0 };

/**
 * Upwards the usual rate follows in about 10 s. Downwards so slowly that a lasting halving costs nothing any more after a
 * minute: 1/2 + 1/2 · e^(−60/τ) of the old rate is where 25 % less is still free, at τ = 54 s.
 */
const [RISE_MS, FALL_MS] = [10_000, 54_000];
/** A picture that stays coarser for this long is meant to be. */
const COARSER_FOR_MS = 60_000;

export interface PictureShown {
  readonly lengthMs: number;
  readonly framesPerSecond: number | undefined;
  readonly pixels: number | undefined;
  /** Whether something else was wrong with the interval: then its frame rate teaches nothing. */
  readonly isFaulty: boolean;
}

export function learn(usual: UsualPicture, shown: PictureShown): UsualPicture {
  return { framesPerSecond: learnRate(usual.framesPerSecond, shown), ...learnPixels(usual, shown) };
}

function learnRate(
  usual: number | undefined,
  { lengthMs, framesPerSecond, isFaulty }: PictureShown,
): number | undefined {
  if (framesPerSecond === undefined || framesPerSecond === 0 || isFaulty) return usual;
  if (usual === undefined) return framesPerSecond;
  const timeMs = framesPerSecond > usual ? RISE_MS : FALL_MS;
  return usual + (framesPerSecond - usual) * (1 - Math.exp(-lengthMs / timeMs));
}

function learnPixels(
  usual: UsualPicture,
  { lengthMs, pixels }: PictureShown,
): Pick<UsualPicture, 'pixels' | 'coarserMs'> {
  if (pixels === undefined) return { pixels: usual.pixels, coarserMs: usual.coarserMs };
  const coarserMs = usual.coarserMs + lengthMs;
  if (usual.pixels === undefined || pixels >= usual.pixels || coarserMs > COARSER_FOR_MS) {
    return { pixels, coarserMs: 0 };
  }
  return { pixels: usual.pixels, coarserMs };
}
