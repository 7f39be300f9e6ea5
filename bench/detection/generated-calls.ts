// Simulated calls by seed. Each call has a stream of randomness of its own: call 17 is the same whether 20 or 1,000 are made.
import { Seeded } from '../../test/kill/seeded.ts';
import type { Call } from './call.ts';
import { drawPlan, type CallTraits } from './call-plan.ts';
import { simulateCall } from './simulate-call.ts';

/** Cameras that want more than the guide's 500 kbit/s. */
export const USUAL: CallTraits = { wantedKbps: [700, 2_500], blips: 'log-uniform' };

/** The same with more long blips. */
export const LONG_BLIPS: CallTraits = { ...USUAL, blips: 'uniform' };

/** Small pictures: what the captured calls sent with nothing wrong. */
export const SMALL_PICTURE: CallTraits = { ...USUAL, wantedKbps: [420, 560] };

export function generatedCall(seed: number, index: number, traits: CallTraits): Call {
  const random = new Seeded(seed, `call ${index}`);
  return simulateCall(`call ${index} of seed ${seed}`, drawPlan(random, traits), random);
}

export function* generatedCalls(count: number, seed: number, traits: CallTraits): Generator<Call> {
  for (let index = 0; index < count; index++) yield generatedCall(seed, index, traits);
}
