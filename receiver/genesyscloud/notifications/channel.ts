// A notification channel: a place at the platform to which it sends what happens to the topics that were asked for.
import { Secret } from '../../../collector/secret.ts';
import { isRecord, timeOf } from './json-value.ts';

export interface Channel {
  /** May stand in a path. */
  readonly id: string;
  /** Where it is heard. Whoever has it can hear it too: the URL is the credential. */
  readonly connectUri: Secret;
  readonly expiresAtMs: number;
  /** When another one should take over. */
  readonly renewAtMs: number;
}

const USUAL_LIFE_MS = 24 * 3_600_000;
/** Of its life: an hour of the usual 24 is left for the one that takes over. */
const RENEWED_AFTER = 23 / 24;
const LONGEST_LIFE_MS = 7 * USUAL_LIFE_MS;
/** Begins with no dot: a path has steps of dots alone. */
const CHANNEL_ID = /^[\w-][\w.-]{0,127}$/;
const MAX_URI_LENGTH = 2_048;

/** Undefined when the answer is none. */
export function channelOf(answer: unknown, nowMs: number): Channel | undefined {
  if (!isRecord(answer)) return undefined;
  const { id, connectUri, expires } = answer;
  if (typeof id !== 'string' || !CHANNEL_ID.test(id)) return undefined;
  if (typeof connectUri !== 'string' || connectUri.length > MAX_URI_LENGTH) return undefined;
  const lifeMs = (timeOf(expires) ?? -Infinity) - nowMs;
  const believedMs = lifeMs > 0 && lifeMs <= LONGEST_LIFE_MS ? lifeMs : USUAL_LIFE_MS;
  return {
    id,
    connectUri: new Secret(connectUri),
    expiresAtMs: nowMs + believedMs,
    renewAtMs: nowMs + believedMs * RENEWED_AFTER,
  };
}
