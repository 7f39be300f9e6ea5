// Units: from UCUM, as the catalogues write them, to the ids that Grafana knows.
import type { Series } from '../series.ts';

const GRAFANA_UNITS: Readonly<Record<string, string>> = {
  '': 'none',
  '1': 'percentunit',
  s: 's',
  By: 'bytes',
  'bit/s': 'bps',
  '{frame}/s': 'fps',
};

/** Counts of things, such as `{session}`, are plain numbers. Throws for a unit that nobody has thought of. */
export function grafanaUnit({ unit, otelName }: Pick<Series, 'unit' | 'otelName'>): string {
  const known = GRAFANA_UNITS[unit];
  if (known !== undefined) return known;
  if (/^\{\w+\}$/.test(unit)) return 'short';
  throw new Error(`${otelName} has a unit without a counterpart in Grafana: ${unit}`);
}

/** Of a rate of things per second. */
export const PER_SECOND = 'cps';
