// What Prometheus calls an OpenTelemetry metric, so that scraping us and receiving our OTLP give the same series. The rules
// are those of github.com/prometheus/otlptranslator (metric_namer.go and unit_namer.go, strategy
// UnderscoreEscapingWithSuffixes), which Prometheus, Mimir and the Collector use.

/** The units of our metrics and their kin; the translator knows some more. An unlisted one stands as it is: `bit`. */
const UNIT_NAMES: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  '%': 'percent',
  '1': '',
};

const PER_UNIT_NAMES: Readonly<Record<string, string>> = { s: 'second', m: 'minute', h: 'hour', d: 'day' };

export type PrometheusKind = 'counter' | 'gauge' | 'histogram';

/** For names in which each word counts once: `webrtc.video.bitrate`, `bit/s` gives `webrtc_video_bitrate_bit_per_second`. */
export function prometheusName(name: string, unit: string, kind: PrometheusKind): string {
  const words = wordsOf(name);
  for (const suffix of unitSuffixes(unit)) if (suffix !== '' && !words.includes(suffix)) words.push(suffix);
  if (kind === 'counter') moveToEnd(words, 'total');
  // A histogram of fractions gets no suffix, and counters of things are often given the unit 1.
  if (kind === 'gauge' && unit === '1') moveToEnd(words, 'ratio');
  const joined = words.join('_');
  return /^\d/.test(joined) ? `_${joined}` : joined;
}

/** `By/s` gives `bytes` and `per_second`. An annotation in braces names what is counted and leaves no suffix. */
function unitSuffixes(unit: string): string[] {
  const [main = '', per = ''] = splitOnce(unit, '/').map((part) => part.trim());
  const perName = suffixOf(per, PER_UNIT_NAMES);
  return [suffixOf(main, UNIT_NAMES), perName === '' ? '' : `per_${perName}`];
}

function suffixOf(unit: string, names: Readonly<Record<string, string>>): string {
  if (/[{}]/.test(unit)) return '';
  return wordsOf(Object.hasOwn(names, unit) ? names[unit]! : unit).join('_');
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function wordsOf(text: string): string[] {
  return text.split(/[^a-zA-Z0-9:]+/).filter((word) => word !== '');
}

function moveToEnd(words: string[], word: string): void {
  const others = words.filter((each) => each !== word);
  words.splice(0, words.length, ...others, word);
}
