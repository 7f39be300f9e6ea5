// What is counted of the outbox: what it holds back and lets go, and what it gives up.
import type { Meter } from '@opentelemetry/api';

/** Why a transition is not sent when it is decided. */
export type HoldCause = 'storm' | 'silence';

/** Why it is sent after all. */
export type ReleaseCause =
  /** The incident has outlived its storm. */
  | 'storm_over'
  /** The notice of its storm was not delivered in time. */
  | 'notice_late'
  | 'silence_over';

/** Why a row goes to the dead letters without an answer of its destination. */
export type GivingUpCause = 'retention' | 'max_rows';

export const OUTBOX_INSTRUMENTS = {
  heldBack: {
    name: 'webrtc.delivery.held_back',
    unit: '{transition}',
    description: 'Transitions that were not sent when they were decided, by cause: storm or silence.',
  },
  released: {
    name: 'webrtc.delivery.released',
    unit: '{transition}',
    description:
      'Transitions that were held back and sent after all, by destination and cause: storm_over, notice_late or silence_over.',
  },
  givenUp: {
    name: 'webrtc.delivery.given_up',
    unit: '{transition}',
    description:
      'Transitions that went to the dead letters without an answer, by destination and cause: retention or max_rows.',
  },
  deadLettersRemoved: {
    name: 'webrtc.delivery.dead_letters_removed',
    unit: '{transition}',
    description: 'Dead letters that were removed because there were too many, by destination.',
  },
} as const;

export function outboxInstruments(meter: Meter) {
  const counterOf = ({ name, ...options }: { name: string; unit: string; description: string }) =>
    meter.createCounter(name, options);
  const heldBack = counterOf(OUTBOX_INSTRUMENTS.heldBack);
  const released = counterOf(OUTBOX_INSTRUMENTS.released);
  const givenUp = counterOf(OUTBOX_INSTRUMENTS.givenUp);
  const deadLettersRemoved = counterOf(OUTBOX_INSTRUMENTS.deadLettersRemoved);
  return {
    heldBack(count: number, cause: HoldCause): void {
      if (count > 0) heldBack.add(count, { cause });
    },
    released(countByDestination: ReadonlyMap<string, number>, cause: ReleaseCause): void {
      for (const [destination, count] of countByDestination) released.add(count, { destination, cause });
    },
    givenUp(count: number, destination: string, cause: GivingUpCause): void {
      givenUp.add(count, { destination, cause });
    },
    deadLettersRemoved(count: number, destination: string): void {
      deadLettersRemoved.add(count, { destination });
    },
  };
}

export type OutboxInstruments = ReturnType<typeof outboxInstruments>;
