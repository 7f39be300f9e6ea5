// What the metrics hub lets others of this process see: every batch that its pipelines brought, and what the rules say of
// a session. The contract only; SessionGauges keeps it.
import type { Hub } from '../../collector/component.ts';
import type { QualityBatch } from '../sample.ts';
import type { DegradedLevel } from './degraded-level.ts';

export interface QualityFeed {
  /**
   * Calls `watcher` with each batch once, however many pipelines bring it, in the order of arrival and before its sender is
   * answered. It must be quick and must not throw. The returned function ends that.
   */
  watch(watcher: (batch: QualityBatch) => void): () => void;
  /** Undefined for a session that is not known, and where nothing judges sessions. */
  degradedLevelOf(sessionId: string): DegradedLevel | undefined;
}

export function isQualityFeed(hub: Hub | undefined): hub is Hub & QualityFeed {
  return hub !== undefined && 'watch' in hub && 'degradedLevelOf' in hub;
}
