// The cumulative counters of a simulated receiver, moved a second at a time.
import type { Seeded } from '../../test/kill/seeded.ts';
import type { VideoCounters } from './call.ts';
import type { Conditions } from './conditions.ts';
import type { Stall } from './stalls.ts';

const PACKET_BYTES = 1_000;
/** A sender that hears nothing falls back to next to nothing. */
const MAX_PACKETS_PER_DARK_SECOND = 30;
const DECODE_SECONDS_PER_FRAME = 0.005;

export class ReceiverCounters {
  readonly #random: Seeded;
  #packetsReceived = 0;
  #packetsLost = 0;
  #bytesReceived = 0;
  #framesReceived = 0;
  #framesDecoded = 0;
  #framesDropped = 0;
  #freezeCount = 0;
  #totalFreezesDuration = 0;
  #pauseCount = 0;
  #totalPausesDuration = 0;
  #totalDecodeTime = 0;
  #jitterBufferDelay = 0;
  #decodedInSecond = 0;
  /** Sent into the dark: lost, and nobody knows yet. */
  #darkPackets = 0;
  /** Arrived while the picture stood: thrown away when it moves again. */
  #backlogFrames = 0;

  constructor(random: Seeded) {
    this.#random = random;
  }

  takePackets(sentKbps: number, { lossFraction, isDark, isMuted }: Conditions): void {
    const sentCount = (sentKbps * 125) / PACKET_BYTES;
    if (isMuted) return;
    if (isDark) {
      this.#darkPackets += Math.min(MAX_PACKETS_PER_DARK_SECOND, sentCount);
      return;
    }
    const lostCount = lossFraction > 0 ? this.#drawLost(Math.round(sentCount), lossFraction) : 0;
    // Sequence numbers tell what was lost in the dark as soon as the next packet is there.
    this.#packetsLost += lostCount + Math.round(this.#darkPackets);
    this.#darkPackets = 0;
    // Now and then a packet that counted as lost was only late.
    if (lossFraction === 0 && this.#packetsLost > 3 && this.#random.chance(0.005)) this.#packetsLost -= 1;
    // Nine of ten lost ones are sent again, and arrive.
    const arrivedCount = sentCount - 0.1 * lostCount;
    this.#packetsReceived += arrivedCount;
    this.#bytesReceived += arrivedCount * PACKET_BYTES;
  }

  /** `frozenRatio`: for how much of the second the picture stood still. */
  takeFrames(sentPerSecond: number, frozenRatio: number, conditions: Conditions): void {
    const decodedBefore = Math.floor(this.#framesDecoded);
    const { overload, link, isDark, isMuted } = conditions;
    if (!isDark && !isMuted) {
      const shown =
        sentPerSecond * (1 - frozenRatio) * (overload?.decodedFraction ?? 1) +
        0.6 * (this.#random.fraction() - 0.5);
      const decoded = frozenRatio === 1 ? 0 : Math.max(0, Math.min(shown, sentPerSecond));
      this.#framesReceived += sentPerSecond;
      this.#framesDecoded += decoded;
      if (frozenRatio === 1) {
        this.#backlogFrames += sentPerSecond;
      } else {
        this.#framesDropped += this.#backlogFrames;
        this.#backlogFrames = 0;
      }
      if (overload !== undefined) {
        this.#framesDropped += sentPerSecond * (1 - overload.decodedFraction);
        this.#totalDecodeTime += (0.9 + 0.1 * this.#random.fraction()) * (1 - frozenRatio);
      } else {
        this.#totalDecodeTime += DECODE_SECONDS_PER_FRAME * decoded;
      }
      const bufferMs = link !== undefined || overload !== undefined ? 200 : 30;
      this.#jitterBufferDelay += (decoded * bufferMs) / 1_000;
    }
    this.#decodedInSecond = Math.floor(this.#framesDecoded) - decodedBefore;
  }

  /** At the first frame after it. */
  credit({ startS, endS, countedAs }: Stall): void {
    if (countedAs === 'freeze') {
      this.#freezeCount += 1;
      this.#totalFreezesDuration += endS - startS;
    } else {
      this.#pauseCount += 1;
      this.#totalPausesDuration += endS - startS;
    }
  }

  read(jitterMs: number, [frameWidth, frameHeight]: readonly [number, number]): VideoCounters {
    return {
      packetsReceived: Math.floor(this.#packetsReceived),
      packetsLost: this.#packetsLost,
      bytesReceived: Math.floor(this.#bytesReceived),
      // The browser gives whole milliseconds.
      jitter: Math.round(jitterMs) / 1_000,
      framesReceived: Math.floor(this.#framesReceived),
      framesDecoded: Math.floor(this.#framesDecoded),
      framesDropped: Math.floor(this.#framesDropped),
      // Absent while nothing is shown.
      ...(this.#decodedInSecond > 0 && { framesPerSecond: this.#decodedInSecond }),
      frameWidth,
      frameHeight,
      totalDecodeTime: this.#totalDecodeTime,
      freezeCount: this.#freezeCount,
      totalFreezesDuration: this.#totalFreezesDuration,
      pauseCount: this.#pauseCount,
      totalPausesDuration: this.#totalPausesDuration,
      jitterBufferDelay: this.#jitterBufferDelay,
      jitterBufferEmittedCount: Math.floor(this.#framesDecoded),
    };
  }

  /** Loss scatters: 5 s windows of a steady 10 % showed 4 to 18 %. */
  #drawLost(packetCount: number, lossFraction: number): number {
    const fraction = lossFraction * (0.4 + 1.2 * this.#random.fraction());
    let lostCount = 0;
    for (let packet = 0; packet < packetCount; packet++) if (this.#random.chance(fraction)) lostCount++;
    return lostCount;
  }
}
