// Whether two readings belong together: across a boundary their difference means nothing. Pure.
import type { Boundary } from '../sample.ts';
import { increase } from './derive.ts';
import type { StatsSnapshot } from './snapshot.ts';

/** Why nothing may be derived from `before` and `now`; undefined when it may. */
export function boundaryBetween(before: StatsSnapshot, now: StatsSnapshot): Boundary | undefined {
  const [old, present] = [before.inbound ?? before.outbound, now.inbound ?? now.outbound];
  if (old?.ssrc !== present?.ssrc) return 'ssrc_change';
  if (before.codec !== now.codec) return 'codec_change';
  if (hasFallen(before, now)) return 'counter_reset';
  return (before.muted ?? false) === (now.muted ?? false) ? undefined : 'mute';
}

/** `packetsLost` is missing here: it may fall without anything being wrong. */
function hasFallen({ inbound, outbound }: StatsSnapshot, now: StatsSnapshot): boolean {
  const increases = [
    increase(inbound?.packetsReceived, now.inbound?.packetsReceived),
    increase(inbound?.bytesReceived, now.inbound?.bytesReceived),
    increase(inbound?.framesDecoded, now.inbound?.framesDecoded),
    increase(inbound?.totalFreezesDuration, now.inbound?.totalFreezesDuration),
    increase(inbound?.totalPausesDuration, now.inbound?.totalPausesDuration),
    increase(outbound?.packetsSent, now.outbound?.packetsSent),
    increase(outbound?.bytesSent, now.outbound?.bytesSent),
    increase(outbound?.framesEncoded, now.outbound?.framesEncoded),
  ];
  return increases.some((amount) => amount !== undefined && amount < 0);
}
