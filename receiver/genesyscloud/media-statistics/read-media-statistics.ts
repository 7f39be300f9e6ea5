// What the platform's media statistics say of one conversation: {entities: [MediaStatistics]}. The API is a preview, so
// whatever can't be read is counted and left out. Addresses, users, stations and names are not even looked at. Pure.
import { isAheadOfArrival, parseEventTime } from '../../guide-event/event-time.ts';
import { idProblem } from '../../guide-event/text-value.ts';
import { isList, isObject } from '../platform/json-object.ts';

/** Who measured: the client of the person, or the platform's media server. */
export type Side = 'client' | 'server';

/** One endpoint's averages since the beginning of its call. */
export interface EndpointReading {
  readonly communicationId: string;
  readonly side: Side;
  readonly observedAtMs: number;
  /** The side's own estimate, 1–5. */
  readonly mos?: number;
  readonly jitterMs?: number;
  readonly reconnectCount?: number;
}

export interface ReadMediaStatistics {
  readonly readings: readonly EndpointReading[];
  /** Entries and fields that are not what they should be. */
  readonly faultCount: number;
}

const MAX_ENDPOINTS = 1_000;
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const SIDES: ReadonlyMap<unknown, Side> = new Map([
  ['Client', 'client'],
  ['Server', 'server'],
]);

export function readMediaStatistics(body: unknown, receivedAtMs: number): ReadMediaStatistics {
  // A success without a body has nothing to say.
  if (body === undefined) return { readings: [], faultCount: 0 };
  const readings: EndpointReading[] = [];
  let faultCount = 0;
  const fault = () => void (faultCount += 1);
  for (const entity of listOf(body, 'entities', fault)) {
    const communicationId = isObject(entity) ? entity.communicationId : undefined;
    if (idProblem(communicationId) !== undefined) {
      fault();
      continue;
    }
    for (const endpoint of listOf(entity, 'mediaStatistics', fault)) {
      if (readings.length + faultCount >= MAX_ENDPOINTS) return { readings, faultCount: faultCount + 1 };
      const reading = readEndpoint(endpoint, communicationId as string, receivedAtMs, fault);
      if (reading !== undefined) readings.push(reading);
    }
  }
  return { readings, faultCount };
}

/** Undefined when it is not known who measured, or when. */
function readEndpoint(
  endpoint: unknown,
  communicationId: string,
  receivedAtMs: number,
  fault: () => void,
): EndpointReading | undefined {
  const fields = isObject(endpoint) ? endpoint : {};
  const side = SIDES.get(fields.sourceType);
  const observedAtMs =
    typeof fields.dateCreated === 'string' ? parseEventTime(fields.dateCreated) : undefined;
  if (
    side === undefined ||
    observedAtMs === undefined ||
    observedAtMs < EARLIEST_MS ||
    isAheadOfArrival(observedAtMs, receivedAtMs)
  ) {
    fault();
    return undefined;
  }
  const rtp = isObject(fields.rtp) ? fields.rtp : {};
  const mos = numberIn(rtp.estimatedAverageMos, 1, 5, fault);
  // Clients send seconds. In what unit the servers tell it nobody has written down.
  const jitterS = side === 'client' ? numberIn(rtp.averageJitter, 0, 1_000, fault) : undefined;
  const reconnectCount = numberIn(fields.reconnectAttempts, 0, Number.MAX_SAFE_INTEGER, fault);
  return {
    communicationId,
    side,
    observedAtMs,
    ...(mos !== undefined && { mos }),
    ...(jitterS !== undefined && { jitterMs: jitterS * 1_000 }),
    ...(reconnectCount !== undefined && { reconnectCount }),
  };
}

/** Absent and null are no fault. */
function numberIn(value: unknown, least: number, most: number, fault: () => void): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  fault();
  return undefined;
}

function listOf(value: unknown, name: string, fault: () => void): readonly unknown[] {
  const list = isObject(value) ? value[name] : undefined;
  if (isList(list)) return list;
  fault();
  return [];
}
