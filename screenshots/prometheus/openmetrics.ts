// Scrapes as one text in OpenMetrics, each point with the time of its scrape and the labels that a scrape adds: what promtool
// makes blocks of.
import { parseExposition } from '../../test/support/exposition.ts';
import type { Scrape } from '../../test/support/played-day.ts';

/** Of the first endpoint the product's own metrics, of the second the Collector's: see dashboards/README.md. */
const ENDPOINTS = [
  { read: ({ exporter }: Scrape) => exporter, kept: /^webrtc_/, instance: 'bridge:9464' },
  { read: ({ telemetry }: Scrape) => telemetry, kept: /^otelcol_/, instance: 'bridge:8888' },
] as const;

/** A metric's points stand together, in the order of time, as the format wants it. `startMs`: when the first scrape was. */
export function openMetrics(scrapes: readonly Scrape[], startMs: number, job: string): string {
  const linesByFamily = new Map<string, string[]>();
  const types = new Map<string, string>();
  for (const scrape of scrapes) {
    const atS = (startMs + scrape.atMs) / 1_000;
    for (const { read, kept, instance } of ENDPOINTS) {
      const exposition = parseExposition(read(scrape));
      for (const [family, type] of exposition.types) types.set(family, type);
      for (const { name, labels, value } of exposition.points) {
        if (!kept.test(name)) continue;
        const family = familyOf(name, exposition.types);
        const lines = linesByFamily.get(family) ?? [];
        linesByFamily.set(family, lines);
        lines.push(`${name}{${labelsText({ ...labels, job, instance })}} ${valueText(value)} ${atS}`);
      }
    }
  }
  const blocks = Array.from(linesByFamily, ([family, lines]) => [typeLine(family, types), ...lines]);
  return `${blocks.flat().join('\n')}\n# EOF\n`;
}

/** The name without what a histogram adds to it. */
function familyOf(name: string, types: ReadonlyMap<string, string>): string {
  const bare = name.replace(/_(bucket|count|sum)$/, '');
  return types.get(bare) === 'histogram' ? bare : name;
}

/** A counter whose name doesn't end as OpenMetrics has it, such as one of the Collector's, has no type there. */
function typeLine(family: string, types: ReadonlyMap<string, string>): string {
  const type = types.get(family) ?? 'unknown';
  if (type !== 'counter') return `# TYPE ${family} ${type}`;
  return family.endsWith('_total')
    ? `# TYPE ${family.replace(/_total$/, '')} counter`
    : `# TYPE ${family} unknown`;
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${value.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`)
    .join(',');
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
