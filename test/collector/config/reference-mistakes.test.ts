// References that can not be resolved: one fixture per mistake.
import { describe } from 'node:test';
import { testMistakes } from '../../support/config-mistakes.ts';

describe('references that can not be resolved', () => {
  testMistakes([
    {
      title: 'a name that no variable can have',
      file: 'variable-with-a-bad-name',
      problems: [
        [
          '3:11',
          'receivers::webrtcvideo::path',
          'environment variable has invalid name',
          'a name must match ^[a-zA-Z_][a-zA-Z0-9_]*$; write "$${" for the two characters "${" themselves',
        ],
      ],
    },
    {
      title: 'an unknown scheme',
      file: 'scheme-unknown',
      problems: [
        [
          '3:11',
          'receivers::webrtcvideo::path',
          'unknown scheme in "${…}"',
          'valid schemes: env, file, yaml',
        ],
      ],
    },
    {
      title: 'a reference without its closing brace',
      file: 'reference-not-closed',
      problems: [
        [
          '3:11',
          'receivers::webrtcvideo::path',
          '"${" without its "}"',
          'write "$${" for the two characters themselves',
        ],
      ],
    },
    {
      title: 'a file that does not exist',
      file: 'file-missing',
      problems: [
        [
          '3:12',
          'extensions::bearertokenauth::token',
          '${file:secrets/missing.txt}: no such file',
          'a relative path starts at the file that names it',
        ],
      ],
    },
    {
      title: 'values of the wrong type are shown as they were written',
      file: 'variable-of-the-wrong-type',
      env: { MAX_SESSIONS: 'many', TIMEOUT: 'tomorrow' },
      problems: [
        [
          '3:19',
          'receivers::webrtcvideo::max_sessions',
          'expected a number, got text (from ${env:MAX_SESSIONS})',
          'write the number alone, without quotes or unit',
        ],
        [
          '4:22',
          'receivers::webrtcvideo::session_timeout',
          '"${env:TIMEOUT}" is no duration; write it like "30s" or "1h30m"',
        ],
      ],
    },
    {
      title: 'ids out of one variable are not told apart, and not shown',
      file: 'variable-with-several-ids',
      env: { EXTENSIONS: 'health_check, file_storage' },
      problems: [
        [
          '2:15',
          'service::extensions',
          'references extension "${env:EXTENSIONS}" which is not configured',
          'configure it under extensions',
        ],
      ],
    },
    {
      title: 'an unset variable explains what follows from it',
      file: 'variable-unset',
      problems: [
        [
          '3:22',
          'receivers::webrtcvideo::session_timeout',
          '"" is no duration; write it like "30s" or "1h30m" (from ${env:UNSET})',
          'environment variable UNSET is not set',
        ],
      ],
    },
  ]);
});
