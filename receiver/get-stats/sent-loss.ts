// Of what is sent, how much the peer reports as lost. The peer reports when it likes and its last report is repeated until
// the next, so losses are compared with what was sent between reports, not between readings. Pure.
import { growth, increase } from './counter-increase.ts';
import type { OutboundStream } from './reading.ts';

/** What was known when the peer's last new report was seen. */
export interface ReportAnchor {
  readonly timestampMs: number | undefined;
  readonly packetsLost: number | undefined;
  readonly packetsSent: number | undefined;
}

export interface PacketLoss {
  readonly lostCount: number;
  /** How many packets should have arrived. */
  readonly expectedCount: number;
}

/** The anchor that `now` is; `before` itself when the peer has reported nothing new. */
export function anchorOf(before: ReportAnchor | undefined, now: OutboundStream): ReportAnchor | undefined {
  const { remote } = now;
  if (remote === undefined || isRepeated(before, now)) return before;
  return {
    timestampMs: remote.timestamp,
    packetsLost: remote.packetsLost,
    packetsSent: now.counters.packetsSent,
  };
}

/** Undefined without a new report, and when nothing was sent. */
export function sentLoss(before: ReportAnchor | undefined, now: OutboundStream): PacketLoss | undefined {
  const { remote } = now;
  if (before === undefined || remote === undefined || isRepeated(before, now)) return undefined;
  const sentCount = growth(before.packetsSent, now.counters.packetsSent);
  if (sentCount === undefined || sentCount === 0) return undefined;
  const lostCount =
    increase(before.packetsLost, remote.packetsLost) ??
    (remote.fractionLost === undefined ? undefined : remote.fractionLost * sentCount);
  if (lostCount === undefined || Number.isNaN(lostCount)) return undefined;
  return { lostCount: Math.min(Math.max(0, lostCount), sentCount), expectedCount: sentCount };
}

function isRepeated(before: ReportAnchor | undefined, { remote }: OutboundStream): boolean {
  return before?.timestampMs !== undefined && before.timestampMs === remote?.timestamp;
}
