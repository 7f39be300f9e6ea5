// The body of a component: one fixture per mistake.
import { describe } from 'node:test';
import { testMistakes } from '../../support/config-mistakes.ts';

describe('the body of a component', () => {
  testMistakes([
    {
      title: 'unknown keys, each with the nearest one',
      file: 'key-unknown',
      problems: [
        ['3:5', 'receivers::webrtcvideo::endpiont', 'unknown key "endpiont"', 'did you mean "endpoint"?'],
        [
          '4:5',
          'receivers::webrtcvideo::max-sessions',
          'unknown key "max-sessions"',
          'did you mean "max_sessions"?',
        ],
      ],
    },
    {
      title: 'an unknown key that is near to none',
      file: 'key-unknown-and-far',
      problems: [
        [
          '4:7',
          'processors::degradation::mos::threshold',
          'unknown key "threshold"',
          'valid keys: below, recover_above',
        ],
      ],
    },
    {
      title: 'a secret under a mistyped key',
      file: 'key-unknown-holds-a-secret',
      problems: [['3:5', 'extensions::bearertokenauth::tokn', 'unknown key "tokn"', 'did you mean "token"?']],
    },
    {
      title: 'a missing key',
      file: 'key-missing',
      problems: [
        [
          '2:3',
          'exporters::webhook/second::endpoint',
          'missing required key "endpoint"',
          'Where to post to.',
        ],
      ],
    },
    {
      title: 'a missing key below',
      file: 'key-missing-in-auth',
      problems: [
        [
          '3:5',
          'exporters::webhook::auth::authenticator',
          'missing required key "authenticator"',
          'Id of the extension that authenticates, such as bearertokenauth/siem.',
        ],
      ],
    },
    {
      title: 'a number where text belongs',
      file: 'number-for-text',
      problems: [
        [
          '3:11',
          'receivers::webrtcvideo::path',
          'expected text, got a whole number',
          'put it in quotes to make it text',
        ],
      ],
    },
    {
      title: 'text where a number belongs',
      file: 'text-for-number',
      problems: [
        [
          '3:19',
          'receivers::webrtcvideo::max_sessions',
          'expected a number, got text',
          'write the number alone, without quotes or unit',
        ],
      ],
    },
    {
      title: 'a fraction where a whole number belongs',
      file: 'fraction-for-whole-number',
      problems: [['3:19', 'receivers::webrtcvideo::max_sessions', 'expected a whole number, got a fraction']],
    },
    {
      title: 'numbers that begin with 0, each reported once',
      file: 'number-with-a-leading-zero',
      problems: [
        [
          '3:19',
          'receivers::webrtcvideo::max_sessions',
          'a number that begins with 0 is octal to some readers, and decimal to others',
          'leave out the 0, or put the value in quotes to make it text',
        ],
        [
          '6:12',
          'extensions::bearertokenauth::token',
          'a number that begins with 0 is octal to some readers, and decimal to others',
          'leave out the 0, or put the value in quotes to make it text',
        ],
      ],
    },
    {
      title: 'such a number by a variable',
      file: 'number-by-a-variable-with-a-leading-zero',
      env: { COUNT: '010' },
      problems: [
        [
          '3:19',
          'receivers::webrtcvideo::max_sessions',
          'a number that begins with 0 is octal to some readers, and decimal to others',
          'leave out the 0, or put the value in quotes to make it text',
        ],
      ],
    },
    {
      title: 'yes is text, not true',
      file: 'yes-for-true',
      problems: [
        [
          '4:19',
          'exporters::webhook::egress::allow_http',
          'expected true or false, got text',
          'write true or false, without quotes',
        ],
      ],
    },
    {
      title: 'text where a map belongs',
      file: 'text-for-map',
      problems: [['3:11', 'exporters::webhook::auth', 'expected a map, got text']],
    },
    {
      title: 'a map where a list belongs',
      file: 'map-for-list',
      problems: [
        [
          '3:5',
          'receivers::webrtcvideo::dimensions',
          'expected a list, got a map',
          'write it as a list: [a, b]',
        ],
      ],
    },
    {
      title: 'a list entry of the wrong type',
      file: 'list-entry-is-a-number',
      problems: [
        [
          '5:9',
          'receivers::webrtcvideo::dimensions::1',
          'expected text, got a whole number',
          'put it in quotes to make it text',
        ],
      ],
    },
    {
      title: 'a number below its range',
      file: 'number-too-small',
      problems: [['3:19', 'receivers::webrtcvideo::max_sessions', 'must be at least 1']],
    },
    {
      title: 'a number above its range',
      file: 'number-too-big',
      problems: [['3:23', 'processors::degradation::min_bad_fraction', 'must be at most 1']],
    },
    {
      title: 'a word that is none of the choices',
      file: 'choice-unknown',
      problems: [
        [
          '3:14',
          'processors::degradation::confirm',
          'must be one of "fraction", "latest", "sustained"',
          'did you mean "sustained"?',
        ],
      ],
    },
    {
      title: 'neither of two forms',
      file: 'choice-of-two-forms',
      problems: [['3:18', 'exporters::otlphttp::compression', 'must be one of "gzip", false']],
    },
    {
      title: 'an empty text',
      file: 'text-empty',
      problems: [['3:16', 'extensions::file_storage::directory', 'must not be empty']],
    },
    {
      title: 'no URL',
      file: 'url-is-none',
      problems: [['3:15', 'exporters::otlphttp::endpoint', 'is no valid URL']],
    },
    {
      title: 'a duration without unit',
      file: 'duration-without-unit',
      problems: [
        [
          '3:11',
          'processors::degradation::hold',
          'expected a duration such as "30s" (units: ns, us, ms, s, m, h), got a whole number',
          'add a unit, as in 30s or 500ms',
        ],
      ],
    },
    {
      title: 'a duration in days',
      file: 'duration-in-days',
      problems: [
        ['3:11', 'processors::degradation::hold', '"1d" is no duration; write it like "30s" or "1h30m"'],
      ],
    },
    {
      title: 'a duration of zero',
      file: 'duration-zero',
      problems: [['3:14', 'exporters::webhook::timeout', 'must be longer than zero']],
    },
    {
      title: 'an address without port',
      file: 'address-without-port',
      problems: [
        [
          '3:15',
          'receivers::webrtcvideo::endpoint',
          '"127.0.0.1" is no address; write it like "127.0.0.1:4319"',
        ],
      ],
    },
    {
      title: 'a rule over two keys is shown at the map that holds them',
      file: 'rule-over-two-keys',
      problems: [['3:5', 'processors::degradation::mos', 'recover_above must not be less than below']],
    },
    {
      title: 'a rule over the whole component is shown at its key',
      file: 'rule-over-the-whole-component',
      problems: [['2:3', 'extensions::bearertokenauth', 'exactly one of token and filename must be set']],
    },
    {
      title: 'a secret of the wrong type',
      file: 'secret-of-the-wrong-type',
      problems: [
        ['2:22', 'extensions::bearertokenauth::token', 'expected text, got a list'],
        ['2:44', 'extensions::bearertokenauth::schem', 'unknown key "schem"', 'did you mean "scheme"?'],
      ],
    },
    {
      title: 'a secret header of the wrong type',
      file: 'secret-header-of-the-wrong-type',
      problems: [
        [
          '4:16',
          'exporters::webhook::headers::X-Token',
          'expected text, got a whole number',
          'put it in quotes to make it text',
        ],
      ],
    },
    {
      title: '__proto__ as a free name',
      file: 'proto-as-a-header',
      problems: [['4:7', 'exporters::webhook::headers::__proto__', '"__proto__" can\'t be a name']],
    },
  ]);
});
