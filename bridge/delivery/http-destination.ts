// A destination reached over HTTP: what is particular to it is its adapter.
import type { Settings } from '../../collector/component.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { DestinationAdapter } from './adapter.ts';
import { HttpAttempts, type HttpAttemptsOptions } from './http-attempts.ts';
import { SendingDestination, type SendingOptions } from './sending-destination.ts';

export type HttpDestinationOptions = HttpAttemptsOptions & SendingOptions;

export class HttpDestination extends SendingDestination {
  constructor(
    settings: Settings,
    outbox: Outbox,
    adapter: DestinationAdapter,
    options: HttpDestinationOptions,
  ) {
    const attempts = new HttpAttempts(settings, adapter, options);
    super(settings, outbox, { rendering: adapter, attempts }, options);
  }
}
