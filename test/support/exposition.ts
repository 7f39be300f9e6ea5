// Reads Prometheus' text format: what a scrape shows, as it stands there.

export interface ExposedPoint {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  readonly points: readonly ExposedPoint[];
  /** By the names of the TYPE lines. */
  readonly types: ReadonlyMap<string, string>;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g;

/** Throws on a line that it can't read. */
export function parseExposition(text: string): Exposition {
  const points: ExposedPoint[] = [];
  const types = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, typed, type] = /^# TYPE (\S+) (\w+)$/.exec(line) ?? [];
    if (typed !== undefined) types.set(typed, type!);
    if (line === '' || line.startsWith('#')) continue;
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) throw new Error(`no line of an exposition: ${line}`);
    points.push({ name, labels: parseLabels(labels), value: Number(value!.replace('Inf', 'Infinity')) });
  }
  return { points, types };
}

function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(text.matchAll(LABEL), ([, label, value]) => [
      label!,
      value!.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign)),
    ]),
  );
}
