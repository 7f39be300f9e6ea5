// Parts that stand in files of their own, several files, anchors, overrides.
import { BASE, over, TEXT, type GrammarCase } from './grammar-case.ts';

export const SOURCE_CASES: readonly GrammarCase[] = [
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
