import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isLinkTemplate, linkOf } from '../../../bridge/rendering/link.ts';
import { transitionOf, TRIGGER_MS } from '../../support/transition.ts';

describe('the link of an incident', () => {
  it('is filled in, percent-encoded, with some time before and after', () => {
    const transition = transitionOf({ subject: 'a b&c/😀', occurredAtMs: TRIGGER_MS + 30_000 });
    assert.equal(
      linkOf('https://g.example/d?s={session_id}&from={from_ms}&to={to_ms}&e={environment}', transition),
      `https://g.example/d?s=a%20b%26c%2F%F0%9F%98%80&from=${TRIGGER_MS - 300_000}&to=${TRIGGER_MS + 330_000}&e=test`,
    );
  });

  it('survives an id that is no well-formed text', () => {
    assert.equal(
      linkOf('https://g.example/{session_id}', transitionOf({ subject: '\ud83d' })),
      'https://g.example/%EF%BF%BD',
    );
  });

  it('leaves alone what it does not know, and is absent without a template', () => {
    assert.equal(linkOf('https://g.example/{what}', transitionOf({})), 'https://g.example/{what}');
    assert.equal(linkOf('', transitionOf({})), undefined);
  });

  const rows: [template: string, isLink: boolean][] = [
    ['https://g.example/d/{session_id}', true],
    ['http://g.example', true],
    ['javascript:alert({session_id})', false],
    ['g.example/{session_id}', false],
  ];
  for (const [template, isLink] of rows) {
    it(`${isLink ? 'may' : 'may not'} be ${template}`, () => assert.equal(isLinkTemplate(template), isLink));
  }
});
