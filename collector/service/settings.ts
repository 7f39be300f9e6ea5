// What the host supplies to each component: one Settings per node, with a logger and a status line of its own.
import type { Meter } from '@opentelemetry/api';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ComponentStatus, Settings } from '../component.ts';
import type { SettingsFor } from '../graph/graph.ts';
import { nodeKey } from '../graph/node.ts';
import type { HealthBoard } from './health-board.ts';

/** What all components of a process share. */
export interface SharedSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
  readonly telemetry: MetricProducer;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly health: HealthBoard;
  crashPoint(name: string): void;
}

export function settingsFrom(shared: SharedSettings): SettingsFor {
  return (name): Settings => {
    const { kind, id, pipeline } = name;
    const logger = shared.logger.child({ component: id, kind, ...(pipeline !== undefined && { pipeline }) });
    return {
      id,
      logger,
      clock: shared.clock,
      meter: shared.meter,
      telemetry: shared.telemetry,
      resourceAttributes: shared.resourceAttributes,
      reportStatus(status) {
        logChange(logger, shared.health.set(nodeKey(name), status), status);
      },
      crashPoint: (place) => shared.crashPoint(place),
    };
  };
}

/** A component may repeat itself with each failed attempt: only the edges are worth a line. */
function logChange(logger: Logger, previous: ComponentStatus | undefined, status: ComponentStatus): void {
  const wasUnhealthy = previous?.kind === 'unhealthy';
  if (status.kind === 'unhealthy' && !wasUnhealthy)
    logger.warn({ reason: status.reason }, 'became unhealthy');
  if (status.kind === 'ok' && wasUnhealthy) logger.info('recovered');
}
