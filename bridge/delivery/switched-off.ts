// A destination that is configured but lacks its endpoint or credential: nothing is stored for it, and it says so once.
import type { Component, Settings } from '../../collector/component.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import type { Destination } from '../outbox/destination.ts';
import type { Severity } from '../transition/transition.ts';

export class SwitchedOffDestination implements Component, Destination {
  readonly destinationId: string;
  readonly minSeverity: Severity = 'critical';
  readonly #settings: Settings;
  readonly #missingKey: string;

  constructor(settings: Settings, missingKey = 'endpoint') {
    this.destinationId = settings.id;
    this.#missingKey = missingKey;
    this.#settings = settings;
  }

  start(): Promise<void> {
    this.#settings.logger.info(
      `no ${this.#missingKey} is set: this destination is switched off and gets nothing`,
    );
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
