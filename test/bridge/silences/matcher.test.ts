import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MatcherError, refuseTooWide } from '../../../bridge/silences/matcher.ts';
import { allHold, matcherOf } from '../../../bridge/silences/matching.ts';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { transitionOf } from '../../support/transition.ts';

const incident = transitionOf({
  subject: 'call 7, "left"',
  agentId: 'agent-17',
  severity: 'high',
  environment: 'prod',
  reasons: [{ rule: 'mos' }, { rule: 'packet_loss' }],
  dimensions: { edge: 'fra-3', 'network.type': 'wifi', site: 'a\\b' },
});

const holds = (text: string, transition: Transition = incident) => allHold([matcherOf(text)], transition);

describe('a matcher', () => {
  const rows: [text: string, holds: boolean][] = [
    // Each name.
    ['edge=fra-3', true],
    ['edge=fra-4', false],
    ['network.type=wifi', true],
    ['agent=agent-17', true],
    ['agent=agent-1', false],
    ['category=quality', true],
    ['severity=high', true],
    ['environment=prod', true],
    ['conversation=c-1', false],
    // Of several reasons any counts, and none may for a negative one.
    ['rule=mos', true],
    ['rule=packet_loss', true],
    ['rule=gap', false],
    ['rule!=mos', false],
    ['rule!=gap', true],
    ['rule=~"mos|gap"', true],
    ['rule!~"mos|gap"', false],
    // The four operators.
    ['severity!=critical', true],
    ['severity!=high', false],
    ['edge=~fra-.*', true],
    ['edge=~"fra-[0-9]"', true],
    ['edge!~fra-.*', false],
    ['edge!~ber-.*', true],
    // Anchored at both ends.
    ['edge=~fra', false],
    ['edge=~ra-3', false],
    ['edge=~^fra-3$', true],
    // Case counts.
    ['edge=FRA-3', false],
    // What is missing is the empty text.
    ['region=', true],
    ['region=""', true],
    ['region!=', false],
    ['region!=eu', true],
    ['region=~.*', true],
    ['region=~.+', false],
    ['region!~.+', true],
    ['edge=', false],
    ['edge!=""', true],
    // Quotes and blanks.
    ['  edge = fra-3  ', true],
    ['edge="fra-3"', true],
    ['edge= "fra-3" ', true],
    ['edge=" fra-3"', false],
    ['session="call 7, \\"left\\""', true],
    ['session=call 7, \\"left\\"', true],
    ['subject="call 7, \\"left\\""', true],
    // A backslash before anything but a quote, a backslash and an n stands for itself.
    ['site=a\\b', true],
    ['site="a\\\\b"', true],
    ['site=~"a\\\\\\\\b"', true],
    ['edge=~"fra\\-\\d"', true],
    // An operator's characters are no part of the name, and may be part of the value.
    ['site==a', false],
    ['site!=~x', true],
  ];
  for (const [text, expected] of rows) {
    it(`${text} ${expected ? 'holds' : 'does not hold'}`, () => assert.equal(holds(text), expected));
  }

  it('with a pattern judges each value anew, whatever it was asked before', () => {
    const { accepts } = matcherOf('edge=~fra-.*');
    const values = ['fra-3', 'fra-3', 'ber-1', 'ber-1', 'fra-3', '', 'fra-4'];
    assert.deepEqual(values.map(accepts), [true, true, false, false, true, false, true]);
  });

  it('compares with a line break by \\n', () => {
    assert.equal(holds('site="a\\nb"', transitionOf({ dimensions: { site: 'a\nb' } })), true);
    assert.equal(holds('site="a\\nb"', transitionOf({ dimensions: { site: 'anb' } })), false);
  });

  it('takes the subject of a session’s incident for its session, and a storm’s for none', () => {
    const storm = transitionOf({ category: 'storm', subject: 'edge=fra-3' });
    const gap = transitionOf({ category: 'connection', subject: 's-9' });
    assert.equal(holds('session=s-9', gap), true);
    assert.equal(holds('session=', storm), true);
    assert.equal(holds('subject="edge=fra-3"', storm), true);
  });

  it('takes an incident without a reason for one whose reason is the empty text', () => {
    assert.equal(holds('rule=', transitionOf({ reasons: [] })), true);
    assert.equal(holds('rule!=mos', transitionOf({ reasons: [] })), true);
  });

  const refusals: [text: string, message: RegExp][] = [
    ['', /is no matcher; write it like/],
    ['edge', /is no matcher/],
    ['=fra-3', /is no matcher/],
    ['edge>fra-3', /is no matcher/],
    ['{edge=fra-3}', /is no matcher/],
    ['edge!fra-3', /is no matcher/],
    ['egde=fra-3', /did you mean "edge"\?/],
    ['kind=opened', /has an unknown name/],
    ['constructor=x', /has an unknown name; known are session, agent,/],
    ['__proto__=x', /has an unknown name/],
    ['edge="fra', /quotes do not end/],
    ['edge=fra"', /a quote inside of its value/],
    ['edge="fra"3"', /quotes do not end/],
    ['edge="fra-3" x', /quotes do not end/],
    ['edge="fra\\"', /quotes do not end/],
    ['edge=~(', /a regular expression that has a "\(" without/],
    ['edge=~"(a)\\1"', /a regular expression that has an escape/],
    [`edge=${'x'.repeat(508)}`, /longer than 512 characters/],
  ];
  for (const [text, message] of refusals) {
    it(`is refused: ${text.slice(0, 40)}`, () => {
      assert.throws(() => matcherOf(text), { name: MatcherError.name, message });
    });
  }

  it('may be as long as it may be', () => {
    const longest = `edge=${'x'.repeat(507)}`;
    assert.equal(holds(longest), false);
  });
});

describe('several matchers', () => {
  it('hold when all of them do', () => {
    const all = (...texts: string[]) => allHold(texts.map(matcherOf), incident);
    assert.equal(all('edge=fra-3', 'severity!=critical'), true);
    assert.equal(all('edge=fra-3', 'severity=critical'), false);
    assert.equal(all('edge=fra-4', 'severity!=critical'), false);
  });

  const rows: [texts: readonly string[], isTooWide: boolean][] = [
    [['edge=fra-3'], false],
    [['edge=fra-3', 'severity!=critical'], false],
    [['edge=~.+'], false],
    [['edge=~.*'], true],
    [['edge='], true],
    [['edge=~"fra|"'], true],
    [['edge!=fra-3'], true],
    [['edge!=""'], true],
    [['edge!~.+', 'severity!=critical', 'site=""'], true],
    [['edge=~.*', 'site=berlin'], false],
    [[], true],
  ];
  for (const [texts, isTooWide] of rows) {
    it(`[${texts.join(', ')}] ${isTooWide ? 'would silence nearly everything' : 'say what is meant'}`, () => {
      assert.equal(refuseTooWide(texts.map(matcherOf)) !== undefined, isTooWide);
    });
  }
});
