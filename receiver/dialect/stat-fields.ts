// Reads single fields of one object by what each may be: its type, and what is physically possible. A field that can't
// be is left out and refused with its path, and the others of the object are kept. JSON null counts as absent.
import type { DialectRefusal } from './dialect.ts';
import { statTimeMs } from './stat-time.ts';

/** A refusal before the entry that it belongs to is known. */
export type FieldRefusal = Omit<DialectRefusal, 'index'>;

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a number may be. */
export interface NumberBounds {
  readonly isWhole: boolean;
  readonly minimum: number;
  readonly maximum: number;
}

export const COUNT: NumberBounds = { isWhole: true, minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
/** Such as packetsLost, which falls when packets turn out to be late or doubled. */
export const SIGNED_COUNT: NumberBounds = { ...COUNT, minimum: Number.MIN_SAFE_INTEGER };
/** Seconds that add up over a call: below thirty years. */
export const TOTAL_SECONDS: NumberBounds = { isWhole: false, minimum: 0, maximum: 1e9 };
/** A present value such as jitter: the bound of the sample model, 1,000,000 ms. */
export const PRESENT_SECONDS: NumberBounds = { isWhole: false, minimum: 0, maximum: 1_000 };
export const RATIO: NumberBounds = { isWhole: false, minimum: 0, maximum: 1 };
export const FRAME_RATE: NumberBounds = { isWhole: false, minimum: 0, maximum: 1_000 };
export const PIXELS: NumberBounds = { isWhole: true, minimum: 0, maximum: 65_535 };

export type NumberTable<Key extends string> = Readonly<Record<Key, NumberBounds>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export class StatFields {
  readonly #object: JsonObject;
  readonly #path: string;
  readonly #refusals: FieldRefusal[];

  /** `path` leads to the object; empty when it is the entry itself. */
  constructor(object: JsonObject, path: string, refusals: FieldRefusal[]) {
    this.#object = object;
    this.#path = path;
    this.#refusals = refusals;
  }

  /** The field as it is; undefined when it is absent or null. */
  value(name: string): unknown {
    return this.#object[name] ?? undefined;
  }

  /** A string that is only compared with others and never kept; anything else is absent. */
  reference(name: string): string | undefined {
    const value = this.value(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** The fields that `table` names, without those that are absent or can't be. */
  numbers<Key extends string>(table: NumberTable<Key>): { [Name in Key]?: number } {
    const numbers: { [Name in Key]?: number } = {};
    for (const name in table) {
      const number = this.number(name, table[name]);
      if (number !== undefined) numbers[name] = number;
    }
    return numbers;
  }

  number(name: string, bounds: NumberBounds): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const { isWhole, minimum, maximum } = bounds;
    if (typeof value !== 'number') return this.refuse(name, 'must be a number');
    if (!(value >= minimum && value <= maximum)) {
      return this.refuse(name, minimum === 0 ? `must be from 0 to ${maximum}` : 'must be a whole number');
    }
    if (isWhole && !Number.isInteger(value)) return this.refuse(name, 'must be a whole number');
    // Adding 0 turns -0 into 0.
    return value + 0;
  }

  flag(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.refuse(name, 'must be true or false');
  }

  /** A text that `pattern` allows. */
  text(name: string, pattern: RegExp, reason: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || (typeof value === 'string' && pattern.test(value))) return value;
    return this.refuse(name, reason);
  }

  /** Milliseconds since the Unix epoch. */
  timeMs(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return this.refuse(name, 'is missing');
    return statTimeMs(value) ?? this.refuse(name, 'must be a time since the Unix epoch');
  }

  /** An object within this one; undefined when there is none. */
  inner(name: string): StatFields | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) return this.refuse(name, 'must be an object');
    return new StatFields(value, this.pathOf(name), this.#refusals);
  }

  refuse(name: string, reason: string): undefined {
    this.#refusals.push({ path: name === '' ? this.#path : this.pathOf(name), reason });
  }

  pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}
