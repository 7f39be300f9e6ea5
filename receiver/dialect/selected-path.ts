// Which of the candidate pairs the media takes, and what is kept of it. Of a candidate only its kind is read: never its
// address, port or foundation.
import type { PathReading } from '../get-stats/reading.ts';
import type { ObjectsByType } from './objects-by-type.ts';
import { COUNT, PRESENT_SECONDS, type StatFields, TOTAL_SECONDS } from './stat-fields.ts';
import { statTimeMs } from './stat-time.ts';

const ROUND_TRIP = {
  currentRoundTripTime: PRESENT_SECONDS,
  totalRoundTripTime: TOTAL_SECONDS,
  responsesReceived: COUNT,
};

/** As browsers make them up: `CPT/zVLLNe_TWaL2axz`. No address can be written so. */
const PAIR_ID = /^[\w+/-]{1,64}$/;
/** ICE characters (RFC 8839, section 5.4). */
const FRAGMENT = /^[\w+/]{1,256}$/;
const NETWORK_TYPE = /^[a-z\d]{1,16}$/i;
const CANDIDATE_TYPE = /^(?:host|srflx|prflx|relay)$/;
const PROTOCOL = /^(?:udp|tcp)$/i;

/** What is kept of the path; undefined when nothing is known. */
export function readPath(byType: ObjectsByType): PathReading | undefined {
  const pair = selectedPair(byType);
  const candidate = byType('local-candidate').get(pair?.reference('localCandidateId') ?? '');
  const id = pair?.reference('id');
  const path = {
    ...(id !== undefined && PAIR_ID.test(id) && { pairId: id }),
    ...pair?.numbers(ROUND_TRIP),
    ...(candidate !== undefined && readCandidate(candidate)),
    ...readFragment(byType, candidate),
  };
  return Object.keys(path).length > 0 ? path : undefined;
}

/** The selected pair, or undefined when none is told. */
function selectedPair(byType: ObjectsByType): StatFields | undefined {
  const pairs = byType('candidate-pair');
  for (const transport of byType('transport').values()) {
    const pair = pairs.get(transport.reference('selectedCandidatePairId') ?? '');
    if (pair !== undefined) return pair;
  }
  const all = [...pairs.values()];
  // Several may be nominated after a switch: the one in use is where packets last came from.
  const nominated = all.filter(
    (pair) => pair.value('nominated') === true && pair.value('state') === 'succeeded',
  );
  const inUse = nominated.reduce<StatFields | undefined>(
    (best, pair) => (best === undefined || isNewer(pair, best) ? pair : best),
    undefined,
  );
  return inUse ?? all.find((pair) => pair.value('selected') === true);
}

/** What is kept of a local candidate, in the field names of W3C. */
export function readCandidate(candidate: StatFields): PathReading {
  const networkType = candidate.text('networkType', NETWORK_TYPE, 'must be a word')?.toLowerCase();
  const candidateType = candidate.text(
    'candidateType',
    CANDIDATE_TYPE,
    'must be host, srflx, prflx or relay',
  );
  const protocol = candidate.text('protocol', PROTOCOL, 'must be udp or tcp')?.toLowerCase();
  return {
    // `unknown` is how a browser says that it doesn't know.
    ...(networkType !== undefined && networkType !== 'unknown' && { networkType }),
    ...(candidateType !== undefined && { candidateType }),
    ...(protocol !== undefined && { protocol }),
  };
}

function readFragment(byType: ObjectsByType, candidate: StatFields | undefined): PathReading {
  for (const transport of byType('transport').values()) {
    const fragment = readText(transport, 'iceLocalUsernameFragment');
    if (fragment !== undefined) return { localUsernameFragment: fragment };
  }
  const fragment = candidate && readText(candidate, 'usernameFragment');
  return fragment === undefined ? {} : { localUsernameFragment: fragment };
}

function readText(fields: StatFields, name: string): string | undefined {
  return fields.text(name, FRAGMENT, 'must be an ICE username fragment');
}

/** By when a packet last came; where that is unknown of either, by the bytes that passed. */
function isNewer(pair: StatFields, other: StatFields): boolean {
  const pairMs = statTimeMs(pair.value('lastPacketReceivedTimestamp'));
  const otherMs = statTimeMs(other.value('lastPacketReceivedTimestamp'));
  if (pairMs !== undefined && otherMs !== undefined && pairMs !== otherMs) return pairMs > otherMs;
  return bytesOf(pair) > bytesOf(other);
}

function bytesOf(pair: StatFields): number {
  const [received, sent] = [pair.value('bytesReceived'), pair.value('bytesSent')];
  return (typeof received === 'number' ? received : 0) + (typeof sent === 'number' ? sent : 0);
}
