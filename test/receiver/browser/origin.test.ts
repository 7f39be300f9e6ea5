import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { originJudge, originProblem, type OriginVerdict } from '../../../receiver/browser/origin.ts';

describe('originProblem', () => {
  const GOOD = [
    '*',
    'https://app.example.com',
    'https://app.example.com:8443',
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
    'https://*.example.com',
    'https://*.a.b.example.com:8443',
  ];
  for (const pattern of GOOD) {
    it(`takes ${pattern}`, () => assert.equal(originProblem(pattern), undefined));
  }

  const BAD: readonly (readonly [pattern: string, problem: RegExp])[] = [
    ['', /must be an origin/],
    ['app.example.com', /must be an origin/],
    ['ftp://app.example.com', /must be an origin/],
    ['https://', /must be an origin/],
    ['https://app.example.com/', /write this one as https:\/\/app\.example\.com$/],
    ['https://app.example.com/path', /write this one as https:\/\/app\.example\.com$/],
    ['https://app.example.com:443', /write this one as https:\/\/app\.example\.com$/],
    ['https://App.Example.com', /write this one as https:\/\/app\.example\.com$/],
    ['https://user@app.example.com', /write this one as/],
    ['http://*.example.com', /must be an origin/],
    ['https://app.*.com', /must be an origin/],
    ['https://*.*.com', /must be an origin/],
    ['https://*example.com', /must be an origin/],
    ['https://*.com', /too wide/],
    ['https://*.', /must be an origin/],
    ['**', /must be an origin/],
    ['null', /must be an origin/],
  ];
  for (const [pattern, problem] of BAD) {
    it(`refuses "${pattern}"`, () => assert.match(originProblem(pattern) ?? '', problem));
  }
});

describe('originJudge', () => {
  const PATTERNS = ['https://app.example.com', 'https://*.example.org', 'https://*.example.net:8443'];
  const OWN = 'rtc.example.com';

  const ROWS: readonly (readonly [origin: string | undefined, proven: OriginVerdict, open: OriginVerdict])[] =
    [
      [undefined, 'no_origin', 'no_origin'],
      ['https://app.example.com', 'allowed', 'allowed'],
      ['http://app.example.com', 'refused', 'refused'],
      ['https://app.example.com:8443', 'refused', 'refused'],
      ['https://app.example.com.evil.example', 'refused', 'refused'],
      ['https://evilapp.example.com', 'refused', 'refused'],
      ['https://a.example.org', 'allowed', 'allowed'],
      ['https://a.b.example.org', 'allowed', 'allowed'],
      ['http://a.example.org', 'refused', 'refused'],
      ['https://example.org', 'refused', 'refused'],
      ['https://.example.org', 'refused', 'refused'],
      ['https://evil.example/.example.org', 'refused', 'refused'],
      ['https://evil.example?.example.org', 'refused', 'refused'],
      ['https://evil.example#.example.org', 'refused', 'refused'],
      ['https://user@evil.example.org', 'refused', 'refused'],
      ['https://evilexample.org', 'refused', 'refused'],
      ['https://a.example.net:8443', 'allowed', 'allowed'],
      ['https://a.example.net', 'refused', 'refused'],
      // The page came by the same name: believed when a token is asked for.
      [`https://${OWN}`, 'same_origin', 'refused'],
      [`http://${OWN}`, 'same_origin', 'refused'],
      [`https://${OWN}:444`, 'refused', 'refused'],
      ['null', 'no_origin', 'refused'],
      ['', 'refused', 'refused'],
    ];
  for (const [origin, proven, open] of ROWS) {
    it(`says ${proven} with tokens and ${open} without, for ${origin ?? 'no origin'}`, () => {
      assert.equal(originJudge(PATTERNS, true)({ origin, host: OWN }), proven);
      assert.equal(originJudge(PATTERNS, false)({ origin, host: OWN }), open);
    });
  }

  for (const host of ['localhost:4322', '127.0.0.1:4322', '[::1]:4322', 'app.localhost']) {
    it(`believes a page of this machine by the name ${host} without a token`, () => {
      assert.equal(originJudge([], false)({ origin: `http://${host}`, host }), 'same_origin');
    });
  }

  it('allows every page where * is listed', () => {
    assert.equal(originJudge(['*'], false)({ origin: 'https://any.example', host: OWN }), 'allowed');
  });
});
