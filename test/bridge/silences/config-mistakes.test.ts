// Mistakes in the configuration of the extension `silences`, each where it stands.
import { describe } from 'node:test';
import { distribution } from '../../../collector/registry.ts';
import { testMistakes } from '../../support/config-mistakes.ts';

describe('a mistake in the section of silences', () => {
  testMistakes(
    [
      {
        title: 'is named where it stands',
        file: 'silences-mistakes',
        problems: [
          [
            '2:30',
            'extensions::silences/open::endpoint',
            '0.0.0.0:4323 can be reached from other machines and asks for no authentication; listen on 127.0.0.1, set auth, or write "allow_unauthenticated: true"',
          ],
          [
            '3:33',
            'extensions::silences/address::endpoint',
            '"somewhere" is no address; write it like "127.0.0.1:4319"',
          ],
          [
            '6:20',
            'extensions::silences/windows::windows::0::matchers::0',
            'has an unknown name; did you mean "edge"?',
          ],
          [
            '11:9',
            'extensions::silences/windows::windows::1::matchers',
            'would silence nearly everything: at least one with = or =~ must ask for a value that is not empty',
          ],
          [
            '11:9',
            'extensions::silences/windows::windows::1::comment',
            'missing required key "comment"',
            'What it is for.',
          ],
          [
            '12:20',
            'extensions::silences/windows::windows::1::starts_at',
            'must be a time with its offset, such as 2026-11-23T22:00:00Z',
          ],
          [
            '18:17',
            'extensions::silences/windows::windows::2::repeat',
            'must be one of "none", "daily", "weekly"',
            'did you mean "daily"?',
          ],
          [
            '23:18',
            'extensions::silences/windows::windows::3::ends_at',
            'must come before the next beginning; with "repeat: daily" it would never end',
          ],
        ],
      },
    ],
    distribution,
  );
});
