// The silences that were made over the API: in memory for matching, and on disk before anybody is told that they are
// made. Changes are made one after the other, so that each sees what the one before it has left.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../collector/clock.ts';
import type { Database, Statement } from '../../collector/extension/storage.ts';
import type { Transition } from '../transition/transition.ts';
import { allHold } from './matching.ts';
import type { Matcher } from './matcher.ts';
import { KEEP_EXPIRED_MS, stateAt, type SilenceTerms } from './silence.ts';
import { compileMatchers } from './silence-fields.ts';
import { readSilences, removeSilence, silenceStatement, type StoredSilence } from './silence-table.ts';

/** Why a change was not made: nothing has happened then. */
export type Refused =
  /** As many as may be are pending or active. */
  | 'full'
  | 'unknown'
  /** What is over stays as it was. */
  | 'expired'
  /** What an active one holds back was held back by its matchers and from its start on. */
  | 'fixed_while_active';

interface Entry {
  readonly silence: StoredSilence;
  readonly matchers: readonly Matcher[];
}

export interface SilenceBookParts {
  readonly database: Database;
  readonly clock: Clock;
  /** The id of the extension. */
  readonly extension: string;
  readonly maxSilences: number;
}

export class SilenceBook {
  readonly #parts: SilenceBookParts;
  readonly #entries = new Map<string, Entry>();
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(parts: SilenceBookParts) {
    this.#parts = parts;
  }

  /** Resolves to the ids of those that can't be read, which silence nothing. */
  async load(): Promise<readonly string[]> {
    const unreadable: string[] = [];
    for (const silence of await readSilences(this.#parts.database, this.#parts.extension)) {
      try {
        this.#entries.set(silence.id, entryOf(silence));
      } catch {
        // Another version of the program has written it, which knew other matchers.
        unreadable.push(silence.id);
      }
    }
    return unreadable;
  }

  all(): readonly StoredSilence[] {
    return Array.from(this.#entries.values(), ({ silence }) => silence);
  }

  find(id: string): StoredSilence | undefined {
    return this.#entries.get(id)?.silence;
  }

  /** The active one that matches and ends last: it holds back for longest, and nothing is let go in between. */
  lastingFor(transition: Transition, nowMs: number): StoredSilence | undefined {
    let lasting: StoredSilence | undefined;
    for (const { silence, matchers } of this.#entries.values()) {
      if (lasting !== undefined && silence.endsAtMs <= lasting.endsAtMs) continue;
      if (stateAt(silence, nowMs) === 'active' && allHold(matchers, transition)) lasting = silence;
    }
    return lasting;
  }

  /** Resolves when it is on disk. Rejects when the disk does; then nothing has happened. */
  create(terms: SilenceTerms): Promise<StoredSilence | Refused> {
    return this.#inTurn(async (nowMs) => {
      const displaced = this.#displaced(nowMs);
      if (displaced === undefined) return 'full';
      const silence: StoredSilence = { ...terms, id: randomUUID(), origin: 'api', createdAtMs: nowMs };
      return this.#write(silence, displaced);
    });
  }

  /** As `create`. */
  change(id: string, terms: SilenceTerms): Promise<StoredSilence | Refused> {
    return this.#inTurn(async (nowMs) => {
      const before = this.find(id);
      if (before === undefined) return 'unknown';
      const state = stateAt(before, nowMs);
      if (state === 'expired') return 'expired';
      if (state === 'active' && !holdsTheSame(before, terms)) return 'fixed_while_active';
      return this.#write({ ...before, ...terms, updatedAtMs: nowMs });
    });
  }

  /** Ends it now. One that is over already stays as it was. As `create`. */
  expire(id: string): Promise<StoredSilence | Refused> {
    return this.#inTurn(async (nowMs) => {
      const before = this.find(id);
      if (before === undefined) return 'unknown';
      if (stateAt(before, nowMs) === 'expired') return 'expired';
      const startsAtMs = Math.min(before.startsAtMs, nowMs);
      return this.#write({ ...before, startsAtMs, endsAtMs: nowMs, updatedAtMs: nowMs });
    });
  }

  /** Removes what has been expired for long enough. As `create`. */
  async removeOld(): Promise<void> {
    await this.#inTurn(async (nowMs) => {
      const old = this.all().filter(({ endsAtMs }) => nowMs - endsAtMs >= KEEP_EXPIRED_MS);
      if (old.length > 0) await this.#commit(undefined, old);
    });
  }

  /** Resolves when no change is under way. */
  async settled(): Promise<void> {
    await this.#lastChange;
  }

  #inTurn<Result>(change: (nowMs: number) => Promise<Result>): Promise<Result> {
    const made = this.#lastChange.then(() => change(this.#parts.clock.nowMs()));
    this.#lastChange = made.catch(() => {});
    return made;
  }

  /** What has to go for one more: nothing, or that which expired first. Undefined when nothing can. */
  #displaced(nowMs: number): readonly StoredSilence[] | undefined {
    if (this.#entries.size < this.#parts.maxSilences) return [];
    const expired = this.all().filter((silence) => stateAt(silence, nowMs) === 'expired');
    const excessCount = this.#entries.size - this.#parts.maxSilences + 1;
    if (expired.length < excessCount) return undefined;
    return expired.toSorted((one, other) => one.endsAtMs - other.endsAtMs).slice(0, excessCount);
  }

  async #write(silence: StoredSilence, displaced: readonly StoredSilence[] = []): Promise<StoredSilence> {
    await this.#commit(silence, displaced);
    return silence;
  }

  async #commit(written: StoredSilence | undefined, removed: readonly StoredSilence[]): Promise<void> {
    const { database, extension } = this.#parts;
    const entry = written && entryOf(written);
    const statements: Statement[] = removed.map(({ id }) => removeSilence(extension, id));
    if (written !== undefined) statements.push(silenceStatement(extension, written));
    await database.commit(statements);
    for (const { id } of removed) this.#entries.delete(id);
    if (entry !== undefined) this.#entries.set(entry.silence.id, entry);
  }
}

/** Throws a MatcherError. */
function entryOf(silence: StoredSilence): Entry {
  return { silence, matchers: compileMatchers(silence.matchers) };
}

function holdsTheSame(before: SilenceTerms, after: SilenceTerms): boolean {
  return (
    before.startsAtMs === after.startsAtMs &&
    JSON.stringify(before.matchers) === JSON.stringify(after.matchers)
  );
}
