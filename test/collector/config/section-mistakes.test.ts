// Sections, types and ids: one fixture per mistake.
import { describe } from 'node:test';
import { testMistakes } from '../../support/config-mistakes.ts';

describe('sections, types and ids', () => {
  testMistakes([
    {
      title: 'an unknown section',
      file: 'section-unknown',
      problems: [['1:1', 'recievers', 'unknown section "recievers"', 'did you mean "receivers"?']],
    },
    {
      title: 'a section that is a list; what refers to it is not blamed',
      file: 'section-is-a-list',
      problems: [['1:1', 'processors', 'expected a map, got a list']],
    },
    {
      title: 'an unknown type',
      file: 'receiver-type-unknown',
      problems: [
        [
          '2:3',
          'receivers::webrtcvido/a',
          'unknown type: "webrtcvido" for id: "webrtcvido/a" (valid values: [webrtcvideo])',
          'did you mean "webrtcvideo"?',
        ],
      ],
    },
    {
      title: 'a type named like a property of Object is just unknown',
      file: 'receiver-type-constructor',
      problems: [
        [
          '2:3',
          'receivers::constructor',
          'unknown type: "constructor" for id: "constructor" (valid values: [webrtcvideo])',
        ],
        ['3:3', 'receivers::__proto__', 'invalid character(s) in type "__proto__"'],
      ],
    },
    {
      title: 'a type of another section',
      file: 'exporter-among-receivers',
      problems: [
        [
          '2:3',
          'receivers::webhook',
          'unknown type: "webhook" for id: "webhook" (valid values: [webrtcvideo])',
          '"webhook" is an exporter: put it under exporters',
        ],
      ],
    },
    {
      title: 'any connector',
      file: 'connector',
      problems: [
        [
          '2:3',
          'connectors::forward',
          'unknown type: "forward" for id: "forward" (valid values: [])',
          'this build has no connectors',
        ],
      ],
    },
    {
      title: 'ids against the rules',
      file: 'id-with-a-space',
      problems: [
        ['2:3', 'exporters::queue/a b', 'invalid character(s) in name "a b"'],
        ['3:3', 'exporters::/x', 'in "/x" id: the part before / should not be empty'],
        ['4:3', 'exporters::queue/', 'in "queue/" id: the part after / should not be empty'],
      ],
    },
    {
      title: 'two ids that are one after trimming',
      file: 'id-twice-after-trimming',
      problems: [
        ['3:3', 'exporters::queue / a', 'duplicate name "queue/a"; space around its parts does not count'],
      ],
    },
    {
      title: 'a component that is text',
      file: 'component-is-text',
      problems: [['2:10', 'exporters::queue', 'expected a map, got text']],
    },
    {
      title: 'mistakes of every pass are reported together, in the order of the file',
      file: 'many-at-once',
      problems: [
        [
          '3:15',
          'receivers::webrtcvideo::endpoint',
          '"nowhere" is no address; write it like "127.0.0.1:4319"',
        ],
        ['4:19', 'receivers::webrtcvideo::max_sessions', 'must be at least 1'],
        ['5:5', 'receivers::webrtcvideo::pth', 'unknown key "pth"', 'did you mean "path"?'],
        [
          '7:3',
          'processors::degradatoin',
          'unknown type: "degradatoin" for id: "degradatoin" (valid values: [degradation sampler])',
          'did you mean "degradation"?',
        ],
        ['9:3', 'exporters::webhook', 'endpoint is plain HTTP; use https, or set egress.allow_http'],
        ['11:1', 'exporter', 'unknown section "exporter"', 'did you mean "exporters"?'],
        [
          '15:32',
          'service::pipelines::logs',
          'references receiver "replay" which is not configured',
          'configure it under receivers',
        ],
      ],
    },
  ]);
});
