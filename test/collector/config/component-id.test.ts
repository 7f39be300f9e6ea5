import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { normaliseId, parseComponentId } from '../../../collector/config/component-id.ts';

describe('parseComponentId', () => {
  const right: [text: string, id: string, type: string][] = [
    ['webhook', 'webhook', 'webhook'],
    ['webhook/siem', 'webhook/siem', 'webhook'],
    [' webhook / siem ', 'webhook/siem', 'webhook'],
    ['file_storage/a/b', 'file_storage/a/b', 'file_storage'],
    ['a/ünïcode-1.2:3', 'a/ünïcode-1.2:3', 'a'],
    [`a${'b'.repeat(62)}`, `a${'b'.repeat(62)}`, `a${'b'.repeat(62)}`],
    [`a/${'n'.repeat(1024)}`, `a/${'n'.repeat(1024)}`, 'a'],
  ];
  for (const [text, id, type] of right) {
    it(`takes ${JSON.stringify(text.slice(0, 30))}`, () => {
      assert.deepEqual(parseComponentId(text), { ok: true, id, type });
    });
  }

  const wrong: [text: string, message: string][] = [
    ['', 'id must not be empty'],
    ['  ', 'id must not be empty'],
    ['/x', 'in "/x" id: the part before / should not be empty'],
    ['x/', 'in "x/" id: the part after / should not be empty'],
    ['x/ ', 'in "x/ " id: the part after / should not be empty'],
    ['1x', 'invalid character(s) in type "1x"'],
    ['web-hook', 'invalid character(s) in type "web-hook"'],
    ['x/a b', 'invalid character(s) in name "a b"'],
    ['x/a$', 'invalid character(s) in name "a$"'],
    ['x/a\u0007', 'invalid character(s) in name "a\u0007"'],
    [`a${'b'.repeat(63)}`, `invalid character(s) in type "a${'b'.repeat(63)}"`],
  ];
  for (const [text, message] of wrong) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))}`, () => {
      assert.deepEqual(parseComponentId(text), { ok: false, message });
    });
  }
});

describe('normaliseId', () => {
  it('takes space from around the parts, and leaves what is no id', () => {
    assert.equal(normaliseId(' a / b '), 'a/b');
    assert.equal(normaliseId(' a b '), 'a b');
  });
});
