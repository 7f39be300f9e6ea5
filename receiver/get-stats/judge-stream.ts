// What the interval of a stream is worth: how long it was frozen, and what a viewer would say of it. Pure.
import type { ExperienceCause, Media } from '../sample.ts';
import { recentFrozenRatio } from './freeze-slots.ts';
import {
  addInterval,
  CLEAR_WINDOW,
  type FreezeVerdict,
  type FreezeWindow,
  type StillnessLimits,
} from './freeze-window.ts';
import { percentOf, type StreamInterval } from './stream-interval.ts';
import { isSwitchedOff, type StreamState } from './stream-state.ts';
import { learnBitrate } from './usual-bitrate.ts';
import { learn } from './usual-picture.ts';
import { scoreExperience, type ExperienceFacts } from './video-experience.ts';

/** A screen that shows a text rests; ObserveRTC found frame rates of shares useless as a signal (4.3.2). */
const SCREEN_STILLNESS: StillnessLimits = { runningMs: 10_000, creditedMs: 5_000 };
const CAMERA_STILLNESS: StillnessLimits = { runningMs: 0, creditedMs: 0 };
/** A screen share sends nothing for a while when nothing changes. */
const SCREEN_OUTAGE_AFTER_MS = 10_000;
/** An interval that was frozen for more than this teaches no usual frame rate. */
const TEACHING_FREEZE_RATIO = 0.05;
/** Neither does one with these: frames that were lost on the way to the viewer, or never encoded, are missing in the rate. */
const FAULTS: ReadonlySet<ExperienceCause> = new Set([
  'frames_dropped',
  'decode_overload',
  'cpu_limited',
  'bandwidth_limited',
]);

/** More loss than this is a fault of its own: the guide's limit. */
const TEACHING_LOSS_PERCENT = 2;

/** `isMissed`: whether it matters that the stream is flat, if it is. */
export function judgeStream(stream: StreamState, isMissed: boolean): StreamState {
  const { interval, missedCount } = stream;
  if (interval === undefined || missedCount > 0) return stream;
  const isIdle = interval.traffic === 'flat' && !isMissed;
  const { window: freeze, freezeRatio } = judgeFreeze(stream, interval, isIdle);
  if (isIdle) return { ...stream, freeze };
  const experience = scoreExperience(factsOf(stream, interval, freeze));
  const isFaulty =
    stream.freeze.wasStill ||
    (freezeRatio ?? 0) > TEACHING_FREEZE_RATIO ||
    experience.causes.some((cause) => FAULTS.has(cause));
  const teachesBitrate =
    !isFaulty && !isSwitchedOff(stream) && (lossPercentOf(interval) ?? 0) <= TEACHING_LOSS_PERCENT;
  return {
    ...stream,
    freeze,
    freezeRatio,
    usual: learn(stream.usual, { ...interval, isFaulty }),
    usualBitrate: learnBitrate(stream.usualBitrate, interval, !teachesBitrate),
    experience: isJudgeable(stream, interval) ? experience : undefined,
  };
}

/** Nothing came, for long enough to say so. */
export function isDark({ interval, flatMs, reading }: StreamState): boolean {
  return interval?.traffic === 'flat' && flatMs >= outageAfterMs(reading.media);
}

function judgeFreeze(
  { freeze, reading }: StreamState,
  { lengthMs, traffic, frameCount, creditedMs, creditCount }: StreamInterval,
  isIdle: boolean,
): FreezeVerdict {
  // Frames that stand still are a freeze or an outage: without bytes to count there is no telling.
  const isUntold = reading.direction === 'outbound' || reading.media === 'audio' || traffic === 'unknown';
  if (isUntold) return { window: CLEAR_WINDOW, freezeRatio: undefined };
  const limits = reading.media === 'screen' ? SCREEN_STILLNESS : CAMERA_STILLNESS;
  const isDark = traffic === 'flat';
  return addInterval(freeze, { lengthMs, frameCount, isDark, isIdle, creditedMs, creditCount }, limits);
}

/** Whether the inputs suffice: that a picture stands, or that nothing comes, needs no counters of freezes. */
function isJudgeable(stream: StreamState, interval: StreamInterval): boolean {
  if (isDark(stream)) return true;
  if (interval.traffic === 'flat') return false;
  const { direction, media } = stream.reading;
  if (media === 'audio') return interval.concealmentRatio !== undefined;
  if (interval.frameCount === undefined) return false;
  if (direction === 'inbound') return interval.creditedMs !== undefined || interval.frameCount === 0;
  return interval.cpuLimitedRatio !== undefined || interval.bandwidthLimitedRatio !== undefined;
}

/** Of a screen share neither rate nor resolution nor dropped frames are judged, of audio nothing that is seen. */
function factsOf(stream: StreamState, interval: StreamInterval, freeze: FreezeWindow): ExperienceFacts {
  const { media } = stream.reading;
  const isOutage = isDark(stream);
  if (media === 'audio') return { isOutage, concealmentRatio: interval.concealmentRatio };
  const { cpuLimitedRatio, bandwidthLimitedRatio } = interval;
  const picture = {
    isOutage,
    frozenRatio: isOutage ? undefined : recentFrozenRatio(freeze.slots),
    cpuLimitedRatio,
    bandwidthLimitedRatio,
  };
  if (media === 'screen' || isOutage) return picture;
  const { framesDroppedPercent, framesPerSecond, decodeMsPerFrame } = interval;
  // What is sent gets coarser because something limits it, which has its own cost, or because nobody asked for more.
  const isReceived = stream.reading.direction === 'inbound';
  return {
    ...picture,
    framesDroppedPercent,
    framesPerSecond,
    usualFramesPerSecond: stream.usual.framesPerSecond,
    pixels: isReceived ? interval.pixels : undefined,
    usualPixels: isReceived ? stream.usual.pixels : undefined,
    decodeMsPerFrame,
    packetLossPercent: lossPercentOf(interval),
  };
}

function lossPercentOf({ lostCount = 0, expectedCount = 0 }: StreamInterval): number | undefined {
  return percentOf(lostCount, expectedCount);
}

function outageAfterMs(media: Media): number {
  return media === 'screen' ? SCREEN_OUTAGE_AFTER_MS : 0;
}
