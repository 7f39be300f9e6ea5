// The lines of gauges that share their descriptions: every gauge of a session has the same labels. The library writes and
// escapes the labels of a description once in a scrape, and the other gauges repeat what it wrote: they are most of its work.
import type { Attributes } from '@opentelemetry/api';
import type { GaugeMetricData } from '@opentelemetry/sdk-metrics';

/** Prometheus text of a metric, HELP and TYPE before a line for each point. */
export type Render = (metric: GaugeMetricData) => string;

/** For one scrape: descriptions are told apart by their objects, not by what is in them. */
export class GaugeLines {
  readonly #render: Render;
  readonly #labels = new Map<Attributes, string>();

  constructor(render: Render) {
    this.#render = render;
  }

  /** The same text as `render` makes of it. */
  render(metric: GaugeMetricData): string {
    const { dataPoints } = metric;
    const { name } = metric.descriptor;
    const unknown = dataPoints.filter(({ attributes }) => !this.#labels.has(attributes));
    const written = this.#render({
      ...metric,
      dataPoints: unknown.length > 0 ? unknown : dataPoints.slice(0, 1),
    });
    const header = /^(?:#.*\n)*/.exec(written)![0];
    const lines = written.slice(header.length).split('\n');
    for (const [index, { attributes }] of unknown.entries()) {
      const line = lines[index]!;
      // A value has no space; labels may.
      this.#labels.set(attributes, line.slice(name.length, line.lastIndexOf(' ')));
    }
    let text = header;
    for (const { attributes, value } of dataPoints) {
      text += `${name}${this.#labels.get(attributes)!} ${valueText(value)}\n`;
    }
    return text;
  }
}

function valueText(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
