// The name that a mistyped one was probably meant to be.

/** Ids may be a thousand characters long; nobody mistypes one of those by a letter. */
const MAX_NAME_LENGTH = 80;

/** The candidate nearest to `name`, or undefined when none is near enough to be what was meant. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return undefined;
  const bare = normalise(name);
  let nearest: string | undefined;
  let smallest = Infinity;
  for (const candidate of candidates) {
    if (candidate.length > MAX_NAME_LENGTH || candidate === name) continue;
    const other = normalise(candidate);
    const limit = Math.max(1, Math.floor(Math.max(bare.length, other.length) / 3));
    const steps = distance(bare, other);
    if (steps <= limit && steps < Math.min(smallest, other.length)) {
      smallest = steps;
      nearest = candidate;
    }
  }
  return nearest;
}

/** `did you mean "x"?`, or else the list of what there is when it is short enough to help. */
export function nameHint(name: string, candidates: Iterable<string>, listLabel: string): string | undefined {
  const all = [...candidates];
  const nearest = nearestName(name, all);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  return all.length > 0 && all.length <= 20 ? `${listLabel}: ${all.join(', ')}` : undefined;
}

/** Case and the choice of dash, underscore or nothing are never what makes two names differ. */
function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '');
}

/** Levenshtein's distance, with the swap of two neighbouring letters as one step. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      let steps = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + change);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        steps = Math.min(steps, beforeLast[column - 2]! + 1);
      }
      current.push(steps);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
