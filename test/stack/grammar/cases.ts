// Configurations for both: what is allowed, what is refused, and what a value comes to.

export interface GrammarCase {
  readonly title: string;
  /** The files, in the order in which they are named. */
  readonly files: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly set?: readonly string[];
  /** Files that the configuration may name, by their names. */
  readonly beside?: Readonly<Record<string, string>>;
  /** The path of a value that has to come to the same. */
  readonly shows?: readonly string[];
}

const BASE = `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:4318" } } } }
exporters: { debug: {} }
service: { pipelines: { metrics: { receivers: [otlp], exporters: [debug] } } }
`;

type Extra = Omit<GrammarCase, 'title' | 'files'>;

/** A file that stands alone. */
const alone = (title: string, yaml: string, extra: Extra = {}): GrammarCase => ({
  title,
  files: [yaml],
  ...extra,
});

/** A file that is merged over one that is right. */
const over = (title: string, yaml: string, extra: Extra = {}): GrammarCase => ({
  title,
  files: [BASE, yaml],
  ...extra,
});

/** A component with one key, in block style, where a value may hold braces. */
const field = (section: string, id: string, keys: readonly string[], written: string, after = ''): string =>
  [section, id, ...keys].map((key, depth) => `${'  '.repeat(depth)}${key}:`).join('\n') +
  ` ${written}\n${after}`;

type Env = Readonly<Record<string, string>>;
type FieldCase = (title: string, written: string, env?: Env, extra?: Extra) => GrammarCase;

/** A case of each value in one field that both have. */
const inField =
  (section: string, id: string, keys: readonly string[], after = ''): FieldCase =>
  (title, written, env = {}, extra = {}) =>
    over(title, field(section, id, keys, written, after), { env, shows: [section, id, ...keys], ...extra });

const TEXT = ['response_body', 'healthy'];
const text = inField('extensions', 'health_check', TEXT);
const whole = inField('exporters', 'debug', ['sampling_initial']);
const bool = inField('exporters', 'debug', ['use_internal_logger']);
const list = inField('processors', 'batch', ['metadata_keys']);
const time = inField('processors', 'batch', ['timeout']);

const pipeline = (title: string, yaml: string): GrammarCase =>
  over(title, `service: { pipelines: { metrics: ${yaml} } }`);

export const CASES: readonly GrammarCase[] = [
  // The document.
  alone('a whole small configuration', BASE),
  alone('an empty file', ''),
  alone('a file of comments', '# nothing\n'),
  alone('a list at the top', '- a\n'),
  alone('a text at the top', 'text'),
  alone('no service', 'receivers: { otlp: { protocols: { http: {} } } }\nexporters: { debug: {} }'),
  alone(
    'no receivers',
    'exporters: { debug: {} }\nservice: { pipelines: { metrics: { receivers: [otlp], exporters: [debug] } } }',
  ),
  over('an unknown section', 'extras: {}'),
  over('a section in capitals', 'Extensions: {}'),
  over('an empty section', 'processors:'),
  over('an empty map as a section', 'processors: {}'),
  over('a section that is a list', 'processors: [batch]'),
  over('a section that is a text', 'processors: batch'),
  over('the connectors that nobody has', 'connectors: {}'),
  over('a connector of no known type', 'connectors: { forward: {} }'),
  alone('the same key twice', `${BASE}\nexporters: { debug: {} }`),
  alone('a second document', `${BASE}\n---\n${BASE}`),
  alone('a document that is begun and ended', `---\n${BASE}\n...\n`),
  alone('an indentation by tab', 'receivers:\n\totlp: {}\n'),
  alone('a quote that is not closed', 'receivers: { otlp: "x }\n'),
  alone('a byte order mark', `\uFEFF${BASE}`),
  alone('lines that end with CR LF', BASE.replaceAll('\n', '\r\n')),
  over('a key that is a number', 'exporters: { 1: {} }'),
  over('a key that is empty', 'exporters: { "": {} }'),
  over('a key that is a list', 'exporters: { ? [a, b] : {} }'),
  over('a key that is nothing', 'exporters: { ~: {} }'),
  over('a custom tag', 'extensions: { health_check: { response_body: { healthy: !secret x } } }'),
  over('a core tag', 'extensions: { health_check: { response_body: { healthy: !!str 1 } } }', {
    shows: ['extensions', 'health_check', ...TEXT],
  }),
  // Components and their ids.
  over('a component without a body', 'exporters: { debug: , debug/2: }'),
  over('a component that is a text', 'exporters: { debug: text }'),
  over('a component that is a list', 'exporters: { debug: [] }'),
  over('a type nobody has', 'exporters: { debgu: {} }'),
  over('a type of another section', 'exporters: { batch: {} }'),
  over('a type in capitals', 'exporters: { Debug: {} }'),
  over('a type named like a property of objects', 'exporters: { constructor: {} }'),
  over('an id with a name', 'exporters: { debug/a-b.c_d: {} }'),
  over('an id with two slashes', 'exporters: { debug/a/b: {} }'),
  over('an id with a space in its name', 'exporters: { "debug/a b": {} }'),
  over('an id with letters of any language', 'exporters: { debug/größe: {} }'),
  over('an id with a symbol', 'exporters: { debug/a+b: {} }'),
  over('an id with an emoji', 'exporters: { "debug/🙂": {} }'),
  over('an id with punctuation', 'exporters: { "debug/a@b#c!d%e&f(g)": {} }'),
  over('an id with space around its slash', 'exporters: { "debug / a": {} }'),
  over('an id without a name after the slash', 'exporters: { debug/: {} }'),
  over('an id without a type before the slash', 'exporters: { /a: {} }'),
  over('a type with a dash', 'exporters: { my-debug: {} }'),
  over('two ids that are the same after trimming', 'exporters: { debug/a: {}, "debug/a ": {} }'),
  over('an unknown key', 'exporters: { debug: { verbosty: basic } }'),
  over(
    'an unknown key in a map of a component',
    'receivers: { otlp: { protocols: { http: { endpont: x } } } }',
  ),
  over('an unknown key in a component that no pipeline has', 'exporters: { debug/2: { verbosty: basic } }'),
  over('a key in capitals', 'exporters: { debug: { Verbosity: basic } }'),
  over('a value that is none of the choices', 'exporters: { debug: { verbosity: loud } }'),
  over('a choice in capitals', 'exporters: { debug: { verbosity: Detailed } }'),
  over('a component that refuses its own configuration', 'receivers: { otlp/2: { protocols: {} } }'),
  over('an optional part without a body', 'receivers: { otlp: { protocols: { http: } } }'),
  alone('an optional part without a body, alone', BASE.replace('{ endpoint: "127.0.0.1:4318" }', '')),
  // Keys with two colons.
  over('a key that is a path', 'exporters::debug::verbosity: detailed', {
    shows: ['exporters', 'debug', 'verbosity'],
  }),
  over(
    'a key inside a component that is a path',
    'receivers: { otlp: { protocols::http::include_metadata: true } }',
    {
      shows: ['receivers', 'otlp', 'protocols', 'http', 'include_metadata'],
    },
  ),
  over('a key with an empty part', 'exporters: { "debug::": {} }'),
  // Pipelines.
  pipeline('a pipeline without receivers', '{ receivers: [] }'),
  pipeline('a pipeline without exporters', '{ exporters: [] }'),
  pipeline('a pipeline whose receivers are nothing', '{ receivers: }'),
  pipeline('a pipeline with an unknown key', '{ receiver: [otlp] }'),
  pipeline('a receiver that is not configured', '{ receivers: [otlp/2] }'),
  pipeline('an exporter that is not configured', '{ exporters: [debug, debug/2] }'),
  pipeline('a processor that is not configured', '{ processors: [batch] }'),
  pipeline('a receiver named twice', '{ receivers: [otlp, otlp] }'),
  pipeline('an exporter named twice', '{ exporters: [debug, debug] }'),
  over(
    'a processor named twice',
    'processors: { batch: }\nservice: { pipelines: { metrics: { processors: [batch, batch] } } }',
  ),
  pipeline('a receiver in a text', '{ receivers: otlp }'),
  pipeline('receivers in a text with a comma', '{ receivers: "otlp,otlp/2" }'),
  pipeline('a receiver with space around it', '{ receivers: [" otlp "] }'),
  pipeline('a receiver that is a number', '{ receivers: [1] }'),
  pipeline('a receiver that is a map', '{ receivers: [{ otlp: {} }] }'),
  pipeline('a receiver that is empty', '{ receivers: [""] }'),
  over(
    'a second pipeline of the signal',
    'service: { pipelines: { metrics/2: { receivers: [otlp], exporters: [debug] } } }',
  ),
  over(
    'a pipeline of no known signal',
    'service: { pipelines: { metric: { receivers: [otlp], exporters: [debug] } } }',
  ),
  over(
    'a pipeline of traces',
    'service: { pipelines: { traces: { receivers: [otlp], exporters: [debug] } } }',
  ),
  over('a pipeline without a body', 'service: { pipelines: { metrics/2: } }'),
  over('pipelines that are a list', 'service: { pipelines: [metrics] }'),
  alone('no pipelines', BASE.replace(/service: .*/, 'service: { pipelines: {} }')),
  over('a component that no pipeline names', 'exporters: { debug/unused: {} }'),
  // The rest of the service.
  over('an extension that is not configured', 'service: { extensions: [health_check] }'),
  over(
    'an extension named twice',
    'extensions: { health_check: }\nservice: { extensions: [health_check, health_check] }',
  ),
  over('an extension that nobody lists', 'extensions: { health_check: }'),
  over('extensions that are nothing', 'service: { extensions: }'),
  over('an unknown key of the service', 'service: { extension: [] }'),
  over('a level of logs', 'service: { telemetry: { logs: { level: debug } } }'),
  over('a level of logs in capitals', 'service: { telemetry: { logs: { level: DEBUG } } }'),
  over('a level of logs that nobody has', 'service: { telemetry: { logs: { level: chatty } } }'),
  over('a level of metrics', 'service: { telemetry: { metrics: { level: detailed } } }'),
  over('an address of metrics', 'service: { telemetry: { metrics: { address: "127.0.0.1:8888" } } }'),
  over(
    'readers of metrics',
    'service: { telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: 1 } } } }] } } }',
  ),
  over('attributes of the process', 'service: { telemetry: { resource: { service.name: x } } }'),
  over(
    'an attribute of the process that is nothing',
    'service: { telemetry: { resource: { service.name: } } }',
  ),
  over('a time to stop', 'service: { shutdown_timeout: 5s }'),
  // Authenticators.
  over(
    'an authenticator that is not configured',
    'exporters: { otlp_http: { endpoint: "http://x", auth: { authenticator: bearertokenauth } } }',
  ),
  over(
    'an authenticator that is configured and not listed',
    'extensions: { bearertokenauth: { token: x } }\nexporters: { otlp_http: { endpoint: "http://x", auth: { authenticator: bearertokenauth } } }\nservice: { pipelines: { metrics: { exporters: [otlp_http] } } }',
  ),
  over(
    'an authenticator that is configured and listed',
    'extensions: { bearertokenauth: { token: x } }\nexporters: { otlp_http: { endpoint: "http://x", auth: { authenticator: bearertokenauth } } }\nservice: { extensions: [bearertokenauth], pipelines: { metrics: { exporters: [otlp_http] } } }',
  ),
  over(
    'an authenticator without its name',
    'exporters: { otlp_http: { endpoint: "http://x", auth: { authenticator: } } }',
  ),
  over('a secret that is a number', 'extensions: { bearertokenauth: { token: 0123 } }'),
  // Types of values.
  text('a text', '/x'),
  text('a text that is a number', '1'),
  text('a text that is a boolean', 'true'),
  text('a text that is nothing', '~'),
  text('a text that is empty', '""'),
  text('a text that is a list', '[a]'),
  text('a text that is a date', '2026-01-01'),
  text('a text of several lines', '|\n        a\n        b'),
  whole('a whole number', '5'),
  whole('a number in quotes', '"5"'),
  whole('a fraction without a fraction', '5.0'),
  whole('a fraction', '5.5'),
  whole('a number with underscores', '1_000'),
  whole('a number in octal, the old way', '010'),
  whole('a number in octal, the new way', '0o10'),
  whole('a number in hexadecimal', '0x10'),
  whole('a number in binary', '0b10'),
  whole('a number with an exponent', '1e3'),
  whole('a number that is a boolean', 'true'),
  whole('a number below zero', '-1'),
  whole('a number of many digits', '9007199254740993'),
  over('a number below zero where none may be', 'processors: { batch: { send_batch_size: -1 } }'),
  over(
    'a number that is none',
    'exporters: { otlp_http: { endpoint: "http://x", retry_on_failure: { multiplier: .inf } } }',
  ),
  bool('a boolean', 'false'),
  bool('a boolean in capitals', 'False'),
  bool('a boolean by no', 'no'),
  bool('a boolean by off', 'off'),
  bool('a boolean in quotes', '"false"'),
  bool('a boolean by a number', '0'),
  bool('a boolean that is nothing', ''),
  list('a list', '[a, b]'),
  list('a list that is empty', '[]'),
  list('a list that is nothing', ''),
  list('a list in a text', 'a'),
  list('a list in a text with commas', '"a,b"'),
  list('a list in a text with commas and spaces', '"a, b"'),
  list('a list in an empty text', '""'),
  list('a list of numbers', '[1]'),
  list('a list of nothing', '[~]'),
  over(
    'a map with defaults that is nothing',
    'exporters: { otlp_http: { endpoint: "http://x", retry_on_failure: } }',
    {
      shows: ['exporters', 'otlp_http', 'retry_on_failure', 'enabled'],
    },
  ),
  over(
    'a key of such a map that is nothing',
    'exporters: { otlp_http: { endpoint: "http://x", retry_on_failure: { enabled: } } }',
    {
      shows: ['exporters', 'otlp_http', 'retry_on_failure', 'enabled'],
    },
  ),
  over('a map that is a list', 'exporters: { otlp_http: { endpoint: "http://x", headers: [a] } }'),
  over('a header that is a number', 'exporters: { otlp_http: { endpoint: "http://x", headers: { a: 1 } } }'),
  over('a header that is nothing', 'exporters: { otlp_http: { endpoint: "http://x", headers: { a: } } }'),
  // Durations.
  time('a duration', '1h2m3.5s'),
  time('a duration in microseconds', '5µs'),
  time('a duration in days', '1d'),
  time('a duration that is zero', '0'),
  time('a duration that is a number', '5'),
  time('a duration that is a number in quotes', '"5"'),
  time('a duration with a space', '"5 s"'),
  time('a duration with a sign', '"+5s"'),
  time('a duration below zero', '-5s'),
  time('a duration without digits before its point', '.5s'),
  time('a duration without digits after its point', '5.s'),
  time('a duration in capitals', '5S'),
  time('a duration that is empty', '""'),
  time('a duration that is nothing', ''),
  time('a duration that is too long', '10000000h'),
  time('a duration by a variable', '${env:T}', { T: '5s' }),
  // Variables.
  text('a variable', '${env:A}', { A: 'x' }),
  text('a variable without scheme', '${A}', { A: 'x' }),
  text('a variable in the midst of a text', 'a-${env:A}-b', { A: 'x' }),
  text('a variable in quotes', '"${env:A}"', { A: 'x' }),
  text('a variable in single quotes', "'${env:A}'", { A: 'x' }),
  text('a variable that is not set', '${env:A}'),
  text('a variable that is not set, in the midst of a text', 'a${env:A}b'),
  text('a variable that is empty', '${env:A}', { A: '' }),
  text('a variable with a default that is not needed', '${env:A:-y}', { A: 'x' }),
  text('a variable with a default', '${env:A:-y}'),
  text('a variable with a default, set and empty', '${env:A:-y}', { A: '' }),
  text('a variable with an empty default', '"${env:A:-}"'),
  text('a default that holds a :-', '${env:A:-x:-y}'),
  text('a default with a space', '"${env:A:-x y}"'),
  text('a default that is a variable', '${env:A:-${env:B}}', { B: 'x' }),
  text('a default that is a number', '${env:A:-0123}'),
  text('a variable whose name is a variable', '${env:${env:A}}', { A: 'B', B: 'x' }),
  text('a variable that holds leading zeros', '${env:A}', { A: '0123' }),
  text('a variable that holds a boolean', '${env:A}', { A: 'true' }),
  text('a variable that holds a list', '${env:A}', { A: '[a]' }),
  text('a variable that holds quotes', '${env:A}', { A: '"x"' }),
  text('a variable that holds a comment', '${env:A}', { A: 'x # y' }),
  text('a variable that holds space around', '${env:A}', { A: ' x ' }),
  text('a variable that holds two lines', '${env:A}', { A: 'a\nb' }),
  text('a variable that holds a colon', '${env:A}', { A: 'a: b' }),
  text('a variable that holds no YAML', '${env:A}', { A: '[a' }),
  text('a variable that holds a dollar sign', '${env:A}', { A: 'a$b' }),
  text('a variable that holds two dollar signs', '${env:A}', { A: 'a$$b' }),
  text('a variable that holds a reference', '${env:A}', { A: '${env:B}', B: 'x' }),
  text('a variable that holds an escaped reference', '${env:A}', { A: '$${env:B}', B: 'x' }),
  text('two variables in a text', '${env:A}${env:B}', { A: '1', B: '2' }),
  text('two numbers by variables, in a text', 'v${env:A}${env:B}', { A: '1', B: '2' }),
  text('a variable that holds a map, in the midst of a text', 'a${env:A}', { A: '{b: c}' }),
  text('a variable with an invalid name', '${env:1A}'),
  text('a variable with a space in its name', '"${env:A B}"'),
  text('a variable without a name', '"${env:}"'),
  text('a reference that is empty', '"${}"'),
  text('a reference that is not closed', '"${env:A"', { A: 'x' }),
  text('a scheme that nobody has', '"${vault:A}"'),
  text('a scheme in capitals', '"${ENV:A}"', { A: 'x' }),
  text('a name without braces', '$A', { A: 'x' }),
  text('an escaped dollar sign', 'a$$b'),
  text('an escaped reference', '$${env:A}', { A: 'x' }),
  text('a dollar sign before a reference', '$$${env:A}', { A: 'x' }),
  text('four dollar signs before a brace', '$$$${env:A}', { A: 'x' }),
  text('a reference after an escaped one', '$${env:A} ${env:A}', { A: 'x' }),
  text('a dollar sign at the end', 'a$'),
  text('two dollar signs at the end', 'a$$'),
  text('YAML in place', '"${yaml:x}"'),
  text('a number in YAML in place', '"${yaml:5}"'),
  whole('a number by a variable', '${env:A}', { A: '5' }),
  whole('a number by a variable, in octal', '${env:A}', { A: '010' }),
  whole('a number by a variable in quotes', '"${env:A}"', { A: '5' }),
  whole('a number by a variable that holds quotes', '${env:A}', { A: '"5"' }),
  whole('a number by a default', '${env:A:-5}'),
  whole('a number by two variables', '${env:A}${env:B}', { A: '1', B: '2' }),
  whole('a number by a variable that is not set', '${env:A}'),
  whole('a number by a variable that is empty', '${env:A}', { A: '' }),
  whole('a number by a variable that holds a text', '${env:A}', { A: 'x' }),
  bool('a boolean by a variable', '${env:A}', { A: 'false' }),
  bool('a boolean by a variable that is not set', '${env:A}'),
  list('a list by a variable', '${env:A}', { A: '[a, b]' }),
  list('a list by a variable with commas', '${env:A}', { A: 'a,b' }),
  list('a list with a variable in it', '["${env:A}", c]', { A: 'a,b' }),
  list('a list by a variable that is not set', '${env:A}'),
  over('a component by a variable', 'exporters: { debug: "${env:A}" }', {
    env: { A: '{ verbosity: detailed }' },
    shows: ['exporters', 'debug', 'verbosity'],
  }),
  over('a component by YAML in place', 'exporters: { debug: "${yaml:{verbosity: detailed}}" }', {
    shows: ['exporters', 'debug', 'verbosity'],
  }),
  over('a section by a variable', 'exporters: "${env:A}"', {
    env: { A: '{ debug: { verbosity: detailed } }' },
  }),
  over('a component by a variable that is not set', 'exporters: { debug: "${env:A}" }'),
  over('a key that is a reference', 'exporters: { "${env:A}": {} }', { env: { A: 'debug/x' } }),
  pipeline('a receiver by a variable that is not set', '{ receivers: ["${env:A}"] }'),
  over('receivers by a variable', 'service: { pipelines: { metrics: { receivers: "${env:A}" } } }', {
    env: { A: '[otlp]' },
  }),
  over(
    'receivers by a variable with one name',
    'service: { pipelines: { metrics: { receivers: "${env:A}" } } }',
    {
      env: { A: 'otlp' },
    },
  ),
  // Files.
  over(
    'a text by a file',
    'extensions: { health_check: { response_body: { healthy: "${file:PATH/text}" } } }',
    {
      beside: { text: '/x' },
      shows: ['extensions', 'health_check', ...TEXT],
    },
  ),
  over(
    'a text by a file that ends with a line break',
    'extensions: { health_check: { response_body: { healthy: "${file:PATH/text}" } } }',
    {
      beside: { text: '/x\n' },
      shows: ['extensions', 'health_check', ...TEXT],
    },
  ),
  over('a number by a file', 'exporters: { debug: { sampling_initial: "${file:PATH/text}" } }', {
    beside: { text: '5\n' },
    shows: ['exporters', 'debug', 'sampling_initial'],
  }),
  over('a component by a file', 'exporters: { debug: "${file:PATH/text}" }', {
    beside: { text: 'verbosity: detailed\n' },
    shows: ['exporters', 'debug', 'verbosity'],
  }),
  over('a component by a file that has references', 'exporters: { debug: "${file:PATH/text}" }', {
    beside: { text: 'verbosity: ${env:A}\n' },
    env: { A: 'detailed' },
    shows: ['exporters', 'debug', 'verbosity'],
  }),
  over('a file that is not there', 'exporters: { debug: "${file:PATH/absent}" }'),
  over('an empty file by a reference', 'exporters: { debug: "${file:PATH/text}" }', { beside: { text: '' } }),
  // Several files.
  over('a map that is merged', 'receivers: { otlp: { protocols: { http: { include_metadata: true } } } }', {
    shows: ['receivers', 'otlp', 'protocols', 'http', 'endpoint'],
  }),
  over(
    'a list that is replaced',
    'exporters: { debug/2: }\nservice: { pipelines: { metrics: { exporters: [debug/2] } } }',
    {
      shows: ['service', 'pipelines', 'metrics', 'exporters'],
    },
  ),
  over('a list that is replaced by an empty one', 'service: { pipelines: { metrics: { receivers: [] } } }', {
    shows: ['service', 'pipelines', 'metrics', 'receivers'],
  }),
  over('a component that is replaced by nothing', 'exporters: { debug: }'),
  over('a section that is replaced by nothing', 'exporters:'),
  over('a map that is replaced by a text', 'receivers: { otlp: text }'),
  over(
    'a text that is replaced by a map',
    'receivers: { otlp: { protocols: { http: { endpoint: { a: b } } } } }',
  ),
  { title: 'an empty file over a right one', files: [BASE, ''] },
  { title: 'an empty file below a right one', files: ['', BASE] },
  {
    title: 'three files',
    files: [
      BASE,
      'exporters: { debug: { sampling_initial: 5 } }',
      'exporters: { debug: { sampling_initial: 6 } }',
    ],
    shows: ['exporters', 'debug', 'sampling_initial'],
  },
  { title: 'a list over a right file', files: [BASE, '- a'] },
  over(
    'an id that is the same after trimming, in another file',
    'exporters: { "debug ": { verbosity: detailed } }',
  ),
  over('a path as a key over a map', 'receivers::otlp::protocols::http::endpoint: "127.0.0.1:9"', {
    shows: ['receivers', 'otlp', 'protocols', 'http', 'endpoint'],
  }),
  // Anchors.
  over('an alias', 'extensions: { health_check: { path: &p /x }, health_check/2: { path: *p } }', {
    shows: ['extensions', 'health_check/2', 'path'],
  }),
  over('an alias of a map', 'exporters: { debug/a: &d { verbosity: detailed }, debug/b: *d }', {
    shows: ['exporters', 'debug/b', 'verbosity'],
  }),
  over(
    'a merge key',
    'exporters: { debug/a: &d { verbosity: detailed }, debug/b: { <<: *d, sampling_initial: 5 } }',
    {
      shows: ['exporters', 'debug/b', 'verbosity'],
    },
  ),
  over(
    'a merge key that is overridden',
    'exporters: { debug/a: &d { verbosity: detailed }, debug/b: { <<: *d, verbosity: normal } }',
    {
      shows: ['exporters', 'debug/b', 'verbosity'],
    },
  ),
  over(
    'a merge key of several',
    'exporters: { debug/a: &d { verbosity: detailed }, debug/c: &e { sampling_initial: 5 }, debug/b: { <<: [*d, *e] } }',
    {
      shows: ['exporters', 'debug/b', 'sampling_initial'],
    },
  ),
  over('an alias without its anchor', 'exporters: { debug/b: *d }'),
  over('an alias inside its anchor', 'exporters: { debug/a: &d { x: *d } }'),
  over(
    'an anchor in an unknown section',
    'x-defaults: &d { verbosity: detailed }\nexporters: { debug/b: *d }',
  ),
  // Overrides.
  over('an override', '{}', {
    set: ['exporters.debug.verbosity=detailed'],
    shows: ['exporters', 'debug', 'verbosity'],
  }),
  over('an override of a list', '{}', {
    set: ['processors.batch.metadata_keys=[a, b]'],
    shows: ['processors', 'batch', 'metadata_keys'],
  }),
  over('an override of something with a name', '{}', {
    set: ['exporters.debug/2.verbosity=detailed'],
    shows: ['exporters', 'debug/2', 'verbosity'],
  }),
  over('an override by a variable', '{}', {
    set: ['exporters.debug.verbosity=${env:A}'],
    env: { A: 'detailed' },
    shows: ['exporters', 'debug', 'verbosity'],
  }),
  over('an override with another equals sign', 'extensions: { health_check: }', {
    set: ['extensions.health_check.response_body.healthy=a=b'],
    shows: ['extensions', 'health_check', ...TEXT],
  }),
  over('an override without a value', 'extensions: { health_check: }', {
    set: ['extensions.health_check.response_body.healthy='],
  }),
  over('an override without an equals sign', '{}', { set: ['exporters.debug.verbosity'] }),
  over('an override of an unknown key', '{}', { set: ['exporters.debug.verbosty=basic'] }),
];
