// Entries that are no events, as JSON text: what JSON.stringify would never write can be among them.

/** The text of an event in which the value at `path` is `value`, as raw JSON. */
function eventWith(path: string, value: string): string {
  const flat = new Map([
    ['type', '"webrtc-video"'],
    ['session.id', '"bad"'],
    ['metrics.mos', '4'],
    [path, value],
  ]);
  return `{${[...flat].map(([key, raw]) => `"${key}":${raw}`).join(',')}}`;
}

/** The same, nested. */
function nestedEventWith(path: string, value: string): string {
  const [first, ...rest] = path.split('.');
  const metric = rest.reduceRight((inner, key) => `{"${key}":${inner}}`, value);
  return `{"type":"webrtc-video","session":{"id":"bad"},"${first}":${metric}}`;
}

/** Where each metric stands, with values outside its bounds. */
const METRIC_PATHS: readonly (readonly [path: string, tooLow: string, tooHigh: string])[] = [
  ['metrics.mos', '0.99', '9'],
  ['metrics.packetLossPercent', '-0.5', '100.5'],
  ['metrics.jitter.ms', '-1', '1000001'],
  ['metrics.rtt.ms', '-1', '1000001'],
  ['metrics.bitrate.kbps', '-1', '10000001'],
  ['metrics.framesPerSecond', '-1', '1001'],
  ['metrics.freezeRatio', '-0.01', '1.01'],
  ['metrics.experience', '0.99', '5.01'],
  ['metrics.usualBitrate.kbps', '-0.01', '10000000.01'],
  ['metrics.framesDroppedPercent', '-0.01', '100.01'],
];

const NO_NUMBERS: readonly string[] = [
  '"NaN"',
  '"Infinity"',
  '""',
  '" 3 "',
  '"1e999"',
  '"0x10"',
  '"3,4"',
  '"three"',
  '"{{metrics.value}}"',
  'true',
  '[]',
  '[3]',
  '{"value":3}',
  '1e999',
  '-1e999',
];

const NO_TEXTS: readonly string[] = [
  '7',
  'true',
  '[]',
  '["a"]',
  '{"name":"a"}',
  '"a\\u0000b"',
  '"a\\nb"',
  '"\\ud800"',
];

const TEXT_PATHS: readonly string[] = [
  'session.id',
  'conversation.id',
  'agent.id',
  'codec',
  'site',
  'region',
  'edge',
  'isp',
  'network.type',
  'client.version',
];

const WORD_PATHS: readonly string[] = ['type', 'media', 'direction', 'boundary', 'metrics.mosSource'];
const NO_WORDS: readonly string[] = ['"nonsense"', '7', 'false', '[]', '{"a":"b"}'];

const FLAG_PATHS: readonly string[] = ['muted', 'held', 'paused'];
const NO_FLAGS: readonly string[] = ['1', '"yes"', '[]', '{"on":true}'];

const NO_TIMES: readonly string[] = [
  '"yesterday"',
  '""',
  '"2026-02-30T00:00:00Z"',
  '"2026-01-01"',
  '"1999-12-31T23:59:59Z"',
  '-1',
  '0',
  '1e999',
  'true',
  '[1767225600]',
  '{"seconds":1767225600}',
];

const NO_STATES: readonly string[] = ['"connecting"', '""', '7', 'null', '[]', '{"is":"ended"}'];

const NO_EVENTS: readonly string[] = [
  'null',
  'true',
  '7',
  '"webrtc-video"',
  '[]',
  '[[]]',
  '{}',
  '{"event":{}}',
  '{"event":null}',
  '{"event":[{"session":{"id":"bad"},"metrics":{"mos":4}}]}',
  '{"session":"bad","metrics":{"mos":4}}',
  '{"session":{"id":null},"metrics":{"mos":4}}',
  '{"session":{"id":""},"metrics":{"mos":4}}',
  '{"session":{"id":"   "},"metrics":{"mos":4}}',
  '{"session":{"id":"10.1.2.3"},"metrics":{"mos":4}}',
  '{"session":{"id":"bad"}}',
  '{"session":{"id":"bad"},"metrics":null}',
  '{"session":{"id":"bad"},"metrics":{}}',
  '{"session":{"id":"bad"},"metrics":{"mos":null}}',
  '{"session":{"id":"bad"},"metrics":4}',
  '{"session":{"id":"bad"},"metrics":"4"}',
  '{"session":{"id":"bad"},"metrics":[{"mos":4}]}',
  '{"session":{"id":"bad"},"metrics":{"jitter":20}}',
  '{"session":{"id":"bad"},"metrics":{"mos":4,"rtt":"20 ms"}}',
  '{"session":{"id":"bad"},"metrics":{"mos":4},"metrics":{"mos":9}}',
  '{"__proto__":{"session":{"id":"bad"},"metrics":{"mos":4}}}',
  '{"constructor":{"prototype":{"session":{"id":"bad"}}},"metrics":{"mos":4}}',
  '{"session":{"__proto__":{"id":"bad"}},"metrics":{"mos":4}}',
  `{"session":{"id":"${'x'.repeat(257)}"},"metrics":{"mos":4}}`,
  `{"session":{"id":${'['.repeat(5_000)}${']'.repeat(5_000)}},"metrics":{"mos":4}}`,
  `${'{"event":'.repeat(5_000)}{}${'}'.repeat(5_000)}`,
];

export const MALFORMED_ENTRIES: readonly string[] = [
  ...NO_EVENTS,
  ...METRIC_PATHS.flatMap(([path, tooLow, tooHigh]) => [
    ...[...NO_NUMBERS, tooLow, tooHigh].map((value) => nestedEventWith(path, value)),
    eventWith(path, `"${tooHigh}"`),
  ]),
  ...TEXT_PATHS.flatMap((path) => NO_TEXTS.map((value) => eventWith(path, value))),
  ...WORD_PATHS.flatMap((path) => NO_WORDS.map((value) => eventWith(path, value))),
  ...FLAG_PATHS.flatMap((path) => NO_FLAGS.map((value) => eventWith(path, value))),
  ...NO_TIMES.map((value) => eventWith('timestamp', value)),
  ...NO_STATES.map((value) => `{"type":"webrtc","session":{"id":"bad"},"state":${value}}`),
];

/** Texts that are no JSON, each of which spoils a line but not the lines beside it. */
export const MALFORMED_LINES: readonly string[] = [
  '{',
  '}',
  '{"session":{"id":"bad"},"metrics":{"mos":4}',
  '{"session":{"id":"bad"},"metrics":{"mos":4}},',
  '{"session":{"id":"bad"},"metrics":{"mos":4,}}',
  "{'session':{'id':'bad'}}",
  '{session:{id:"bad"}}',
  '{"session":{"id":"bad"},"metrics":{"mos":NaN}}',
  '{"session":{"id":"bad"},"metrics":{"mos":Infinity}}',
  '{"session":{"id":"bad"},"metrics":{"mos":undefined}}',
  '{"session":{"id":"bad"},"metrics":{"mos":04}}',
  '{"session":{"id":"bad"},"metrics":{"mos":+4}}',
  '{"session":{"id":"bad"},"metrics":{"mos":.4}}',
  '{"session":{"id":"bad"},"metrics":{"mos":0x4}}',
  '{"session":{"id":"bad\tid"},"metrics":{"mos":4}}',
  '{"session":{"id":"\\x41"},"metrics":{"mos":4}}',
  '{"session":{"id":"\\ud8"},"metrics":{"mos":4}}',
  '{"session":{"id":"bad',
  '// {"session":{"id":"bad"},"metrics":{"mos":4}}',
  '<event session="bad"/>',
  'session=bad&mos=4',
  '\ufeff\ufeff{}',
  '['.repeat(100_000),
  '\u0000',
];
