// Plays a plan: a reading of the receiver's counters each second, the session's events, and the stretches that a person would
// complain of. It knows no detector and no limit of one.
import type { Seeded } from '../../test/kill/seeded.ts';
import type { Call, CallEntry } from './call.ts';
import { eventsOf } from './call-events.ts';
import type { CallPlan } from './call-plan.ts';
import { conditionsAt, type Conditions } from './conditions.ts';
import { ReceiverCounters } from './receiver-counters.ts';
import { drawRests, restAt } from './rests.ts';
import { Sender } from './sender.ts';
import { SimulatedPath } from './simulated-path.ts';
import { spanAt } from './span.ts';
import { drawStalls, frozenRatio } from './stalls.ts';
import { troublesOf } from './trouble-truth.ts';

/** A whole number of five-minute buckets, so that second 0 is the start of one. */
const START_MS = Date.UTC(2026, 0, 1);
/** The sender sent smaller frames 7 s into each narrow phase of the captures. */
const SMALLER_AFTER_S = 7;
/** Chromium repeats a picture that does not change once a second. */
const FRAMES_AT_REST = 1;

export function simulateCall(name: string, plan: CallPlan, random: Seeded): Call {
  const { durationS, spans, media } = plan;
  const stalls = drawStalls(random, plan);
  const rests = drawRests(random, plan);
  const sender = new Sender(plan, random);
  const path = new SimulatedPath(plan.rttMs, random);
  const starved: boolean[] = [];
  const entries: CallEntry[] = eventsOf(plan, START_MS);
  let counters = new ReceiverCounters(random);
  let ssrc = random.whole(1, 2 ** 31);

  for (let second = 0; second < durationS; second++) {
    const reset = spanAt(spans, second, 'reset');
    if (reset !== undefined) {
      counters = new ReceiverCounters(random);
      if (reset.newSsrc) ssrc = random.whole(1, 2 ** 31);
    }
    const change = spanAt(spans, second, 'network_change');
    if (change !== undefined) path.moveTo(change.rttMs);

    const conditions = conditionsAt(plan, second);
    const rest = restAt(rests, second);
    counters.takePackets(sender.rateDuring(conditions, rest !== undefined), conditions);
    const sentPerSecond = rest === undefined ? framesSent(plan, conditions) : FRAMES_AT_REST;
    counters.takeFrames(sentPerSecond, frozenRatio(stalls, second), conditions);
    for (const stall of stalls) if (Math.floor(stall.endS) === second) counters.credit(stall);
    if (rest?.mistaken === true && frozenRatio(stalls, second) === 0)
      counters.credit({ startS: second, endS: second + 1, countedAs: 'freeze' });
    path.pass(second, conditions);
    starved.push(sender.isStarved);

    if (conditions.isUnread) continue;
    const isSmaller =
      conditions.adaptation !== undefined ||
      (second >= SMALLER_AFTER_S && starved.slice(-SMALLER_AFTER_S).every((isStarved) => isStarved));
    entries.push({
      kind: 'reading',
      atMs: START_MS + (second + 1) * 1_000,
      media,
      muted: conditions.isMuted,
      ssrc,
      codec: 'video/VP8',
      decoder: 'libvpx',
      inbound: counters.read(jitterMs(plan, random, conditions), isSmaller ? [640, 360] : [1_280, 720]),
      path: path.read(),
    });
  }

  return {
    name,
    media,
    entries: entries.toSorted((left, right) => left.atMs - right.atMs),
    troubles: troublesOf(plan, starved, START_MS),
    startMs: START_MS,
    endMs: START_MS + durationS * 1_000,
  };
}

function framesSent({ framesPerSecond }: CallPlan, { link, adaptation }: Conditions): number {
  return framesPerSecond * (link === undefined ? 1 : 0.9) * (adaptation?.frameRateFraction ?? 1);
}

/** As in the captures: 50–300 ms while a queue is full, 5–30 ms on a narrow link, 10–30 ms more with a delay. */
function jitterMs(plan: CallPlan, random: Seeded, conditions: Conditions): number {
  const { isQueueFull, link, delayMs, lossFraction } = conditions;
  const [calm, trouble] = [random.fraction(), random.fraction()];
  let jitter = plan.jitterMs * (0.6 + 0.8 * calm);
  if (isQueueFull) jitter += 50 + 250 * trouble;
  else if (link !== undefined) jitter += 5 + 25 * trouble;
  else if (delayMs > 0) jitter += 10 + 20 * trouble;
  else if (lossFraction > 0) jitter += 3 * trouble;
  return jitter;
}
