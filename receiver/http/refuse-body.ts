// Between decoders, which know no HTTP, and answers.
import { BodyError } from '../guide-event/parse-json.ts';
import { Refusal } from './refusal.ts';
import type { PushTelemetry } from './telemetry.ts';

/** What `decode` returns; a body that can't be taken as a whole is counted and becomes a Refusal. */
export function decodeOrRefuse<Decoded>(telemetry: PushTelemetry, decode: () => Decoded): Decoded {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    telemetry.failed(1);
    throw new Refusal(error.kind === 'malformed' ? 400 : 413, error.message);
  }
}
