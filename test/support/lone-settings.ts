// The Settings of one component that is tested alone.
import { createNoopMeter } from '@opentelemetry/api';
import type { ComponentStatus, Settings } from '../../collector/component.ts';
import { type LogLine, recordingLogger } from './log-lines.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface LoneSettings {
  readonly settings: Settings;
  readonly clock: VirtualClock;
  readonly lines: readonly LogLine[];
  readonly statuses: readonly ComponentStatus[];
}

/** Records what the component logs and reports; nothing else happens. */
export function loneSettings(id: string): LoneSettings {
  const clock = new VirtualClock();
  const { logger, lines } = recordingLogger(clock);
  const statuses: ComponentStatus[] = [];
  const settings: Settings = {
    id,
    logger,
    clock,
    meter: createNoopMeter(),
    telemetry: { collect: () => Promise.reject(new Error('not collected in this test')) },
    resourceAttributes: {},
    reportStatus: (status) => void statuses.push(status),
    crashPoint: () => {},
  };
  return { settings, clock, lines, statuses };
}
