// Stretches of time: in which a state lasts, and in which an annotation's query has points.
import type { Series } from './series.ts';

export interface Span {
  readonly fromS: number;
  /** One step after its last point. */
  readonly toS: number;
  readonly value: number;
}

/** Points of the same value that follow each other at the distance of a step make one. */
export function spansOf({ values }: Series, stepS: number): Span[] {
  const spans: Span[] = [];
  for (const [atS, value] of values) {
    const last = spans.at(-1);
    if (last?.value === value && last.toS === atS) spans[spans.length - 1] = { ...last, toS: atS + stepS };
    else spans.push({ fromS: atS, toS: atS + stepS, value });
  }
  return spans;
}
