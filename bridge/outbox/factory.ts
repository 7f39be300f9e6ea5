// The hub of the logs signal, as the registry names it.
import type { HubFactory } from '../../collector/component.ts';
import { Outbox } from './outbox.ts';

export const outboxHub: HubFactory = {
  consumes: 'transitions',
  create: (settings) => new Outbox(settings),
};
