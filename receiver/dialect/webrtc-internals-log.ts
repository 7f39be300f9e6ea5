// The event log of one connection in a webrtc-internals dump → the states that it went through, with their times. Newer
// Chrome writes a timestamp. Older ones write the local time of day in the language of the user, without a zone: it is
// read as the time since the log's first entry, which is put at the whole quarter of an hour of difference (all time
// zones are that far apart) that brings it nearest to the first stats.
import { isObject, type JsonObject } from './stat-fields.ts';
import { statTimeMs } from './stat-time.ts';

export interface LoggedState {
  readonly state: unknown;
  readonly atMs: number;
}

/** Before version 142 without `on`. */
const CONNECTION_STATE: ReadonlySet<unknown> = new Set(['connectionstatechange', 'onconnectionstatechange']);
const ICE_STATE: ReadonlySet<unknown> = new Set(['iceconnectionstatechange', 'oniceconnectionstatechange']);

const QUARTER_MS = 15 * 60 * 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** `7:15:45 PM`, `19:15:45`, `19.15.45`; newer Chrome has a narrow space before the `PM`. */
const TIME_OF_DAY = /(\d{1,2})[:.](\d{2})[:.](\d{2})(?:\s?([AP])\.?M)?/i;

export function statesOfLog(
  log: readonly unknown[],
  firstStatsMs: number | undefined,
): { readonly states: readonly LoggedState[]; readonly undatedCount: number } {
  const entries = log.filter(isObject);
  // Where Chrome tells both, the state of the whole connection counts, and not that of ICE alone.
  const types = entries.some(({ type }) => CONNECTION_STATE.has(type)) ? CONNECTION_STATE : ICE_STATE;
  const timeOf = clockOf(entries, firstStatsMs);
  const states: LoggedState[] = [];
  let undatedCount = 0;
  for (const entry of entries) {
    if (!types.has(entry.type)) continue;
    const atMs = statTimeMs(entry.timestamp) ?? timeOf(entry);
    if (atMs === undefined) undatedCount += 1;
    else states.push({ state: entry.value, atMs });
  }
  return { states, undatedCount };
}

/** Tells the time of the entries that have no timestamp. */
function clockOf(
  entries: readonly JsonObject[],
  firstStatsMs: number | undefined,
): (entry: JsonObject) => number | undefined {
  const firstOfDayMs = entries.map(timeOfDayMs).find((timeMs) => timeMs !== undefined);
  if (firstOfDayMs === undefined || firstStatsMs === undefined) return () => undefined;
  const quarters = Math.round((firstStatsMs - firstOfDayMs) / QUARTER_MS);
  const firstMs = firstOfDayMs + quarters * QUARTER_MS;
  return (entry) => {
    const ofDayMs = timeOfDayMs(entry);
    if (ofDayMs === undefined) return undefined;
    return firstMs + ((ofDayMs - firstOfDayMs + DAY_MS) % DAY_MS);
  };
}

function timeOfDayMs({ time }: JsonObject): number | undefined {
  const match = typeof time === 'string' ? TIME_OF_DAY.exec(time) : null;
  if (match === null) return undefined;
  const [, hours, minutes, seconds, half] = match;
  const hour =
    half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  return ((hour * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}
