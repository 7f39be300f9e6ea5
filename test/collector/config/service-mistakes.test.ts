// The service section: one fixture per mistake.
import { describe } from 'node:test';
import { testMistakes } from '../../support/config-mistakes.ts';

describe('the service section', () => {
  testMistakes([
    {
      title: 'no pipelines',
      file: 'pipelines-missing',
      problems: [['2:3', 'service::pipelines', 'service must have at least one pipeline']],
    },
    {
      title: 'no service',
      file: 'service-missing',
      standsAlone: true,
      problems: [['', 'service::pipelines', 'service must have at least one pipeline']],
    },
    {
      title: 'unknown keys and choices in telemetry',
      file: 'service-key-unknown',
      problems: [
        ['2:3', 'service::pipeline', 'unknown key "pipeline"', 'did you mean "pipelines"?'],
        ['5:14', 'service::telemetry::logs::level', 'must be one of "debug", "info", "warn", "error"'],
        ['7:7', 'service::telemetry::metrics::adress', 'unknown key "adress"', 'did you mean "address"?'],
      ],
    },
    {
      title: 'a signal that nothing here carries',
      file: 'signal-unknown',
      problems: [
        ['3:5', 'service::pipelines::traces', 'unknown signal "traces" (valid values: [metrics logs])'],
      ],
    },
    {
      title: 'a pipeline without both ends',
      file: 'pipeline-without-ends',
      problems: [
        ['3:5', 'service::pipelines::metrics/b', 'must have at least one receiver'],
        ['3:5', 'service::pipelines::metrics/b', 'must have at least one exporter'],
      ],
    },
    {
      title: 'an unknown key in a pipeline',
      file: 'pipeline-key-unknown',
      problems: [
        [
          '4:7',
          'service::pipelines::metrics::reciever',
          'unknown key "reciever"',
          'did you mean "receivers"?',
        ],
      ],
    },
    {
      title: 'a map of receivers',
      file: 'pipeline-receivers-are-a-map',
      problems: [
        [
          '4:7',
          'service::pipelines::metrics::receivers',
          'expected a list, got a map',
          'write it as a list: [a, b]',
        ],
      ],
    },
    {
      title: 'an id that an unset variable was to give',
      file: 'receiver-by-an-unset-variable',
      problems: [
        [
          '4:32',
          'service::pipelines::logs',
          'references receiver "${env:UNSET}" which is not configured',
          'configure it under receivers',
        ],
      ],
    },
    {
      title: 'ids of components that are not configured',
      file: 'reference-dangling',
      problems: [
        [
          '4:19',
          'service::pipelines::logs',
          'references receiver "webrtcvideo/a" which is not configured',
          'did you mean "webrtcvideo"?',
        ],
        [
          '6:11',
          'service::pipelines::logs',
          'references processor "degradaton" which is not configured',
          'did you mean "degradation"?',
        ],
        [
          '7:19',
          'service::pipelines::logs',
          'references exporter "bearertokenauth" which is not configured',
          'it is configured under extensions',
        ],
      ],
    },
    {
      title: 'an id twice in one list',
      file: 'reference-twice',
      problems: [['5:28', 'service::pipelines::logs', 'references exporter "webhook" multiple times']],
    },
    {
      title: 'an extension that is not configured',
      file: 'extension-dangling',
      problems: [
        [
          '2:33',
          'service::extensions',
          'references extension "health_check" which is not configured',
          'configure it under extensions',
        ],
      ],
    },
    {
      title: 'an authenticator that is not configured',
      file: 'authenticator-dangling',
      problems: [
        [
          '4:22',
          'exporters::webhook::auth::authenticator',
          'references extension "bearertokenauth/siem" which is not configured',
          'did you mean "bearertokenauth"?',
        ],
      ],
    },
    {
      title: 'an authenticator that is not started',
      file: 'authenticator-not-listed',
      problems: [
        [
          '7:22',
          'exporters::webhook::auth::authenticator',
          'references extension "bearertokenauth/siem" which service::extensions does not list',
          'add it to service::extensions',
        ],
      ],
    },
    {
      title: 'an exporter of the other signal',
      file: 'exporter-of-the-other-signal',
      problems: [
        [
          '4:28',
          'service::pipelines::logs',
          'exporter "otlphttp" takes metrics, so it can\'t stand in a logs pipeline',
          'name it in a metrics pipeline',
        ],
      ],
    },
    {
      title: 'samples where transitions are taken',
      file: 'chain-without-degradation',
      problems: [
        [
          '3:5',
          'service::pipelines::logs',
          '"webhook" takes transitions, but "webrtcvideo" gives quality samples; add a processor that turns one into the other, such as degradation',
        ],
      ],
    },
    {
      title: 'transitions where samples are taken',
      file: 'chain-with-a-processor-too-many',
      problems: [
        [
          '5:5',
          'service::pipelines::metrics',
          '"otlphttp" takes quality samples, but "degradation" gives transitions; no processor turns the one into the other',
        ],
      ],
    },
    {
      title: 'processors in the wrong order',
      file: 'chain-in-the-wrong-order',
      problems: [
        [
          '5:5',
          'service::pipelines::logs',
          '"sampler" takes quality samples, but "degradation" gives transitions; no processor turns the one into the other',
        ],
        [
          '5:5',
          'service::pipelines::logs',
          '"webhook" takes transitions, but "sampler" gives quality samples; add a processor that turns one into the other, such as degradation',
        ],
      ],
    },
    {
      title: 'an exporter of the other signal does not count as the end of the chain',
      file: 'chain-beside-a-wrong-exporter',
      problems: [
        [
          '3:5',
          'service::pipelines::logs',
          '"webhook" and "queue" take transitions, but "webrtcvideo" gives quality samples; add a processor that turns one into the other, such as degradation',
        ],
        [
          '5:28',
          'service::pipelines::logs',
          'exporter "otlphttp" takes metrics, so it can\'t stand in a logs pipeline',
          'name it in a metrics pipeline',
        ],
      ],
    },
  ]);
});
