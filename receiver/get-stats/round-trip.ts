// The round trip, of media and of the path. The two end at different places and are never averaged. Pure.
import { growth, MAX_MS, possible } from './counter-increase.ts';
import type { PathReading, RemoteCounters } from './reading.ts';

/**
 * By RTCP, from end to end of what the stream passes: the mean of what was measured since the reading before, else the
 * last measurement, which the peer repeats until its next report. Milliseconds.
 */
export function mediaRttMs(
  before: RemoteCounters | undefined,
  now: RemoteCounters | undefined,
): number | undefined {
  return roundTripMs(
    growth(before?.totalRoundTripTime, now?.totalRoundTripTime),
    growth(before?.roundTripTimeMeasurements, now?.roundTripTimeMeasurements),
    now?.roundTripTime,
  );
}

/** By STUN, to the SFU or TURN server: likewise. */
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
