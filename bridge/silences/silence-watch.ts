// Tells the log which silences began and ended by the clock; those that somebody makes or ends are told when they do.
import type { Logger } from 'pino';
import type { Silence } from './silence.ts';
import type { Tally } from './tallies.ts';

export class SilenceWatch {
  readonly #logger: Logger;
  #active = new Map<string, Silence>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** These were active before, and whoever watched then has told of it. */
  resume(active: readonly Silence[]): void {
    this.#active = new Map(active.map((silence) => [silence.id, silence]));
  }

  /** `active` are those of this moment. */
  look(active: readonly Silence[], tallyOf: (id: string) => Tally | undefined): void {
    const now = new Map(active.map((silence) => [silence.id, silence]));
    for (const [id, silence] of now) {
      if (!this.#active.has(id)) this.#logger.info(told(silence), 'silence began');
    }
    for (const [id, silence] of this.#active) {
      if (now.has(id)) continue;
      this.#logger.info({ ...told(silence), held_back: tallyOf(id)?.count ?? 0 }, 'silence expired');
    }
    this.#active = now;
  }

  created(silence: Silence, isActive: boolean): void {
    this.#logger.info(told(silence), 'silence was created');
    if (isActive) this.#active.set(silence.id, silence);
  }

  changed(silence: Silence): void {
    this.#logger.info(told(silence), 'silence was changed');
  }

  deleted(silence: Silence, tally: Tally | undefined): void {
    this.#logger.info({ ...told(silence), held_back: tally?.count ?? 0 }, 'silence was deleted');
    this.#active.delete(silence.id);
  }
}

/** Neither who made it nor what was written into it: those are for the API's callers. */
function told({ id, origin, startsAtMs, endsAtMs }: Silence): object {
  return {
    silence: id,
    origin,
    starts_at: new Date(startsAtMs).toISOString(),
    ends_at: new Date(endsAtMs).toISOString(),
  };
}
