// How the host makes the hub of the metrics pipelines.
import type { HubFactory } from '../../collector/component.ts';
import { SessionGauges } from './session-gauges.ts';

export const sessionGaugesHub: HubFactory = {
  consumes: 'quality',
  create: (settings) => new SessionGauges(settings),
};
