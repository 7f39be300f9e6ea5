// When nothing moves on the shared screen of a simulated call, because its owner reads or talks. A browser then repeats the
// picture once a second, and its freeze detector takes the first of these gaps for freezes, until it has got used to them: a
// freeze is a gap of three times the mean of the last thirty (w3c/webrtc-stats), which eight gaps of a second have raised.
import type { Seeded } from '../../test/kill/seeded.ts';
import type { CallPlan } from './call-plan.ts';

/** Whole seconds since the call began. */
export interface Rest {
  readonly startS: number;
  readonly endS: number;
}

const GAPS_TAKEN_FOR_FREEZES = 8;
/** Half of the rests are shorter than 7 s; one in eight is longer than a minute. */
const LONGEST_REST_S = 120;

export function drawRests(random: Seeded, { media, durationS }: CallPlan): Rest[] {
  if (media !== 'screen') return [];
  const rests: Rest[] = [];
  let cursorS = random.whole(5, 20);
  while (cursorS < durationS) {
    const endS = cursorS + Math.round(LONGEST_REST_S ** random.fraction());
    rests.push({ startS: cursorS, endS });
    cursorS = endS + random.whole(1, 20);
  }
  return rests;
}

/** `mistaken`: the second is credited as a freeze though nothing is wrong. */
export function restAt(rests: readonly Rest[], second: number): { readonly mistaken: boolean } | undefined {
  const rest = rests.find(({ startS, endS }) => second >= startS && second < endS);
  return rest && { mistaken: second - rest.startS < GAPS_TAKEN_FOR_FREEZES };
}
