// Files that are no YAML, or not the YAML of a configuration: one fixture per mistake.
import { describe } from 'node:test';
import { testMistakes } from '../../support/config-mistakes.ts';

describe('files that are no YAML, or not the YAML of a configuration', () => {
  testMistakes([
    {
      title: 'an empty file',
      file: 'empty',
      standsAlone: true,
      problems: [['1:1', '', 'empty configuration file']],
    },
    {
      title: 'a file of comments',
      file: 'only-a-comment',
      standsAlone: true,
      problems: [['1:1', '', 'empty configuration file']],
    },
    {
      title: 'a list where the sections should be',
      file: 'root-is-a-list',
      standsAlone: true,
      problems: [['1:1', '', 'expected a map of sections, got a list']],
    },
    {
      title: 'a tab as indentation',
      file: 'indented-with-a-tab',
      problems: [['2:1', '', 'tabs are not allowed as indentation', 'indent with spaces']],
    },
    {
      title: 'the same key twice',
      file: 'duplicate-key',
      problems: [
        ['4:5', 'receivers::webrtcvideo::path', 'duplicate key "path"', 'the first one is on line 3'],
      ],
    },
    {
      title: 'a quote that is never closed is shown where it was opened',
      file: 'quote-not-closed',
      problems: [['3:15', 'exporters::webhook::endpoint', 'missing closing "quote']],
    },
    {
      title: 'a second colon on a line',
      file: 'two-colons-on-a-line',
      problems: [
        ['3:15', '', 'a second ": " on one line reads as a map inside a map', 'put the value in quotes'],
      ],
    },
    {
      title: 'a reference in a flow map without quotes, reported once',
      file: 'reference-in-braces-without-quotes',
      problems: [
        ['2:24', '', 'unexpected flow-map-start at node end', 'put a value that holds ${…} in quotes'],
      ],
    },
    {
      title: 'a second document',
      file: 'two-documents',
      problems: [
        [
          '3:1',
          '',
          'a file holds one document, but here a second one starts',
          'give the second one a file of its own, and name both with --config',
        ],
      ],
    },
    {
      title: 'an escape that does not exist',
      file: 'bad-escape',
      problems: [
        [
          '3:19',
          '',
          'no such escape sequence in double quotes',
          'put the value in single quotes, in which a backslash is a backslash',
        ],
      ],
    },
    {
      title: 'an alias without its anchor',
      file: 'alias-unknown',
      problems: [['4:18', 'receivers::webrtcvideo/b', 'unknown alias', 'did you mean "*push"?']],
    },
    {
      title: 'an alias inside the value that it repeats',
      file: 'alias-of-itself',
      problems: [
        ['3:17', 'receivers::webrtcvideo::dimensions', 'the alias stands inside the value that it repeats'],
      ],
    },
    {
      title: 'a tag',
      file: 'tag',
      problems: [
        ['3:16', 'receivers::webrtcvideo::path', 'YAML tags other than the core ones are not supported'],
      ],
    },
    {
      title: 'a key that is a list',
      file: 'key-is-a-list',
      problems: [['2:5', 'receivers', 'a key must be text']],
    },
    {
      title: 'a merge key that merges no map',
      file: 'merge-key-of-a-list-of-texts',
      problems: [['3:10', 'receivers::webrtcvideo', '"<<" takes a map or a list of maps']],
    },
    {
      title: 'columns are right in a file with a byte order mark and CRLF',
      file: 'byte-order-mark-and-crlf',
      problems: [
        ['1:1', 'recievers', 'unknown section "recievers"', 'did you mean "receivers"?'],
        ['4:5', 'receivers::webrtcvideo::endpiont', 'unknown key "endpiont"', 'did you mean "endpoint"?'],
      ],
    },
  ]);
});
