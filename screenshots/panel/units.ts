// Numbers with their unit, as short as Grafana writes them: 0.0123 of `percentunit` is 1.23%, 1600000 of `bps` is 1.6 Mb/s.

type Scale = readonly (readonly [least: number, suffix: string])[];

const COUNTS: Scale = scaleOf(1_000, ['', ' K', ' Mil', ' Bil']);
const BITS: Scale = scaleOf(1_000, [' b/s', ' kb/s', ' Mb/s', ' Gb/s']);
const BYTES: Scale = scaleOf(1_024, [' B', ' KiB', ' MiB', ' GiB']);
const SECONDS: Scale = [
  [1e-6, ' µs'],
  [1e-3, ' ms'],
  [1, ' s'],
  [60, ' min'],
  [3_600, ' h'],
];

const FORMATS: Readonly<Record<string, (value: number, decimals?: number) => string>> = {
  none: (value, decimals) => digits(value, decimals),
  short: (value, decimals) => scaled(value, COUNTS, decimals),
  percentunit: (value, decimals) => `${digits(value * 100, decimals)}%`,
  s: (value, decimals) => (value === 0 ? '0 s' : scaled(value, SECONDS, decimals)),
  bps: (value, decimals) => scaled(value, BITS, decimals),
  bytes: (value, decimals) => scaled(value, BYTES, decimals),
  fps: (value, decimals) => `${digits(value, decimals)} fps`,
  cps: (value, decimals) => `${scaled(value, COUNTS, decimals)} c/s`,
};

/** By one of Grafana's unit ids. Throws on one that is not written here. */
export function formatValue(value: number, unit: string, decimals?: number): string {
  const format = FORMATS[unit];
  if (format === undefined) throw new Error(`no format for the unit ${unit}`);
  return format(value, decimals);
}

function scaleOf(base: number, suffixes: readonly string[]): Scale {
  return suffixes.map((suffix, power) => [base ** power, suffix] as const);
}

function scaled(value: number, scale: Scale, decimals?: number): string {
  const [least, suffix] = scale.findLast(([from]) => Math.abs(value) >= from) ?? scale[0]!;
  return `${digits(value / least, decimals)}${suffix}`;
}

/** Three digits that count, and none after the point that says nothing. */
function digits(value: number, decimals?: number): string {
  if (decimals !== undefined) return value.toFixed(decimals);
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
