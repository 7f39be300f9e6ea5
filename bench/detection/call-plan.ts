// Draws what will happen in a simulated call. The ranges come from the live calls that were captured for this project
// (test/fixtures/captures): loss that scatters, a sender that comes back slowly, single freezes in a healthy call.
import type { Seeded } from '../../test/kill/seeded.ts';
import type { Span, TroubleSpan } from './span.ts';

export interface CallPlan {
  readonly durationS: number;
  readonly media: 'camera' | 'screen';
  readonly wantedKbps: number;
  readonly framesPerSecond: number;
  readonly rttMs: number;
  readonly jitterMs: number;
  /** In order of time; happenings may lie within a trouble, troubles never within each other. */
  readonly spans: readonly Span[];
}

export interface CallTraits {
  /** What the camera sends when nothing hinders it, least and most. */
  readonly wantedKbps: readonly [number, number];
  /** How blips are distributed over their 1–25 s. */
  readonly blips: BlipLengths;
}

/** `log-uniform`: each doubling of the length is equally likely, so short ones are common; `uniform`: long ones are too. */
export type BlipLengths = 'log-uniform' | 'uniform';

const SHORTEST_BLIP_S = 1;
const LONGEST_BLIP_S = 25;
const SHORTEST_INCIDENT_S = 35;
const LONGEST_INCIDENT_S = 150;
const CALL_S = 720;
const SCREEN_SHARE = 0.12;

export function drawPlan(random: Seeded, traits: CallTraits): CallPlan {
  const media = random.chance(SCREEN_SHARE) ? 'screen' : 'camera';
  const plan = {
    durationS: CALL_S,
    media,
    wantedKbps: between(random, ...traits.wantedKbps),
    framesPerSecond: media === 'screen' ? random.whole(5, 15) : random.pick([20, 24, 25, 30]),
    rttMs: between(random, 15, 120),
    jitterMs: between(random, 1, 5),
  } as const;
  const spans: Span[] = [];
  let cursorS = random.whole(30, 90);
  // Enough is left at the end to see whether an alert clears.
  while (cursorS < CALL_S - LONGEST_INCIDENT_S - 120) {
    const lot = random.fraction();
    if (lot < 0.18) {
      cursorS += 45;
      const incident = drawIncident(random, plan, cursorS);
      spans.push(incident, ...happeningsWithin(random, incident));
      cursorS = incident.endS + 90;
    } else if (lot < 0.7) {
      const lengthS = blipLengthS(random, traits.blips);
      spans.push(drawTrouble(random, plan, blipKinds(media), cursorS, cursorS + lengthS));
      cursorS += lengthS + 15;
    } else {
      const happening = drawHappening(random, cursorS);
      spans.push(happening);
      cursorS = happening.endS + 15;
    }
    cursorS += Math.round(-60 * Math.log(1 - random.fraction()));
  }
  return { ...plan, spans: spans.toSorted((left, right) => left.startS - right.startS) };
}

function blipLengthS(random: Seeded, lengths: BlipLengths): number {
  if (lengths === 'uniform') return random.whole(SHORTEST_BLIP_S, LONGEST_BLIP_S);
  return Math.round(SHORTEST_BLIP_S * (LONGEST_BLIP_S / SHORTEST_BLIP_S) ** random.fraction());
}

/** A shared screen rests and bursts by itself: only what it can be told by is put into it. */
function blipKinds(media: CallPlan['media']): readonly TroubleSpan['kind'][] {
  return media === 'screen'
    ? ['loss', 'delay', 'outage', 'congestion']
    : ['loss', 'bitrate', 'delay', 'stutter', 'standstill', 'outage', 'congestion'];
}

function drawIncident(random: Seeded, plan: Omit<CallPlan, 'spans'>, startS: number): TroubleSpan {
  const kinds: readonly TroubleSpan['kind'][] =
    plan.media === 'screen'
      ? ['loss', 'outage', 'congestion']
      : ['loss', 'bitrate', 'stutter', 'standstill', 'outage', 'decode_overload', 'congestion'];
  const lengthS = Math.round(between(random, SHORTEST_INCIDENT_S, LONGEST_INCIDENT_S));
  return drawTrouble(random, plan, kinds, startS, startS + lengthS);
}

function drawTrouble(
  random: Seeded,
  plan: Omit<CallPlan, 'spans'>,
  kinds: readonly TroubleSpan['kind'][],
  startS: number,
  endS: number,
): TroubleSpan {
  const kind = random.pick(kinds);
  const stretch = { startS, endS };
  const lossFraction = between(random, 0.03, 0.15);
  // A link that carries a third of what the camera wants at most: less than that nobody would call trouble.
  const linkKbps = plan.wantedKbps * between(random, 0.06, 0.33);
  // Of four captured senders three were back at half of what they wanted after 4 to 11 s, one not within 20 s.
  const regrowth = between(random, 1.04, 1.16);
  switch (kind) {
    case 'loss':
      return { ...stretch, kind, lossFraction };
    case 'bitrate':
      return { ...stretch, kind, linkKbps, regrowth };
    case 'congestion':
      return { ...stretch, kind, lossFraction, linkKbps, regrowth, delayMs: between(random, 20, 150) };
    case 'delay':
      return { ...stretch, kind, delayMs: between(random, 200, 700) };
    case 'stutter':
      return { ...stretch, kind, frozenRatio: between(random, 0.3, 0.65) };
    case 'standstill':
      return { ...stretch, kind, countedAsPause: random.chance(0.5) };
    case 'outage':
      return { ...stretch, kind, noticed: random.chance(0.5) };
    case 'decode_overload':
      return { ...stretch, kind, decodedFraction: between(random, 0.25, 0.55) };
  }
}

function drawHappening(random: Seeded, startS: number): Span {
  const lasting = (least: number, most: number) => ({ startS, endS: startS + random.whole(least, most) });
  switch (random.pick(['mute', 'adaptation', 'unread', 'reset', 'network_change'] as const)) {
    case 'mute':
      return { ...lasting(8, 90), kind: 'mute' };
    case 'adaptation':
      return {
        ...lasting(30, 150),
        kind: 'adaptation',
        bitrateFraction: between(random, 0.5, 0.8),
        frameRateFraction: between(random, 0.65, 0.9),
      };
    case 'unread':
      return { ...lasting(8, 25), kind: 'unread' };
    case 'reset':
      return { ...lasting(1, 1), kind: 'reset', newSsrc: random.chance(0.5) };
    case 'network_change':
      return { ...lasting(1, 1), kind: 'network_change', rttMs: between(random, 15, 120) };
  }
}

/** Counters may start anew, or go unread, in the middle of it: as late as leaves a whole incident after it. */
function happeningsWithin(random: Seeded, incident: TroubleSpan): Span[] {
  const latestS = incident.endS - 45;
  if (latestS <= incident.startS || !random.chance(0.15)) return [];
  const startS = random.whole(incident.startS, latestS);
  return random.chance(0.5)
    ? [{ startS, endS: startS + 1, kind: 'reset', newSsrc: random.chance(0.5) }]
    : [{ startS, endS: startS + random.whole(6, 20), kind: 'unread' }];
}

function between(random: Seeded, least: number, most: number): number {
  return least + random.fraction() * (most - least);
}
