// What anyone may rely on of what was decided, judged by what senders were acknowledged, and by what the queue was
// promised in the commits of the decisions. Each function gives back one sentence per promise that was broken.
import { createHash } from 'node:crypto';
import { isOver, type Transition } from '../../bridge/transition/transition.ts';
import type { Interval } from './day-plan.ts';
import { secondOf } from '../kill/session-script.ts';
import { badRuns, isAlwaysGood, isOverlapped, silencesOf } from './session-facts.ts';
import type { Observation } from './simulation.ts';
import { byIncident, bySubject, isOpening, nameOf } from './transition-lists.ts';

/** Bad for this long opens an incident, whatever came before: the hold, and the dedup window. */
const BAD_ENOUGH_MS = 90_000;
/** Likewise of a silence: the gap, and the dedup window. */
const SILENT_ENOUGH_MS = 76_000;
/** How long around a moment nothing may have been wrong with us, to be held to it. */
const CALM_MS = 40_000;
const BUCKET_MS = 300_000;

export function brokenDecisions(day: Observation): string[] {
  return [
    ...unsent(day),
    ...missingIncidents(day),
    ...missingGaps(day),
    ...falseAlarms(day),
    ...inventedTriggers(day),
    ...brokenLives(day),
    ...brokenKeys(day),
  ];
}

/** Senders get rid of everything in the end. */
function unsent({ isAllSent }: Observation): string[] {
  return isAllSent ? [] : ['a sender was never acknowledged'];
}

/** A session that was bad for long enough, as its sender was told that we know, has an open incident at the end of that. */
function missingIncidents({ sessions, promised }: Observation): string[] {
  const stories = bySubject(promised, 'quality');
  return sessions.flatMap((session) =>
    badRuns(session)
      .filter(({ fromMs, toMs, isAcknowledged }) => isAcknowledged && toMs - fromMs >= BAD_ENOUGH_MS)
      .flatMap(({ fromMs, toMs }) => {
        const known = stateAt(stories.get(session.sessionId), toMs);
        if (known === 'open') return [];
        const stretch = `${secondOf(fromMs)} to ${secondOf(toMs)}`;
        return [`${session.sessionId} was bad from ${stretch}, and the queue knows ${known}`];
      }),
  );
}

/** A session that fell silent for long enough while we were looking has an open incident at the end of that. */
function missingGaps({ sessions, promised, ownTroubles }: Observation): string[] {
  const stories = bySubject(promised, 'connection');
  const excuses = [...ownTroubles, ...silencesOfAll(promised)];
  return sessions.flatMap((session) =>
    silencesOf(session)
      .filter(({ fromMs, toMs }) => toMs - fromMs >= SILENT_ENOUGH_MS)
      .filter(
        ({ fromMs, toMs }) => !isOverlapped(excuses, { fromMs: fromMs - CALM_MS, toMs: toMs + CALM_MS }),
      )
      .flatMap(({ fromMs, toMs }) => {
        const known = stateAt(stories.get(session.sessionId), Math.min(toMs - 1, fromMs + SILENT_ENOUGH_MS));
        if (known === 'open') return [];
        return [`${session.sessionId} was silent from ${secondOf(fromMs)}, and the queue knows ${known}`];
      }),
  );
}

/** A session that was always good has no quality incident, and one that was never silent no gap. */
function falseAlarms({ sessions, promised, ownTroubles }: Observation): string[] {
  const byId = new Map(sessions.map((session) => [session.sessionId, session]));
  return promised.filter(isOpening).flatMap((opening) => {
    const session = byId.get(opening.subject);
    if (session === undefined) return [];
    if (opening.category === 'quality' && isAlwaysGood(session))
      return [`${nameOf(opening)}, which was always good`];
    if (opening.category !== 'connection' || opening.reasons[0]?.rule !== 'gap') return [];
    // What can't be stored is refused, and the sender's records then come late.
    const around = { fromMs: opening.triggerAtMs - CALM_MS, toMs: opening.triggerAtMs + CALM_MS };
    if (isOverlapped(ownTroubles, around)) return [];
    const isSilent = silencesOf(session).some(({ fromMs }) => fromMs === opening.triggerAtMs);
    return isSilent ? [] : [`${nameOf(opening)}, which was not silent then`];
  });
}

/** t0 is the first bad sample of a stretch, whatever the process has been through since. */
function inventedTriggers({ sessions, promised }: Observation): string[] {
  const starts = new Map(
    sessions.map((session) => [session.sessionId, new Set(badRuns(session).map(({ fromMs }) => fromMs))]),
  );
  return promised
    .filter((transition) => isOpening(transition) && transition.category === 'quality')
    .filter(({ subject, triggerAtMs }) => starts.get(subject)?.has(triggerAtMs) === false)
    .map((transition) => `${nameOf(transition)}: nothing turned bad at ${secondOf(transition.triggerAtMs)}`);
}

/** While nobody is heard, time stands still for all sessions: nothing of them ends, and none of them is silent. */
function silencesOfAll(promised: readonly Transition[]): Interval[] {
  const own = promised.filter(({ category }) => category === 'pipeline');
  return own.filter(isOpening).map((opening) => {
    const end = own.find(
      ({ sequence, incidentId, kind }) =>
        incidentId === opening.incidentId && sequence > opening.sequence && isOver(kind),
    );
    return { fromMs: opening.triggerAtMs, toMs: end?.occurredAtMs ?? Infinity };
  });
}

/** Of each incident the queue is promised every sequence once, and a life that makes sense. */
function brokenLives({ promised }: Observation): string[] {
  const broken: string[] = [];
  const isSilentToTheEnd = silencesOfAll(promised).some(({ toMs }) => toMs === Infinity);
  for (const life of byIncident(promised).values()) {
    let isOpen = false;
    for (const [index, transition] of life.entries()) {
      if (transition.sequence !== index)
        broken.push(`${nameOf(transition)} is number ${index} of its incident`);
      if (isOpening(transition) === isOpen)
        broken.push(`${nameOf(transition)} came while ${isOpen ? 'open' : 'closed'}`);
      isOpen = !isOver(transition.kind);
    }
    const last = life.at(-1)!;
    if (isOpen && !isSilentToTheEnd)
      broken.push(`${nameOf(last)} is the last of its incident, although all calls are over`);
  }
  return broken;
}

/** Keys come from the event time of the incident's first trigger, and from nothing else. */
function brokenKeys({ promised }: Observation): string[] {
  return [...byIncident(promised).values()].flatMap((life) => {
    const bucket = Math.floor(life[0]!.triggerAtMs / BUCKET_MS);
    return life
      .filter((transition) => transition.idempotencyKey !== keyOf(transition, bucket))
      .map((transition) => `${nameOf(transition)} has another key than its trigger gives it`);
  });
}

function keyOf({ subject, category, kind, sequence }: Transition, bucket: number): string {
  const isGuideKey = category === 'quality' && kind === 'opened' && sequence === 0;
  const text = isGuideKey ? `${subject}|${bucket}` : `${subject}|${bucket}|${category}|${kind}|${sequence}`;
  return createHash('sha256').update(text).digest('hex');
}

function stateAt(story: readonly Transition[] | undefined, atMs: number): string {
  const last = story?.findLast(({ occurredAtMs }) => occurredAtMs <= atMs);
  if (last === undefined) return 'nothing';
  return isOver(last.kind) ? nameOf(last) : 'open';
}
