// The hub of the metrics pipelines: takes their batches into tables of live sessions, and lets each exporter read what
// its pipelines brought.
import { emptyResource } from '@opentelemetry/resources';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Component, Consumer, Host, Hub, Settings } from '../../collector/component.ts';
import type { Clock } from '../../collector/clock.ts';
import type { QualityBatch } from '../sample.ts';
import { collectMetrics } from './collect-metrics.ts';
import type { DegradedLevel, DegradedLevels } from './degraded-level.ts';
import type { QualityFeed } from './quality-feed.ts';
import type { SessionSelection } from './select-rows.ts';
import { SessionTable } from './session-table.ts';
import type { ShownSeries } from './shown-series.ts';

/** What all metrics of the table stand under. */
export const SCOPE = { name: 'webrtc-quality-bridge' };
/** `consume` always succeeds, at once: one promise serves all batches. */
const RECORDED = Promise.resolve();

/**
 * An exporter sees the union of its pipelines, each sample once. Exporters that the same pipelines name share one
 * table, so there is one table in all, unless pipelines are split between destinations.
 */
export class SessionGauges implements Hub, DegradedLevels, QualityFeed {
  readonly #clock: Clock;
  readonly #pipelinesOf = new Map<Component, Set<string>>();
  readonly #tables = new Map<
    string,
    { readonly pipelines: ReadonlySet<string>; readonly table: SessionTable }
  >();
  readonly #watchers = new Set<(batch: QualityBatch) => void>();
  /** A receiver hands one and the same batch to all of its pipelines. */
  readonly #watched = new WeakSet<QualityBatch>();
  #isJudged = false;

  constructor({ clock }: Pick<Settings, 'clock'>) {
    this.#clock = clock;
  }

  sink(pipelineId: string, exporters: readonly Component[]): Consumer<QualityBatch> {
    for (const exporter of exporters) {
      const pipelines = this.#pipelinesOf.get(exporter) ?? new Set();
      this.#pipelinesOf.set(exporter, pipelines.add(pipelineId));
    }
    // Which tables there are is known only when every pipeline has been announced, so the first batch asks.
    let tables: readonly SessionTable[] | undefined;
    return {
      consume: (batch) => {
        tables ??= this.#tablesFedBy(pipelineId);
        for (const table of tables) record(table, batch, this.#clock.nowMs());
        if (this.#watchers.size > 0) this.#show(batch);
        return RECORDED;
      },
    };
  }

  /** A logs pipeline means that something judges sessions, so that level 0 says "ok" and not "unknown". */
  start(host: Host): Promise<void> {
    if (host.hub('logs') !== undefined) this.#isJudged = true;
    return Promise.resolve();
  }

  /** Holds nothing that would have to be closed, and leaves the tables as they are for whoever still reads them. */
  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  watch(watcher: (batch: QualityBatch) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  degradedLevelOf(sessionId: string): DegradedLevel | undefined {
    if (!this.#isJudged) return undefined;
    for (const { table } of this.#tables.values()) {
      const level = table.level(sessionId);
      if (level !== undefined) return level;
    }
    return undefined;
  }

  setDegradedLevel(sessionId: string, level: DegradedLevel): void {
    this.#isJudged = true;
    for (const { table } of this.#tables.values()) table.setLevel(sessionId, level);
  }

  /**
   * What `exporter` may show, with the sessions that `selection` chooses. Ask once per exporter. The resource of the
   * result is empty: the exporter knows its own. `series` takes note of each export.
   *
   * Points carry the time of the export, not that of the sample: an unchanged gauge is then a new point in order, where
   * a repeated event time would be a duplicate, and a late one out of order, which Prometheus refuses with the whole
   * request. Two exports never share a timestamp, for the same reason.
   */
  producer(exporter: Component, selection: SessionSelection, series?: ShownSeries): MetricProducer {
    let lastTimeMs = 0;
    return {
      collect: async () => {
        const nowMs = this.#clock.nowMs();
        const timeMs = Math.max(nowMs, lastTimeMs + 1);
        lastTimeMs = timeMs;
        const table = this.#tableFor(this.#pipelinesOf.get(exporter) ?? new Set());
        table.sweep(nowMs);
        const isJudged = this.#isJudged;
        const metrics = await collectMetrics(table, { selection, timeMs, isJudged, series });
        const scopeMetrics = [{ scope: SCOPE, metrics }];
        return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
      },
    };
  }

  #show(batch: QualityBatch): void {
    if (this.#watched.has(batch)) return;
    this.#watched.add(batch);
    for (const watcher of this.#watchers) watcher(batch);
  }

  #tablesFedBy(pipelineId: string): SessionTable[] {
    for (const pipelines of this.#pipelinesOf.values()) this.#tableFor(pipelines);
    return [...this.#tables.values()].flatMap(({ pipelines, table }) =>
      pipelines.has(pipelineId) ? [table] : [],
    );
  }

  #tableFor(pipelines: ReadonlySet<string>): SessionTable {
    const key = JSON.stringify([...pipelines].sort());
    const known = this.#tables.get(key);
    if (known !== undefined) return known.table;
    const table = new SessionTable();
    this.#tables.set(key, { pipelines, table });
    return table;
  }
}

function record(table: SessionTable, { records, sessionTimeoutMs }: QualityBatch, nowMs: number): void {
  for (const item of records) {
    if (item.kind === 'sample') table.record(item, nowMs, sessionTimeoutMs);
    else if (item.type === 'ended') table.end(item);
  }
}
