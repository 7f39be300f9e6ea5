import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silencesFactory } from '../../../bridge/silences/factory.ts';

const WINDOW = {
  matchers: ['edge=fra-3', 'severity!=critical'],
  starts_at: '2026-11-23T22:00:00Z',
  ends_at: '2026-11-24T02:00:00Z',
  author: 'ops',
  comment: 'SFU upgrade',
};

describe('the configuration of silences', () => {
  it('needs nothing', () => {
    const config = silencesFactory.configSchema.parse({});
    assert.deepEqual(JSON.parse(JSON.stringify(config)), {
      endpoint: '127.0.0.1:4323',
      allow_unauthenticated: false,
      max_silences: 1_000,
      windows: [],
    });
  });

  it('is printed as it was written', () => {
    const written = { endpoint: '', windows: [{ ...WINDOW, repeat: 'weekly' }] };
    const config = silencesFactory.configSchema.parse(written);
    assert.deepEqual(JSON.parse(JSON.stringify(config)), {
      ...written,
      allow_unauthenticated: false,
      max_silences: 1_000,
    });
  });

  const accepted: [rule: string, section: object][] = [
    ['an open bind with auth', { endpoint: '0.0.0.0:4323', auth: { authenticator: 'bearertokenauth/ops' } }],
    ['an open bind that is allowed in words', { endpoint: '0.0.0.0:4323', allow_unauthenticated: true }],
    [
      'a window of a whole day, daily',
      { windows: [{ ...WINDOW, ends_at: '2026-11-24T22:00:00Z', repeat: 'daily' }] },
    ],
    ['a window of months that does not recur', { windows: [{ ...WINDOW, ends_at: '2027-11-24T22:00:00Z' }] }],
    ['a window with an offset', { windows: [{ ...WINDOW, starts_at: '2026-11-23T23:00:00+01:00' }] }],
  ];
  for (const [rule, section] of accepted) {
    it(`takes ${rule}`, () => assert.ok(silencesFactory.configSchema.safeParse(section).success));
  }

  const window = (fields: object) => ({ windows: [{ ...WINDOW, ...fields }] });
  const refused: [rule: string, section: object, path: string, message: RegExp][] = [
    ['an open bind', { endpoint: '0.0.0.0:4323' }, 'endpoint', /can be reached from other machines/],
    ['an unknown key', { window: [] }, '', /window/],
    ['no room at all', { max_silences: 0 }, 'max_silences', /1/],
    ['a window without an end', window({ ends_at: undefined }), 'windows.0.ends_at', /is missing/],
    ['a window without an author', window({ author: undefined }), 'windows.0.author', /is missing/],
    ['a window without a comment', window({ comment: ' ' }), 'windows.0.comment', /must not be empty/],
    ['an unknown key of a window', window({ end: 1 }), 'windows.0', /end/],
    [
      'a time without its offset',
      window({ starts_at: '2026-11-23T22:00:00' }),
      'windows.0.starts_at',
      /offset/,
    ],
    ['a date', window({ starts_at: '2026-11-23' }), 'windows.0.starts_at', /offset/],
    [
      'an end at the start',
      window({ ends_at: WINDOW.starts_at }),
      'windows.0.ends_at',
      /must be after starts_at/,
    ],
    [
      'a daily window of more than a day',
      window({ ends_at: '2026-11-24T22:00:00.001Z', repeat: 'daily' }),
      'windows.0.ends_at',
      /would never end/,
    ],
    [
      'a weekly window of more than a week',
      window({ ends_at: '2026-11-30T22:00:00.001Z', repeat: 'weekly' }),
      'windows.0.ends_at',
      /would never end/,
    ],
    ['another repetition', window({ repeat: 'monthly' }), 'windows.0.repeat', /daily/],
    ['a matcher that is none', window({ matchers: ['edge'] }), 'windows.0.matchers.0', /is no matcher/],
    ['what matches everything', window({ matchers: ['edge!=x'] }), 'windows.0.matchers', /nearly everything/],
  ];
  for (const [rule, section, path, message] of refused) {
    it(`refuses ${rule}, where it stands`, () => {
      const result = silencesFactory.configSchema.safeParse(section);
      assert.ok(!result.success);
      assert.deepEqual(
        result.error.issues.map((issue) => issue.path.join('.')),
        [path],
      );
      assert.match(result.error.issues[0]!.message, message);
    });
  }
});
