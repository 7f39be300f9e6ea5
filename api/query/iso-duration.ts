// Durations of ISO 8601 that have one length: weeks, days, hours, minutes, seconds. A month and a year have several.

const DURATION =
  /^P(?!$)(?:(\d{1,9})W|(?:(\d{1,9})D)?(?:T(?!$)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?)$/;
const UNITS_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000] as const;

/** In milliseconds; undefined when `text` is no such duration, or is zero. */
export function parseIsoDuration(text: string): number | undefined {
  const parts = DURATION.exec(text)?.slice(1);
  if (parts === undefined) return undefined;
  const ms = parts.reduce((sum, digits = '0', unit) => sum + Number(digits) * UNITS_MS[unit]!, 0);
  return ms > 0 ? ms : undefined;
}

/** Of whole seconds. */
export function formatIsoDuration(durationMs: number): string {
  const [, dayMs, hourMs, minuteMs, secondMs] = UNITS_MS;
  const part = (ms: number, unitMs: number, letter: string) =>
    ms >= unitMs ? `${Math.floor(ms / unitMs)}${letter}` : '';
  const time =
    part(durationMs % dayMs, hourMs, 'H') +
    part(durationMs % hourMs, minuteMs, 'M') +
    part(durationMs % minuteMs, secondMs, 'S');
  return `P${part(durationMs, dayMs, 'D')}${time === '' ? '' : `T${time}`}`;
}
