// The round trip, of media and of the path. The two end at different places and are never averaged. Pure.
import { growth, MAX_MS, possible } from './counter-increase.ts';
import type { PathReading, RemoteCounters } from './reading.ts';

/**
 * By RTCP, from end to end of what the stream passes: the mean of what was measured since the reading before; where
 * measurements are not counted, the one of a new report. Undefined while an old one is repeated. Milliseconds.
 */
export function mediaRttMs(
  before: RemoteCounters | undefined,
  now: RemoteCounters | undefined,
): number | undefined {
  return roundTripMs(
    growth(before?.totalRoundTripTime, now?.totalRoundTripTime),
    growth(before?.roundTripTimeMeasurements, now?.roundTripTimeMeasurements),
    isRepeated(before, now) ? undefined : now?.roundTripTime,
  );
}

/** A report that has neither a time nor a count is taken for new: an equal value proves nothing. */
function isRepeated(before: RemoteCounters | undefined, now: RemoteCounters | undefined): boolean {
  const hasSame = (name: 'timestamp' | 'roundTripTimeMeasurements') =>
    now?.[name] !== undefined && before?.[name] === now[name];
  return hasSame('timestamp') || hasSame('roundTripTimeMeasurements');
}

/** By STUN, to the SFU or TURN server: the mean likewise, else the last measurement. */
export function pathRttMs(before: PathReading | undefined, now: PathReading | undefined): number | undefined {
  return roundTripMs(
    growth(before?.totalRoundTripTime, now?.totalRoundTripTime),
    growth(before?.responsesReceived, now?.responsesReceived),
    now?.currentRoundTripTime,
  );
}

function roundTripMs(
  totalSeconds: number | undefined,
  count: number | undefined,
  lastSeconds: number | undefined,
): number | undefined {
  const isMeasured = totalSeconds !== undefined && count !== undefined && count > 0;
  const seconds = isMeasured ? totalSeconds / count : lastSeconds;
  return seconds === undefined ? undefined : possible(seconds * 1_000, MAX_MS);
}
