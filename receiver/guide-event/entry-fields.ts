// The fields of one entry, read with the checks that each kind of field asks for. Remembers the first thing that is
// wrong, which is the one that the sender is told.
import { ALIASES, type FieldName } from './alias-table.ts';
import { FIELD } from './field.ts';
import { FieldReader } from './field-reader.ts';
import { METRICS, type MetricBounds, numberOf } from './metric-bounds.ts';
import { attributeProblem, idProblem, isPlainAttribute, keptAttribute } from './text-value.ts';

/** Why an entry was refused. */
export interface Fault {
  readonly kind: 'fault';
  /** The guide's path of the field, such as `metrics.mos`; empty for the whole entry. */
  readonly path: string;
  readonly reason: string;
}

export class EntryFields {
  /** Attributes that were dropped because they showed an IP address, over all entries. */
  droppedAddressCount = 0;
  /** The first problem of the present entry. */
  fault: Fault | undefined;
  readonly #reader = new FieldReader();

  /** Turns to the next entry. */
  open(entry: object): void {
    this.fault = undefined;
    this.#reader.read(entry);
  }

  /** Undefined when the entry lacks the field. */
  value(field: FieldName): unknown {
    return this.#reader.values[FIELD[field]];
  }

  /** Refuses an entry that has a bare value where the guide has an object of metrics. */
  refuseMisplaced(): void {
    const path = this.#reader.misplacedPath;
    if (path === undefined) return;
    const reason = 'must be an object that names what is measured and its unit, such as {"ms": 20}';
    this.fault ??= { kind: 'fault', path, reason };
  }

  hasMetric(): boolean {
    const { values } = this.#reader;
    return (
      values[FIELD.outage] !== undefined ||
      Object.values(METRICS).some(({ index }) => values[index] !== undefined)
    );
  }

  metric({ field, index, minimum, maximum }: MetricBounds): number | undefined {
    const value = this.#reader.values[index];
    if (value === undefined) return undefined;
    const number = typeof value === 'number' ? value : numberOf(value);
    if (number === undefined) this.refuse(field, 'must be a number');
    // Adding 0 turns -0 into 0.
    else if (number >= minimum && number <= maximum) return number + 0;
    else this.refuse(field, `must be a number from ${minimum} to ${maximum}`);
    return undefined;
  }

  requiredId(field: FieldName): string {
    const value = this.value(field);
    const problem = value === undefined ? 'is missing' : idProblem(value);
    if (problem !== undefined) this.refuse(field, problem);
    return value as string;
  }

  /** An id that may be missing. An empty one is missing: templates write `""` for what they don't have. */
  optionalId(field: FieldName): string | undefined {
    const value = this.value(field);
    return value === undefined || value === '' ? undefined : this.requiredId(field);
  }

  /** A bounded text, or undefined when there is none or it shows an IP address. `index` is the field's in `FIELD`. */
  attribute(field: FieldName, index: number): string | undefined {
    const value = this.#reader.values[index];
    if (value === undefined || isPlainAttribute(value)) return value;
    const problem = attributeProblem(value);
    if (problem !== undefined) {
      this.refuse(field, problem);
      return undefined;
    }
    const kept = keptAttribute(value as string);
    if (kept === undefined) this.droppedAddressCount += 1;
    return kept?.trim() === '' ? undefined : kept;
  }

  /** A word of a closed list, or `fallback` when there is none. */
  word<Meaning, Fallback>(
    field: FieldName,
    index: number,
    meaningOf: (word: unknown) => Meaning | undefined,
    fallback: Fallback,
  ): Meaning | Fallback {
    const value = this.#reader.values[index];
    if (value === undefined || value === '') return fallback;
    const meaning = meaningOf(value);
    if (meaning === undefined) this.refuse(field, 'is not a known word');
    return meaning ?? fallback;
  }

  /** A list of words of a closed list, each kept once, in the sender's order. Bounded by the number of known words. */
  words<Meaning>(
    field: FieldName,
    index: number,
    meaningOf: (word: unknown) => Meaning | undefined,
  ): readonly Meaning[] | undefined {
    const value = this.#reader.values[index];
    if (value === undefined) return undefined;
    const meanings = new Set<Meaning>();
    for (const word of Array.isArray(value) ? value : [undefined]) {
      const meaning = meaningOf(word);
      if (meaning === undefined) {
        this.refuse(field, 'must be a list of known words');
        return undefined;
      }
      meanings.add(meaning);
    }
    return [...meanings];
  }

  flag(field: FieldName, index: number): boolean | undefined {
    const value = this.#reader.values[index];
    if (value === undefined) return undefined;
    if (value === true || value === 'true') return true;
    if (value !== false && value !== 'false') this.refuse(field, 'must be true or false');
    return false;
  }

  refuse(field: FieldName, reason: string): void {
    this.fault ??= { kind: 'fault', path: ALIASES[field][0], reason };
  }
}
