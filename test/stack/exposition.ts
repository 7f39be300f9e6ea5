// Prometheus text as a dashboard depends on it: of each metric its type and the names of its labels.

export interface ExposedMetric {
  readonly type: string;
  /** Of each series. */
  readonly labels: readonly (readonly string[])[];
}

/** By the name of the metric; of a histogram by the name of its parts. */
export function exposedMetrics(text: string): Map<string, ExposedMetric> {
  const types = new Map<string, string>();
  const labels = new Map<string, string[][]>();
  for (const line of text.split('\n')) {
    const [, typed, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) types.set(typed, type);
    const [, name, written = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const names = [...written.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label!);
    labels.set(name, [...(labels.get(name) ?? []), names]);
  }
  return new Map([...labels].map(([name, all]) => [name, { type: types.get(name) ?? 'part', labels: all }]));
}
