// The round trip of a session. That of media and that of the path end at different places: where media has one it is
// taken, and the two are never averaged. Pure.
import type { ConnectionState } from './connection-state.ts';
import type { SessionPicture } from './session-picture.ts';

/** The longest of the connections that carry what the session shows, milliseconds. Audio on the same connection measures it, too. */
export function roundTripOf(
  connections: readonly ConnectionState[],
  picture: SessionPicture | undefined,
): number | undefined {
  if (picture === undefined) return undefined;
  const shown = new Set([...picture.inbound, ...picture.outbound]);
  let [mediaMs, pathMs]: (number | undefined)[] = [];
  for (const { streams, pathRttMs } of connections) {
    if (!streams.some((stream) => shown.has(stream))) continue;
    pathMs = longer(pathMs, pathRttMs);
    for (const { interval, missedCount } of streams) {
      if (missedCount === 0 && interval?.traffic !== 'flat') mediaMs = longer(mediaMs, interval?.rttMs);
    }
  }
  return mediaMs ?? pathMs;
}

function longer(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.max(left, right);
}
