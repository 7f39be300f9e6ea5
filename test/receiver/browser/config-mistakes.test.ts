// The configuration of `browser`: one fixture per mistake.
import { describe } from 'node:test';
import { distribution } from '../../../collector/registry.ts';
import { testMistakes } from '../../support/config-mistakes.ts';

const FEW_BYTES = 'must have at least 32 bytes; make one with "openssl rand -base64 32"';
const OPEN_BIND =
  '0.0.0.0:4322 can be reached from other machines and asks for no authentication; listen on 127.0.0.1, ' +
  'set session_tokens and leave them required, or write "allow_unauthenticated: true"';

describe('the configuration of browser', () => {
  testMistakes(
    [
      {
        title: 'a key that is too short, and is not shown',
        file: 'browser-key-too-short',
        problems: [['4:20', 'receivers::browser::session_tokens::signing_key', FEW_BYTES]],
      },
      {
        title: 'a key among several that is too short',
        file: 'browser-keys-too-short',
        problems: [['6:11', 'receivers::browser::session_tokens::signing_keys::1', FEW_BYTES]],
      },
      {
        title: 'tokens without a key',
        file: 'browser-tokens-without-a-key',
        problems: [
          [
            '3:5',
            'receivers::browser::session_tokens',
            'needs its key: set exactly one of signing_key and signing_keys',
          ],
        ],
      },
      {
        title: 'one key and several',
        file: 'browser-tokens-with-both-forms-of-keys',
        problems: [
          [
            '3:5',
            'receivers::browser::session_tokens',
            'needs its key: set exactly one of signing_key and signing_keys',
          ],
        ],
      },
      {
        title: 'tokens for more than a day',
        file: 'browser-tokens-that-live-too-long',
        problems: [['5:17', 'receivers::browser::session_tokens::lifetime', 'must be at most 24h']],
      },
      {
        title: 'an open bind without tokens',
        file: 'browser-open-bind',
        problems: [['3:15', 'receivers::browser::endpoint', OPEN_BIND]],
      },
      {
        title: 'an open bind where tokens may be left out',
        file: 'browser-open-bind-with-optional-tokens',
        problems: [['3:15', 'receivers::browser::endpoint', OPEN_BIND]],
      },
      {
        title: 'an origin with a path',
        file: 'browser-origin-with-a-path',
        problems: [
          [
            '4:9',
            'receivers::browser::allowed_origins::0',
            'must be an origin such as https://app.example.com, or https://*.example.com; ' +
              'browsers write this one as https://app.example.com',
          ],
        ],
      },
      {
        title: 'all hosts of a top-level domain',
        file: 'browser-origin-too-wide',
        problems: [
          [
            '3:23',
            'receivers::browser::allowed_origins::0',
            'is too wide: name at least two parts, as in *.example.com',
          ],
        ],
      },
      {
        title: 'every origin there is',
        file: 'browser-origin-any',
        problems: [
          [
            '3:5',
            'receivers::browser::allowed_origins',
            '"*" lets every page of the web report; name the origins, or write "allow_unauthenticated: true"',
          ],
        ],
      },
      {
        title: 'a credential with nothing to guard',
        file: 'browser-auth-without-tokens',
        problems: [
          [
            '3:5',
            'receivers::browser::auth',
            'has nothing to guard: it is for servers that ask for session tokens; set session_tokens',
          ],
        ],
      },
      {
        title: 'a budget that no large body fits',
        file: 'browser-budget-below-one-body',
        problems: [
          [
            '4:38',
            'receivers::browser::per_session::bytes_per_minute',
            'must not be less than max_body_bytes, or a large body could never come in',
          ],
        ],
      },
    ],
    distribution,
  );
});
