// Scrapes as the series of promtool's tests: what was seen at each interval, and where a series has ended.
import { parseExposition } from './exposition.ts';
import type { Scrape } from './played-day.ts';

export interface InputSeries {
  readonly series: string;
  /** One value per scrape; `_` before the first, `stale` after the last of a stretch, as Prometheus would write it. */
  readonly values: string;
}

/** The series of both endpoints under one job, as `dashboards/compose/prometheus.yaml` has them scraped. */
export function seriesOf(scrapes: readonly Scrape[], job: string): InputSeries[] {
  const valuesBySeries = new Map<string, string[]>();
  for (const [index, { exporter, telemetry }] of scrapes.entries()) {
    for (const [text, kept] of [
      [exporter, /^webrtc_/],
      [telemetry, /^otelcol_/],
    ] as const) {
      for (const { name, labels, value } of parseExposition(text).points) {
        if (!kept.test(name)) continue;
        const series = seriesText(name, { ...labels, job, instance: 'bridge' });
        const values = valuesBySeries.get(series) ?? [];
        valuesBySeries.set(series, values);
        fillUp(values, index);
        values.push(String(value));
      }
    }
  }
  return Array.from(valuesBySeries, ([series, values]) => {
    fillUp(values, scrapes.length);
    return { series, values: values.join(' ') };
  });
}

function fillUp(values: string[], length: number): void {
  while (values.length < length)
    values.push(values.length > 0 && values.at(-1) !== '_' && values.at(-1) !== 'stale' ? 'stale' : '_');
}

function seriesText(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(',')}}`;
}
