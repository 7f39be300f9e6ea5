// Which of the formats of this answer a client wants, told from its Accept header (RFC 9110, 12.5.1).

export type AnswerFormat = 'sse' | 'ndjson' | 'json';

export interface Accepted {
  readonly format: AnswerFormat;
  readonly contentType: string;
}

/** The first one is what a client gets that says nothing: this is a stream, and its ids can be resumed. */
const OFFERED: readonly Accepted[] = [
  { format: 'sse', contentType: 'text/event-stream' },
  { format: 'ndjson', contentType: 'application/x-ndjson' },
  { format: 'ndjson', contentType: 'application/ndjson' },
  { format: 'json', contentType: 'application/json' },
];

interface Wish {
  /** 0 to 1; 0 is a refusal. */
  readonly quality: number;
  /** 3 for a type that is named, 2 for `type/*`, 1 for `*` alone. */
  readonly closeness: number;
}

/**
 * What the client wants most; of several alike, what it has named before what it has only not excluded, and then in our
 * order. Undefined when it takes none.
 */
export function acceptedFormat(accept: string | undefined): Accepted | undefined {
  if (accept === undefined || accept.trim() === '') return OFFERED[0];
  const wishes = wishesOf(accept);
  let [best, bestWish]: [Accepted | undefined, Wish] = [undefined, { quality: 0, closeness: 0 }];
  for (const offered of OFFERED) {
    const wish = wishFor(offered.contentType, wishes);
    if (wish === undefined || wish.quality === 0) continue;
    const isBetter =
      wish.quality > bestWish.quality ||
      (wish.quality === bestWish.quality && wish.closeness > bestWish.closeness);
    if (isBetter) [best, bestWish] = [offered, wish];
  }
  return best;
}

/** The closest range that has the type decides. */
function wishFor(contentType: string, wishes: ReadonlyMap<string, number>): Wish | undefined {
  const ranges = [contentType, `${contentType.split('/', 1)[0]}/*`, '*/*'];
  for (const [index, range] of ranges.entries()) {
    const quality = wishes.get(range);
    if (quality !== undefined) return { quality, closeness: 3 - index };
  }
  return undefined;
}

/** Media ranges with their qualities. What is malformed is left out; parameters other than `q` are not looked at. */
function wishesOf(accept: string): ReadonlyMap<string, number> {
  const wishes = new Map<string, number>();
  for (const part of accept.toLowerCase().split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith('q='))?.slice(2) ?? '1';
    if (/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight)) wishes.set(range, Number(weight));
  }
  return wishes;
}
