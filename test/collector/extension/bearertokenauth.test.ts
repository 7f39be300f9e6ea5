import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Component, Host } from '../../../collector/component.ts';
import type { ClientAuthenticator, ServerAuthenticator } from '../../../collector/extension/authenticator.ts';
import { bearerTokenAuthFactory } from '../../../collector/extension/bearertokenauth/factory.ts';
import { loneSettings } from '../../support/lone-settings.ts';

type Authenticator = Component & ServerAuthenticator & ClientAuthenticator;

const noHost = undefined as unknown as Host;

function create(section: object) {
  const { settings, lines } = loneSettings('bearertokenauth');
  const config = bearerTokenAuthFactory.configSchema.parse(section) as never;
  return { lines, extension: bearerTokenAuthFactory.create(settings, config) as Authenticator };
}

async function started(section: object): Promise<Authenticator> {
  const { extension } = create(section);
  await extension.start(noHost);
  return extension;
}

describe('who is let in', () => {
  const one = { token: 'abc123' };
  const rows: [rule: string, section: object, authorization: string | undefined, expected: boolean][] = [
    ['the right token', one, 'Bearer abc123', true],
    ['the right token, with the scheme in another case', one, 'bearer abc123', true],
    ['the right token with blanks around', one, ' Bearer  abc123 ', true],
    ['no header', one, undefined, false],
    ['an empty header', one, '', false],
    ['the scheme alone', one, 'Bearer', false],
    ['the scheme and a blank', one, 'Bearer ', false],
    ['the token without its scheme', one, 'abc123', false],
    ['another scheme', one, 'Basic abc123', false],
    ['another token', one, 'Bearer abc124', false],
    ['the token in another case', one, 'Bearer ABC123', false],
    ['a beginning of the token', one, 'Bearer abc12', false],
    ['the token and more', one, 'Bearer abc1234', false],
    ['the token and a second word', one, 'Bearer abc123 x', false],
    ['the first of several tokens', { tokens: ['new', 'old'] }, 'Bearer new', true],
    ['the last of several tokens', { tokens: ['new', 'old'] }, 'Bearer old', true],
    ['none of several tokens', { tokens: ['new', 'old'] }, 'Bearer newold', false],
    ['token beside tokens', { token: 'a', tokens: ['b'] }, 'Bearer a', true],
    ['tokens beside token', { token: 'a', tokens: ['b'] }, 'Bearer b', true],
    ['the right token under a scheme of our own', { ...one, scheme: 'Token' }, 'Token abc123', true],
    ['the usual scheme when ours is another', { ...one, scheme: 'Token' }, 'Bearer abc123', false],
    ['the bare token when there is no scheme', { ...one, scheme: '' }, 'abc123', true],
    ['a scheme when there is none', { ...one, scheme: '' }, 'Bearer abc123', false],
    ['an empty token and an empty credential', { token: '' }, 'Bearer ', false],
    ['an empty token and no scheme', { token: '', scheme: '' }, '', false],
    ['an empty token and any credential', { token: '' }, 'Bearer x', false],
    ['an empty one of several tokens', { tokens: ['', 'a'] }, 'Bearer ', false],
    ['no tokens at all', { tokens: [] }, 'Bearer x', false],
  ];
  for (const [rule, section, authorization, expected] of rows) {
    it(`${expected ? 'lets in' : 'keeps out'}: ${rule}`, async () => {
      const extension = await started(section);
      assert.equal(extension.authenticate(authorization === undefined ? {} : { authorization }), expected);
    });
  }

  it('keeps everybody out before it has started', () => {
    assert.equal(create(one).extension.authenticate({ authorization: 'Bearer abc123' }), false);
  });
});

describe('what requests go out with', () => {
  const rows: [rule: string, section: object, expected: Record<string, string>][] = [
    ['the token after its scheme', { token: 'abc' }, { authorization: 'Bearer abc' }],
    ['the first of several tokens', { tokens: ['new', 'old'] }, { authorization: 'Bearer new' }],
    ['token rather than tokens', { token: 'a', tokens: ['b'] }, { authorization: 'Bearer a' }],
    ['the bare token when there is no scheme', { token: 'abc', scheme: '' }, { authorization: 'abc' }],
    ['nothing when the token is empty', { token: '' }, {}],
  ];
  for (const [rule, section, expected] of rows) {
    it(rule, async () => assert.deepEqual(await (await started(section)).headers(), expected));
  }

  it('has no other credential after a refusal', async () => {
    assert.equal(await (await started({ token: 'abc' })).refresh(), false);
  });
});

describe('an empty token', () => {
  it('is warned of once, at start', async () => {
    const { extension, lines } = create({ token: '' });
    await extension.start(noHost);
    await extension.headers();
    extension.authenticate({ authorization: 'Bearer x' });
    assert.deepEqual(
      lines.map(({ level }) => level),
      ['warn'],
    );
    assert.match(lines[0]!.msg, /token is empty/);
  });
});

describe('tokens from a file', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bearertokenauth-'));
  });
  after(() => rm(directory, { recursive: true }));

  async function fileWith(text: string): Promise<string> {
    const filename = join(directory, 'token');
    await writeFile(filename, text);
    return filename;
  }

  it('wins over token and tokens', async () => {
    const extension = await started({ token: 'a', tokens: ['b'], filename: await fileWith('from-file\n') });
    assert.deepEqual(await extension.headers(), { authorization: 'Bearer from-file' });
    assert.equal(extension.authenticate({ authorization: 'Bearer a' }), false);
  });

  it('stands one to a line; blanks around and empty lines do not count', async () => {
    const extension = await started({ filename: await fileWith('\n  new \r\n\nold\n') });
    assert.deepEqual(await extension.headers(), { authorization: 'Bearer new' });
    assert.equal(extension.authenticate({ authorization: 'Bearer old' }), true);
    assert.equal(extension.authenticate({ authorization: 'Bearer ' }), false);
  });

  it('fails the start when the file is missing', async () => {
    const { extension } = create({ filename: join(directory, 'absent') });
    await assert.rejects(extension.start(noHost), /^Error: cannot read the token file: ENOENT/);
  });

  it('fails the start, with the line but not the text, when a token cannot be sent', async () => {
    const { extension } = create({ filename: await fileWith('fine\ns3cr3t word\n') });
    await assert.rejects(extension.start(noHost), (error: Error) => {
      assert.match(error.message, /token:2: a token must be printable ASCII/);
      assert.doesNotMatch(error.message, /s3cr3t/);
      return true;
    });
  });
});

describe('the configuration of bearertokenauth', () => {
  const rows: [rule: string, section: unknown, message: RegExp][] = [
    ['no token at all', {}, /needs a token; set token, tokens or filename/],
    ['an unknown key', { token: 'a', tokn: 'b' }, /tokn/],
    ['a token with a line break', { token: 's3cr3t\n' }, /printable ASCII/],
    ['one of several tokens with a blank', { tokens: ['a', 's3 cr3t'] }, /printable ASCII/],
    ['a scheme of two words', { token: 'a', scheme: 'My Token' }, /one word/],
  ];
  for (const [rule, section, message] of rows) {
    it(`refuses ${rule}, without showing the token`, () => {
      const result = bearerTokenAuthFactory.configSchema.safeParse(section);
      assert.ok(!result.success);
      assert.match(result.error.message, message);
      assert.doesNotMatch(result.error.message, /s3/);
    });
  }
});
