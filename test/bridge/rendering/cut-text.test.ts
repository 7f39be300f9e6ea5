import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cutText, cutToBytes } from '../../../bridge/rendering/cut-text.ts';
import { mrkdwn } from '../../../bridge/slack/mrkdwn.ts';

const anyText = fc.string({ unit: 'grapheme', maxLength: 60 });

describe('a text cut to a number of code points', () => {
  const rows: [text: string, maxLength: number, cut: string][] = [
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abcd', 1, '…'],
    ['😀😀😀', 3, '😀😀😀'],
    ['😀😀😀😀', 3, '😀😀…'],
    ['', 1, ''],
  ];
  for (const [text, maxLength, cut] of rows) {
    it(`of at most ${maxLength}: "${text}" is "${cut}"`, () => assert.equal(cutText(text, maxLength), cut));
  }

  it('is never longer, never has half a character, and is whole when it fits', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, maxLength) => {
        const cut = cutText(text, maxLength);
        assert.ok([...cut].length <= maxLength);
        assert.ok(cut.isWellFormed());
        if ([...text].length <= maxLength) assert.equal(cut, text);
        else assert.ok(text.startsWith(cut.slice(0, -1)) && [...cut].length === maxLength);
      }),
    );
  });
});

describe('a text cut to a number of bytes', () => {
  it('is never longer, never has half a character, and is whole when it fits', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 3, max: 60 }), (text, maxBytes) => {
        const cut = cutToBytes(text, maxBytes);
        assert.ok(Buffer.byteLength(cut) <= maxBytes);
        assert.ok(cut.isWellFormed());
        if (Buffer.byteLength(text) <= maxBytes) assert.equal(cut, text);
        else assert.ok(text.startsWith(cut.slice(0, -1)));
      }),
    );
  });

  it('uses the room that there is', () => {
    assert.equal(cutToBytes('abcdefgh', 7), 'abcd…');
    assert.equal(cutToBytes('ééééé', 9), 'ééé…');
  });
});

describe('a text escaped for Slack', () => {
  it('can neither mention nor link', () => {
    assert.equal(mrkdwn('<!channel> & <http://x|y>', 100), '&lt;!channel&gt; &amp; &lt;http://x|y&gt;');
  });

  it('is never longer than its limit, and is not cut within an escape or a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '&', 'a', '😀'), maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        (text, maxLength) => {
          const cut = mrkdwn(text, maxLength);
          assert.ok(cut.length <= maxLength);
          assert.ok(cut.isWellFormed());
          assert.match(cut, /^(?:&lt;|&amp;|a|😀)*…?$/u);
          if (mrkdwn(text, 1_000).length <= maxLength) assert.equal(cut, mrkdwn(text, 1_000));
        },
      ),
    );
  });
});
