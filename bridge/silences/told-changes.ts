// The changes of the book, each told to the log when it is on disk.
import { stateAt, type Silence } from './silence.ts';
import type { SilenceChanges } from './silence-api.ts';
import type { Refused } from './silence-book.ts';
import type { SilenceWatch } from './silence-watch.ts';
import type { Tally } from './tallies.ts';

export interface ToldChangesParts {
  readonly changes: SilenceChanges;
  readonly watch: SilenceWatch;
  nowMs(): number;
  tallyOf(id: string): Tally | undefined;
}

export function toldChanges({ changes, watch, nowMs, tallyOf }: ToldChangesParts): SilenceChanges {
  const told = async (change: Promise<Silence | Refused>, tell: (silence: Silence) => void) => {
    const result = await change;
    if (typeof result !== 'string') tell(result);
    return result;
  };
  return {
    create: (terms) =>
      told(changes.create(terms), (silence) =>
        watch.created(silence, stateAt(silence, nowMs()) === 'active'),
      ),
    change: (id, terms) => told(changes.change(id, terms), (silence) => watch.changed(silence)),
    expire: (id) => told(changes.expire(id), (silence) => watch.deleted(silence, tallyOf(silence.id))),
  };
}
