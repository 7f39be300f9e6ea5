// A destination that is configured but has no endpoint: nothing is stored for it, and it says so once.
import type { Component, Settings } from '../../collector/component.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import type { Destination } from '../outbox/destination.ts';
import type { Severity } from '../transition/transition.ts';

export class SwitchedOffDestination implements Component, Destination {
  readonly destinationId: string;
  readonly minSeverity: Severity = 'critical';
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.destinationId = settings.id;
    this.#settings = settings;
  }

  start(): Promise<void> {
    this.#settings.logger.info('no endpoint is set: this destination is switched off and gets nothing');
    this.#settings.reportStatus({ kind: 'ok' });
    return Promise.resolve();
  }

  statementsFor(): readonly Statement[] {
    return [];
  }

  committed(): void {
    // Nothing is ever stored for it.
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
