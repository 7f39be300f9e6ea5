// The stream of events put together: what is appended to, what clients ask, and what is measured of it.
import type { KeyObject } from 'node:crypto';
import type { Settings } from '../../collector/component.ts';
import type { Operation } from '../operation.ts';
import type { QualityRecord } from '../sessions/live-session.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import type { EventsConfig } from './config.ts';
import { EventRing } from './event-ring.ts';
import { createIdPseudonym } from './id-pseudonym.ts';
import { createEventTelemetry, STREAM_FORMATS } from './instruments.ts';
import { eventsOperation } from './operations.ts';
import { StreamSlots } from './stream-slots.ts';

export interface EventsParts {
  readonly settings: Pick<Settings, 'clock' | 'meter' | 'id'>;
  readonly config: EventsConfig;
  readonly sessions: LiveSessions;
  /** Of this process; see ../sessions/epoch.ts. */
  readonly epoch: string;
  /** Pseudonyms stay the same for as long as it does. */
  readonly pseudonymKey: KeyObject;
}

export class Events {
  readonly operation: Operation;
  readonly #ring: EventRing;
  readonly #endObservations: readonly (() => void)[];

  constructor({ settings, config, sessions, epoch, pseudonymKey }: EventsParts) {
    const { clock } = settings;
    const pseudonymOf = createIdPseudonym(pseudonymKey);
    const telemetry = createEventTelemetry(settings);
    const slots = new StreamSlots(config.max_streams);
    this.#ring = new EventRing({ clock, capacity: config.buffer, pseudonymOf });
    this.operation = eventsOperation({
      clock,
      ring: this.#ring,
      telemetry,
      epoch,
      maxDurationMs: config.max_duration.ms,
      sessions,
      slots,
      pseudonymOf,
    });
    this.#endObservations = STREAM_FORMATS.map((format) =>
      telemetry.observeStreams(format, () => slots.openCount(format)),
    );
  }

  /** Records that are new, in their order. */
  append(records: readonly QualityRecord[]): void {
    this.#ring.append(records);
  }

  /** Streams end by the signals of their calls. */
  close(): void {
    for (const end of this.#endObservations) end();
  }
}
