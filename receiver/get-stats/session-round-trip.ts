// The round trip of a session. That of media and that of the path end at different places: where media has one it is
// taken, and the two are never averaged. Pure.
import type { ConnectionState } from './connection-state.ts';
import type { SessionPicture } from './session-picture.ts';

/**
 * Of the connections that carry what the session shows, milliseconds: the longest that its own streams measured, else that
 * another stream of theirs did, such as audio, else that of the path.
 */
export function roundTripOf(
  connections: readonly ConnectionState[],
  picture: SessionPicture | undefined,
): number | undefined {
  if (picture === undefined) return undefined;
  const shown = new Set([...picture.inbound, ...picture.outbound]);
  let [ownMs, otherMs, pathMs]: (number | undefined)[] = [];
  for (const { streams, pathRttMs } of connections) {
    if (!streams.some((stream) => shown.has(stream))) continue;
    pathMs = longer(pathMs, pathRttMs);
    for (const stream of streams) {
      const { interval, missedCount } = stream;
      if (missedCount > 0 || interval?.traffic === 'flat') continue;
      if (shown.has(stream)) ownMs = longer(ownMs, interval?.rttMs);
      else otherMs = longer(otherMs, interval?.rttMs);
    }
  }
  return ownMs ?? otherMs ?? pathMs;
}

function longer(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.max(left, right);
}
