// The newest answer as gauges of the process, for as long as it is the newest: what could not be renewed is withdrawn.
import type { Attributes, ObservableResult } from '@opentelemetry/api';
import type { Clock } from '../../../collector/clock.ts';
import type { Settings } from '../../../collector/component.ts';
import { observe } from '../../../collector/telemetry/names.ts';
import { POLLED_INSTRUMENTS } from '../polled-instruments.ts';
import type { NewestRows } from './newest-rows.ts';
import { type QueryMetric, selectedKey } from './query-keys.ts';

export interface QueryGaugesOptions {
  readonly settings: Pick<Settings, 'id' | 'meter'>;
  readonly clock: Clock;
  readonly select: readonly string[];
  /** How long an answer is shown. */
  readonly keptMs: number;
}

export class QueryGauges {
  readonly #options: QueryGaugesOptions;
  readonly #endings: (() => void)[];
  #shown: NewestRows | undefined;
  #shownUntilMs = -Infinity;

  constructor(options: QueryGaugesOptions) {
    this.#options = options;
    const { meter, id } = options.settings;
    const metrics = new Set(options.select.map((key) => selectedKey(key)!.metric));
    this.#endings = [...metrics].map((metric) => this.#observe(metric));
    const leftOut = () => this.#newest?.leftOutCount;
    this.#endings.push(observe(meter, POLLED_INSTRUMENTS.leftOutGroups, { receiver: id }, leftOut));
  }

  show(rows: NewestRows): void {
    this.#shown = rows;
    this.#shownUntilMs = this.#options.clock.nowMs() + this.#options.keptMs;
  }

  /** Nothing is shown any more. */
  stop(): void {
    for (const end of this.#endings) end();
  }

  get #newest(): NewestRows | undefined {
    return this.#options.clock.nowMs() < this.#shownUntilMs ? this.#shown : undefined;
  }

  #observe(metric: QueryMetric): () => void {
    const { meter } = this.#options.settings;
    const { name, unit, description } = metric;
    const gauge = meter.createObservableGauge(name, { unit, description });
    const tell = (result: ObservableResult) => this.#tell(metric, result);
    gauge.addCallback(tell);
    return () => gauge.removeCallback(tell);
  }

  #tell(metric: QueryMetric, result: ObservableResult): void {
    const { select, settings } = this.#options;
    for (const key of select) {
      const selected = selectedKey(key)!;
      if (selected.metric !== metric) continue;
      for (const { group, values } of this.#newest?.rows ?? []) {
        const value = values.get(key);
        if (value === undefined) continue;
        const attributes: Attributes = {
          receiver: settings.id,
          aggregate: selected.aggregate,
          ...(group !== '' && { group }),
        };
        result.observe(value * metric.factor, attributes);
      }
    }
  }
}
