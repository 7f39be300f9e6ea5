// Finds the fields of an event by the alias table. The table is compiled into a tree once; reading an entry walks the
// tree and the entry together, so that its cost is one look-up per key, and keys the tree doesn't know (deep ones,
// `__proto__`, personal data) are stepped over without being entered.
import { ALIASES, FIELD_NAMES } from './alias-table.ts';
import { readGuideShape } from './guide-shape.ts';

interface Branch {
  readonly edges: Map<string, Branch>;
  /** Where the field's value goes, when a path ends here. */
  field: number | undefined;
  /** Position in the list of names: the lowest present one wins. */
  rank: number;
  /** The guide has an object here; a sender who writes a bare value has left out the unit. */
  readonly mustBeObject: boolean;
  readonly path: string;
}

const ABSENT = Number.MAX_SAFE_INTEGER;
const INSIDE_EVENT_RANK = 100;
const ROOT = buildTree();

/** Reads one entry after the other into the same memory. */
export class FieldReader {
  /** The values of the last entry, by `FIELD`; undefined where it has none. A JSON null counts as none. */
  readonly values: unknown[] = new Array(FIELD_NAMES.length).fill(undefined);
  /** Path of a bare value where the guide has an object, or undefined. */
  misplacedPath: string | undefined;
  readonly #ranks = new Float64Array(FIELD_NAMES.length);

  read(entry: object): void {
    this.misplacedPath = undefined;
    if (!readGuideShape(entry, this.values)) this.readByTree(entry);
  }

  /** Reads an entry of any shape. */
  readByTree(entry: object): void {
    this.values.fill(undefined);
    this.#ranks.fill(ABSENT);
    this.misplacedPath = undefined;
    this.#walk(ROOT, entry as Record<string, unknown>);
  }

  #walk(branch: Branch, node: Record<string, unknown>): void {
    for (const key in node) {
      const next = branch.edges.get(key);
      if (next === undefined) continue;
      const value = node[key];
      if (value === null) continue;
      if (next.field !== undefined) {
        if (next.rank < this.#ranks[next.field]!) {
          this.#ranks[next.field] = next.rank;
          this.values[next.field] = value;
        }
      } else if (typeof value === 'object' && !Array.isArray(value)) {
        this.#walk(next, value as Record<string, unknown>);
      } else if (next.mustBeObject) {
        this.misplacedPath ??= next.path;
      }
    }
  }
}

function buildTree(): Branch {
  const root = newBranch('');
  for (const [field, name] of FIELD_NAMES.entries()) {
    for (const [rank, alias] of ALIASES[name].entries()) {
      addPath(root, alias.split('.'), field, rank);
      addPath(root, ['event', ...alias.split('.')], field, rank + INSIDE_EVENT_RANK);
    }
  }
  return root;
}

/** Adds a path with all ways of writing it: at each level any number of the following segments may be one dotted key. */
function addPath(root: Branch, segments: readonly string[], field: number, rank: number): void {
  // branches[i] is where the first i segments lead, however they were grouped.
  const branches = [root];
  for (let end = 1; end <= segments.length; end += 1) {
    const path = segments.slice(0, end).join('.');
    let target: Branch | undefined;
    for (let start = 0; start < end; start += 1) {
      target ??= branches[start]!.edges.get(segments.slice(start, end).join('.'));
    }
    target ??= newBranch(path);
    for (let start = 0; start < end; start += 1) {
      branches[start]!.edges.set(segments.slice(start, end).join('.'), target);
    }
    branches.push(target);
  }
  const leaf = branches.at(-1)!;
  leaf.field = field;
  leaf.rank = rank;
}

function newBranch(path: string): Branch {
  const bare = path.replace(/^event\./, '');
  const mustBeObject = bare === 'metrics' || bare.startsWith('metrics.');
  return { edges: new Map(), field: undefined, rank: ABSENT, mustBeObject, path: bare };
}
