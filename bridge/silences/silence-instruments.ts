// What is counted of silences.
import type { Meter } from '@opentelemetry/api';
import { observe } from '../../collector/telemetry/names.ts';
import type { SilenceOrigin } from './silence.ts';

export const SILENCE_INSTRUMENTS = {
  active: {
    name: 'webrtc.silence.active',
    kind: 'gauge',
    unit: '{silence}',
    description: 'Silences that are active, by origin: config for maintenance windows, api for the others.',
    attributes: ['extension', 'origin'],
  },
  heldBack: {
    name: 'webrtc.silence.held_back',
    kind: 'counter',
    unit: '{transition}',
    description: 'Transitions that a silence has held back, by its origin.',
    attributes: ['extension', 'origin'],
  },
} as const;

export type SilenceInstruments = ReturnType<typeof silenceInstruments>;

/** `countActive` is asked whenever somebody looks, until `stop`. */
export function silenceInstruments(
  meter: Meter,
  extension: string,
  countActive: (origin: SilenceOrigin) => number,
) {
  const { name, unit, description } = SILENCE_INSTRUMENTS.heldBack;
  const heldBack = meter.createCounter(name, { unit, description });
  const origins: readonly SilenceOrigin[] = ['config', 'api'];
  for (const origin of origins) heldBack.add(0, { extension, origin });
  const endings = origins.map((origin) =>
    observe(meter, SILENCE_INSTRUMENTS.active, { extension, origin }, () => countActive(origin)),
  );
  return {
    heldBack: (origin: SilenceOrigin) => heldBack.add(1, { extension, origin }),
    stop: () => endings.forEach((end) => end()),
  };
}
