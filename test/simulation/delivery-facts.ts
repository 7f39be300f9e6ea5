// What became of a transition at one destination, as far as it can be told from outside.
import { isOver, severityRank, type Transition } from '../../bridge/transition/transition.ts';
import { isOverlapped } from './session-facts.ts';
import type { Observation, ObservedDestination } from './simulation.ts';
import { byIncident } from './transition-lists.ts';

/** How far the commit of a transition may lie from its decision, when all is well. */
const COMMIT_MS = 60_000;
/** What a silence has held back is let go within this time. */
const LET_GO_MS = 120_000;

export class DeliveryFacts {
  readonly destination: ObservedDestination;
  readonly #day: Observation;
  /** By storm and listed incident: when the first notice took effect. */
  readonly #listedAtMs = new Map<string, number>();
  /** By incident: when somebody else was first told that it waits here. */
  readonly #namedAtMs = new Map<string, number>();
  readonly #lives: ReadonlyMap<string, readonly Transition[]>;

  constructor(day: Observation, destination: ObservedDestination) {
    this.#day = day;
    this.destination = destination;
    this.#lives = byIncident(day.promised);
    for (const { transition, atMs } of destination.standIn.effects.values()) {
      const { category, incidentId, group } = transition;
      if (category !== 'storm') continue;
      for (const id of group?.listedIds ?? []) setFirst(this.#listedAtMs, `${incidentId} ${id}`, atMs);
    }
    for (const { transition, atMs } of day.mail.standIn.effects.values()) {
      if (transition.subject !== destination.standIn.name) continue;
      for (const id of transition.group?.listedIds ?? []) setFirst(this.#namedAtMs, id, atMs);
    }
  }

  isWanted({ peakSeverity }: Transition): boolean {
    return severityRank(peakSeverity) >= severityRank(this.destination.minSeverity);
  }

  /** Infinity: never. */
  deliveredAtMs({ idempotencyKey }: Transition): number {
    return this.destination.standIn.effects.get(idempotencyKey)?.atMs ?? Infinity;
  }

  /** When the notice of its storm told of it. */
  listedAtMs({ stormId, incidentId }: Transition): number {
    if (stormId === undefined) return Infinity;
    return this.#listedAtMs.get(`${stormId} ${incidentId}`) ?? Infinity;
  }

  /** When it was first told elsewhere that the incident waits here. */
  namedAtMs({ incidentId }: Transition): number {
    return this.#namedAtMs.get(incidentId) ?? Infinity;
  }

  /** `pending`, `held` or `dead`, as the product says; undefined when it is not on its way. */
  leftAs({ idempotencyKey }: Transition): string | undefined {
    const state = this.destination.left.get(idempotencyKey);
    return state === 'pending' || state === 'held' || state === 'dead' ? state : undefined;
  }

  /** Whether a silence may have held it back when it was decided, or when it could be stored at last. */
  mayBeSilenced({ kind, dimensions, decidedAtMs, subject, category }: Transition): boolean {
    if (isOver(kind) || kind === 'deescalated' || category === 'delivery') return false;
    const around = { fromMs: decidedAtMs - 1, toMs: this.#committedByMs(decidedAtMs) };
    return this.#day.silences.some(
      (silence) =>
        (dimensions.edge === silence.edge || subject === `edge=${silence.edge}`) &&
        isOverlapped([silence], around),
    );
  }

  /** A full disk or a death puts the commit off, and it is then that silences are asked. */
  #committedByMs(decidedAtMs: number): number {
    const soon = { fromMs: decidedAtMs - 1, toMs: decidedAtMs + COMMIT_MS };
    const troubles = this.#day.ownTroubles.filter((trouble) => isOverlapped([trouble], soon));
    return Math.max(soon.toMs, ...troubles.map(({ toMs }) => toMs + COMMIT_MS));
  }

  /**
   * Whether it must not have been kept from the destination for good although a silence matched: its incident was still
   * open when all silences had long been over, and nothing later was told of it.
   */
  outlivesSilence(transition: Transition): boolean {
    const life = this.#lives.get(transition.incidentId) ?? [];
    const nextClosing = life.find(
      ({ sequence, kind }) => sequence > transition.sequence && (isOver(kind) || kind === 'reopened'),
    );
    const later = life.filter(({ sequence }) => sequence > transition.sequence);
    if (later.some((each) => this.deliveredAtMs(each) < Infinity && !isOver(each.kind))) return false;
    const { silences, ownTroubles } = this.#day;
    return silences.every(({ toMs }) => {
      const letGo = { fromMs: toMs, toMs: toMs + LET_GO_MS };
      const closedAtMs = nextClosing?.decidedAtMs ?? Infinity;
      return (
        closedAtMs > letGo.toMs && !isOverlapped(ownTroubles, { ...letGo, toMs: letGo.toMs + LET_GO_MS })
      );
    });
  }
}

function setFirst(map: Map<string, number>, key: string, atMs: number): void {
  if (!map.has(key)) map.set(key, atMs);
}
