// Bodies that are nearly what a tool writes: a fixture with some of its values taken away, replaced, doubled or swapped, and
// with personal data planted where none belongs.
import fc from 'fast-check';

/** None of these may ever come out again, wherever it was put in. */
export const PLANTED = [
  '192.0.2.66',
  '[2001:db8::66]:3478',
  'turn:192.0.2.66:3478',
  'candidate:1 1 udp 2122260223 192.0.2.66 54321 typ host',
  'v=0\r\no=- 4611731 2 IN IP4 192.0.2.66\r\na=ice-ufrag:abcd\r\n',
] as const;

const HOSTILE: readonly unknown[] = [
  null,
  true,
  '',
  'text',
  '12',
  0,
  -0,
  -1,
  0.5,
  1e-320,
  2 ** 53,
  1e21,
  1e308,
  // What `1e999` is parsed to.
  Number.POSITIVE_INFINITY,
  Number.NaN,
  [],
  {},
  [null],
  { id: 'x', type: 'inbound-rtp', timestamp: 1 },
  ...PLANTED,
];

export interface Mutation {
  readonly kind: 'remove' | 'replace' | 'double' | 'swap' | 'scale';
  /** Which place of the body, and which other value or place: modulo how many there are. */
  readonly place: number;
  readonly choice: number;
}

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Mutation['kind']>('remove', 'replace', 'replace', 'double', 'swap', 'scale'),
    place: fc.nat(),
    choice: fc.nat(),
  }),
  { maxLength: 8 },
);

type Container = Record<string, unknown> | unknown[];

/** A changed copy of the body. */
export function mutated(body: unknown, changes: readonly Mutation[]): unknown {
  const copy = { body: structuredClone(body) };
  for (const { kind, place, choice } of changes) {
    const places = placesOf(copy);
    if (places.length === 0) break;
    const [container, key] = places[place % places.length]!;
    const inner = container as Record<string, unknown>;
    if (kind === 'replace') inner[key] = structuredClone(HOSTILE[choice % HOSTILE.length]);
    else if (kind === 'scale') inner[key] = scaled(inner[key], choice);
    else if (kind === 'swap') swap(inner, key, places[choice % places.length]!);
    else if (!Array.isArray(container)) delete inner[key];
    else if (kind === 'remove') container.splice(Number(key), 1);
    else container.splice(Number(key), 0, structuredClone(container[Number(key)]));
  }
  return copy.body;
}

/** The body as the same page would write it later: every time in it moved on. */
export function later(body: unknown, byMs: number): unknown {
  if (typeof body === 'number') return body > 1e12 && body < 1e13 ? body + byMs : body;
  if (Array.isArray(body)) return body.map((element: unknown) => later(element, byMs));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, later(value, byMs)]));
}

function scaled(value: unknown, choice: number): unknown {
  return typeof value === 'number' ? value * [0, -1, 0.5, 1.01, 1e3, 1e6, 1e12][choice % 7]! : value;
}

/** Exchanges two values, unless one would then hold itself. */
function swap(
  container: Record<string, unknown>,
  key: string,
  [otherContainer, otherKey]: readonly [Container, string],
): void {
  const other = otherContainer as Record<string, unknown>;
  const [one, two] = [structuredClone(container[key]), structuredClone(other[otherKey])];
  other[otherKey] = one;
  container[key] = two;
}

function placesOf(container: Container): readonly (readonly [Container, string])[] {
  const places: (readonly [Container, string])[] = [];
  const open: Container[] = [container];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [key, value] of Object.entries(next)) {
      places.push([next, key]);
      if (typeof value === 'object' && value !== null) open.push(value as Container);
    }
  }
  return places;
}
