// What the counters of a stream say, by the definitions of W3C webrtc-stats and RFC 3550 alone. It is the measure that the
// pipeline is held against, so it imports nothing of ours.

/** The cumulative counters of one `inbound-rtp` object at one instant, as the raw file has them. */
export interface Counters {
  /** Milliseconds, by any clock that runs evenly. */
  readonly atMs: number;
  readonly ssrc: number;
  readonly packetsReceived: number;
  /** Signed: may fall when a packet turns out to be late. */
  readonly packetsLost: number;
  readonly bytesReceived: number;
  readonly framesDecoded: number;
  /** Absent where the browser has no freeze counters. */
  readonly totalFreezesDuration?: number;
  readonly totalPausesDuration?: number;
}

export interface StreamTruth {
  /** Of the time over which two readings can be compared. */
  readonly seconds: number;
  /** RFC 3550 A.3: what was expected is what was received and what was lost. */
  readonly expectedPackets: number;
  /** Absent when nothing was expected. */
  readonly lossPercent?: number;
  readonly bitrateKbps: number;
  readonly framesPerSecond: number;
  /** Freezes and pauses that the counters were credited with. Absent where there are no such counters. */
  readonly creditedStillSeconds?: number;
}

/** Over the readings given, from the first to the last of them; at least two. */
export function truthOf(readings: readonly Counters[]): StreamTruth {
  const sum = { ms: 0, received: 0, lost: 0, bytes: 0, frames: 0, stillSeconds: 0 };
  let hasStill = false;
  for (const [before, now] of comparablePairs(readings)) {
    sum.ms += now.atMs - before.atMs;
    sum.received += now.packetsReceived - before.packetsReceived;
    sum.lost += now.packetsLost - before.packetsLost;
    sum.bytes += now.bytesReceived - before.bytesReceived;
    sum.frames += now.framesDecoded - before.framesDecoded;
    const still = creditedBetween(before, now);
    hasStill ||= still !== undefined;
    sum.stillSeconds += still ?? 0;
  }
  const expectedPackets = sum.received + sum.lost;
  return {
    seconds: sum.ms / 1_000,
    expectedPackets,
    ...(expectedPackets > 0 && { lossPercent: (100 * sum.lost) / expectedPackets }),
    bitrateKbps: (8 * sum.bytes) / sum.ms,
    framesPerSecond: (1_000 * sum.frames) / sum.ms,
    ...(hasStill && { creditedStillSeconds: sum.stillSeconds }),
  };
}

/**
 * Neighbours that can be subtracted: the same stream, later, and no counter that only grows has fallen. What a reset swallowed
 * is in no counter, so nothing is known of it.
 */
export function comparablePairs(readings: readonly Counters[]): (readonly [Counters, Counters])[] {
  return readings.slice(1).flatMap((now, index) => {
    const before = readings[index]!;
    const grows =
      now.ssrc === before.ssrc &&
      now.atMs > before.atMs &&
      now.packetsReceived >= before.packetsReceived &&
      now.bytesReceived >= before.bytesReceived &&
      now.framesDecoded >= before.framesDecoded;
    return grows ? [[before, now] as const] : [];
  });
}

/**
 * Seconds during which the picture stood still, for each pair. A freeze or a pause is credited when the frame after it is
 * shown, so the credit belongs to the time before that: it fills the pairs from its own backwards. A picture that stands still at the
 * end is not credited at all yet: by the definition of a freeze (a gap of at least three frame distances, and of at least
 * one of them plus 150 ms) the whole pairs without a frame at the end are one, once there were frames.
 */
export function stillSecondsByPair(readings: readonly Counters[]): number[] {
  const pairs = comparablePairs(readings);
  const lengths = pairs.map(([before, now]) => (now.atMs - before.atMs) / 1_000);
  const still = pairs.map(() => 0);
  for (const [index, [before, now]] of pairs.entries()) {
    let credit = creditedBetween(before, now) ?? 0;
    for (let earlier = index; earlier >= 0 && credit > 0; earlier--) {
      const taken = Math.min(credit, lengths[earlier]! - still[earlier]!);
      still[earlier]! += taken;
      credit -= taken;
    }
  }
  for (let last = pairs.length - 1; last >= 0; last--) {
    const [before, now] = pairs[last]!;
    if (now.framesDecoded > before.framesDecoded || before.framesDecoded === 0) break;
    still[last] = lengths[last]!;
  }
  return still;
}

function creditedBetween(before: Counters, now: Counters): number | undefined {
  if (now.totalFreezesDuration === undefined && now.totalPausesDuration === undefined) return undefined;
  const freezes = (now.totalFreezesDuration ?? 0) - (before.totalFreezesDuration ?? 0);
  const pauses = (now.totalPausesDuration ?? 0) - (before.totalPausesDuration ?? 0);
  return freezes + pauses;
}
