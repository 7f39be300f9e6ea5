// What one destination shows of the gauges per session, as far as it has been told. What it shows and an export has no
// more has ended there, and stays named until the destination knows: falling silent tells a backend nothing.
import type { Attributes, HrTime } from '@opentelemetry/api';
import { ATTRIBUTE, SESSION_ATTRIBUTES, SESSION_GAUGES } from './catalogue.ts';

/** The series of one session under one description: a bit for each of `SESSION_GAUGES`, at its index. */
export interface Series {
  attributes: Attributes;
  /** What the destination has taken, and was not told the end of. */
  told: number;
  /** What the last export had, whether or not it was taken. */
  exported: number;
}

/** As many sessions as we plan for. Backends look back for minutes only, so what has waited longest goes first. */
const MAX_WITHDRAWN = 100_000;

export class ShownSeries {
  readonly #maxWithdrawn: number;
  /** By row of the table: what the last export showed, or what it would show if there was a value. */
  readonly #rows: (Series | undefined)[] = [];
  /** Whose row shows something else by now; by session, the oldest first. */
  readonly #withdrawn = new Map<string, Series[]>();
  #withdrawnCount = 0;
  #leftOutCount = 0;
  #isDelivered = false;
  #time: HrTime = [0, 0];

  /** `maxWithdrawn` counts descriptions of sessions. */
  constructor(maxWithdrawn = MAX_WITHDRAWN) {
    this.#maxWithdrawn = maxWithdrawn;
  }

  /** Of the export at hand. */
  get time(): HrTime {
    return this.#time;
  }

  /**
   * Begins an export of these rows, ascending, as they are described now. The result has the series of each, in the same
   * order, for the export to note in `exported` what it has.
   */
  begin(rows: Int32Array, attributes: readonly Attributes[], time: HrTime): readonly Series[] {
    this.#time = time;
    this.#settleLast();
    // What leaves a row goes before anything comes: a session that began again may come to another row as what it was.
    let next = 0;
    for (let row = 0; row < this.#rows.length; row++) {
      const now = rows[next] === row ? attributes[next++] : undefined;
      const series = this.#rows[row];
      if (series === undefined || series.attributes === now) continue;
      this.#rows[row] = undefined;
      if (series.told !== 0) this.#withdraw(series);
    }
    this.#keepBound();
    return attributes.map((described, index) => {
      const row = rows[index]!;
      return (this.#rows[row] ??= this.#recall(described) ?? { attributes: described, told: 0, exported: 0 });
    });
  }

  /** Something of the export at hand was taken, so all that it has may be shown. */
  delivered(): void {
    this.#isDelivered = true;
  }

  /** Whatever has bits in `told` and not in `exported`: those have ended. Clear them in `told` when that was said. */
  ended(): Series[] {
    const ended: Series[] = [];
    const look = (series: Series | undefined) => {
      if (series !== undefined && (series.told & ~series.exported) !== 0) ended.push(series);
    };
    for (let row = 0; row < this.#rows.length; row++) look(this.#rows[row]);
    for (const all of this.#withdrawn.values()) all.forEach(look);
    return ended;
  }

  /** How many series were forgotten since the last call, unsaid, because too many were waiting. */
  takeLeftOutCount(): number {
    const count = this.#leftOutCount;
    this.#leftOutCount = 0;
    return count;
  }

  #settleLast(): void {
    for (let row = 0; row < this.#rows.length; row++) {
      const series = this.#rows[row];
      if (series === undefined) continue;
      if (this.#isDelivered) series.told |= series.exported;
      series.exported = 0;
    }
    this.#isDelivered = false;
    for (const [id, all] of this.#withdrawn) {
      const waiting = all.filter(({ told }) => told !== 0);
      this.#withdrawnCount -= all.length - waiting.length;
      this.#keep(id, waiting);
    }
  }

  #withdraw(series: Series): void {
    const id = idOf(series.attributes);
    this.#withdrawn.set(id, [...(this.#withdrawn.get(id) ?? []), series]);
    this.#withdrawnCount++;
  }

  #keepBound(): void {
    for (const [id, all] of this.#withdrawn) {
      if (this.#withdrawnCount <= this.#maxWithdrawn) return;
      const left = Math.min(all.length, this.#withdrawnCount - this.#maxWithdrawn);
      for (const { told } of all.slice(0, left)) this.#leftOutCount += countBits(told);
      this.#withdrawnCount -= left;
      this.#keep(id, all.slice(left));
    }
  }

  /** What was withdrawn under the same description has not ended. */
  #recall(attributes: Attributes): Series | undefined {
    if (this.#withdrawnCount === 0) return undefined;
    const id = idOf(attributes);
    const all = this.#withdrawn.get(id) ?? [];
    const series = all.find((each) => isSame(each.attributes, attributes));
    if (series === undefined) return undefined;
    this.#withdrawnCount--;
    this.#keep(
      id,
      all.filter((each) => each !== series),
    );
    return Object.assign(series, { attributes });
  }

  #keep(id: string, all: Series[]): void {
    if (all.length === 0) this.#withdrawn.delete(id);
    else this.#withdrawn.set(id, all);
  }
}

function idOf(attributes: Attributes): string {
  return String(attributes[ATTRIBUTE.sessionId]);
}

function isSame(a: Attributes, b: Attributes): boolean {
  return SESSION_ATTRIBUTES.every((key) => a[key] === b[key]);
}

function countBits(bits: number): number {
  return SESSION_GAUGES.filter((_, index) => (bits & (1 << index)) !== 0).length;
}
