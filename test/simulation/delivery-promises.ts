// What anyone may rely on of one destination, judged by what the queue was promised and what the stand-in took; of the
// product's own tables only by what they say has not been delivered. Each function gives back one sentence per promise
// that was broken.
import { isOver, type Transition } from '../../bridge/transition/transition.ts';
import type { Interval } from './day-plan.ts';
import { DeliveryFacts } from './delivery-facts.ts';
import { isOverlapped } from './session-facts.ts';
import type { Observation, ObservedDestination } from './simulation.ts';
import { brokenTraffic } from './traffic-promises.ts';
import { byIncident, isOpening, nameOf } from './transition-lists.ts';

const SLA_MS = 300_000;
/** An ill mail may have asked us to wait for so long, and the back-off may come on top. */
const CONVALESCENCE_MS = 300_000 + 61_000;
/** One that said that it was gone is asked again so rarely. */
const GONE_MS = 3_700_000;
/** After a restart. */
const START_UP_MS = 30_000;

export function brokenDeliveries(day: Observation, destination: ObservedDestination): string[] {
  const facts = new DeliveryFacts(day, destination);
  return [
    ...lostTransitions(day, facts),
    ...forgottenSurvivors(day, facts),
    ...untoldDeadLetters(day, facts),
    ...lateTransitions(day, facts),
    ...brokenTraffic(destination),
    ...inventions(day, destination),
    ...unclosedIncidents(day, facts),
    ...unclosedEscalations(day, destination),
  ];
}

/**
 * Conservation: what the queue was promised was delivered alone, or its incident is listed in a notice of its storm that
 * was delivered, or it is on its way, or known to be undeliverable. A silence may keep it back, until its end.
 */
function lostTransitions({ promised }: Observation, facts: DeliveryFacts): string[] {
  return promised.flatMap((transition) => {
    if (!facts.isWanted(transition) || facts.deliveredAtMs(transition) < Infinity) return [];
    if (facts.listedAtMs(transition) < Infinity || facts.leftAs(transition) !== undefined) return [];
    if (facts.mayBeSilenced(transition) && !facts.outlivesSilence(transition)) return [];
    const { name } = facts.destination.standIn;
    return [
      `${nameOf(transition)} never reached ${name}, is listed in no storm there, and is not on its way`,
    ];
  });
}

/** Whoever is still bad when a storm ends is told of by itself. */
function forgottenSurvivors({ promised }: Observation, facts: DeliveryFacts): string[] {
  const lives = byIncident(promised);
  const ends = promised.filter(({ group }) => group?.survivorIds !== undefined);
  return ends.flatMap((end) =>
    end.group!.survivorIds!.flatMap((id) => {
      const opening = lives
        .get(id)
        ?.findLast((each) => isOpening(each) && each.decidedAtMs <= end.decidedAtMs);
      if (opening === undefined || !facts.isWanted(opening) || facts.mayBeSilenced(opening)) return [];
      if (facts.deliveredAtMs(opening) < Infinity || facts.leftAs(opening) !== undefined) return [];
      const { name } = facts.destination.standIn;
      return [`${nameOf(opening)} outlived its storm, and ${name} was told of it by no notice of its own`];
    }),
  );
}

/** Somebody else is told of what the destination will never take, if they take what they are told. */
function untoldDeadLetters({ promised, mail }: Observation, facts: DeliveryFacts): string[] {
  if (isRefusing(mail)) return [];
  return promised
    .filter((transition) => facts.leftAs(transition) === 'dead' && facts.namedAtMs(transition) === Infinity)
    .map(
      (transition) =>
        `${nameOf(transition)} is dead at ${facts.destination.standIn.name}, and no mail says so`,
    );
}

/**
 * What is decided is delivered within the SLA, alone or with its storm, or by then a mail says that it was not; unless the
 * mail or we ourselves were in trouble then.
 */
function lateTransitions(day: Observation, facts: DeliveryFacts): string[] {
  const troubles: readonly Interval[] = [
    ...day.mail.standIn.illnesses.map(({ fromMs, toMs, ailment }) => ({
      fromMs,
      toMs: toMs + (ailment === 'gone' ? GONE_MS : CONVALESCENCE_MS),
    })),
    ...day.ownTroubles.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs + START_UP_MS })),
  ];
  return day.promised.flatMap((transition) => {
    if (!facts.isWanted(transition)) return [];
    const dueMs = transition.decidedAtMs + SLA_MS;
    const deliveredMs = facts.deliveredAtMs(transition);
    const toldMs = Math.min(deliveredMs, facts.listedAtMs(transition), facts.namedAtMs(transition));
    if (toldMs <= dueMs || facts.mayBeSilenced(transition)) return [];
    // What a mail has refused is not told again.
    if (isRefusing(day.mail) && facts.namedAtMs(transition) === Infinity) return [];
    if (isOverlapped(troubles, { fromMs: transition.decidedAtMs, toMs: dueMs })) return [];
    const after = (atMs: number) => Math.round((atMs - transition.decidedAtMs) / 1_000);
    return [
      `${nameOf(transition)} reached ${facts.destination.standIn.name} after ${after(deliveredMs)} s, a mail said so after ${after(facts.namedAtMs(transition))} s, and nothing was wrong with us`,
    ];
  });
}

/** Nothing takes effect that nobody was promised. */
function inventions({ promised }: Observation, { standIn }: ObservedDestination): string[] {
  const keys = new Set(promised.map(({ idempotencyKey }) => idempotencyKey));
  return [...standIn.effects]
    .filter(([key]) => !keys.has(key))
    .map(([, { transition }]) => `${standIn.name} took ${nameOf(transition)}, which nobody was promised`);
}

/** What is over for us is over at the destination, unless it has refused to hear of it. */
function unclosedIncidents({ promised }: Observation, facts: DeliveryFacts): string[] {
  const { standIn } = facts.destination;
  const told = toldOf(facts.destination);
  const broken: string[] = [];
  for (const [incidentId, life] of byIncident(promised)) {
    const last = life.at(-1)!;
    const known = told.get(incidentId)?.at(-1);
    if (known === undefined || !isOver(last.kind) || isOver(known.kind)) continue;
    const unheard = life.filter(({ sequence }) => sequence > known.sequence);
    if (unheard.some((each) => facts.leftAs(each) === 'dead')) continue;
    broken.push(`${standIn.name} believes ${nameOf(known)}, and it is over`);
  }
  return broken;
}

/**
 * Who was told that alerts wait here hears that they have got through. Dead letters stay a while, and whoever has refused a
 * notice has nobody to hear it from.
 */
function unclosedEscalations({ mail, sms }: Observation, destination: ObservedDestination): string[] {
  if (isRefusing(destination)) return [];
  const hearing = [mail, sms].filter((target) => !isRefusing(target));
  return hearing.flatMap((target) =>
    [...toldOf(target).values()].flatMap((life) => {
      const last = life.at(-1)!;
      if (last.subject !== destination.standIn.name || isOver(last.kind)) return [];
      return [`${target.standIn.name} believes ${nameOf(last)}, and nothing waits there`];
    }),
  );
}

/** Whether it has refused something for good. */
function isRefusing({ left }: ObservedDestination): boolean {
  return [...left.values()].includes('dead');
}

function toldOf({ standIn }: ObservedDestination): Map<string, Transition[]> {
  return byIncident([...standIn.effects.values()].map(({ transition }) => transition));
}
