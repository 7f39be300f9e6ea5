import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { describeJsonFault, jsonFaultOffset } from '../../../receiver/guide-event/json-fault.ts';

const FAULTS: readonly (readonly [rule: string, text: string, offset: number])[] = [
  ['nothing at all', '', 0],
  ['only blanks', '  ', 2],
  ['a bare word', 'abc', 0],
  ['a word that breaks off', 'tru', 0],
  ['a comma before the end of a list', '[1,]', 3],
  ['a comma before the end of an object', '{"a":1,}', 7],
  ['no comma', '[1 2]', 3],
  ['no colon', '{"a" 1}', 5],
  ['no key', '{1:2}', 1],
  ['a key without quotes', '{a:1}', 1],
  ['single quotes', "{'a':1}", 1],
  ['something after the end', '{} x', 3],
  ['two values', '1 2', 2],
  ['a bracket that was never opened', '[]]', 2],
  ['the wrong bracket', '[1}', 2],
  ['a number that begins with 0', '[01]', 2],
  ['a number that begins with a plus', '[+1]', 1],
  ['a number that ends with a point', '[1.]', 2],
  ['NaN', '[NaN]', 1],
  ['a line break in a string', '["a\nb"]', 3],
  ['an unknown escape', '["\\x"]', 2],
  ['half an escape', '["\\u12"]', 2],
  ['a string that breaks off', '["abc', 5],
  ['a list that breaks off', '[1,', 3],
  ['an object that breaks off', '{"a":', 5],
  ['a comment', '[1] // one', 4],
];

describe('jsonFaultOffset', () => {
  for (const [rule, text, offset] of FAULTS) {
    it(`points at ${rule}`, () => assert.equal(jsonFaultOffset(text), offset));
  }

  it('finds no fault in what is JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => assert.equal(jsonFaultOffset(text), text.length)),
      { numRuns: 300 },
    );
  });

  it('points where the engine points, when the engine points anywhere', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', '\\', 'x', '1', '{', '\n'))
      .map(([text, at, wound]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + wound + text.slice(place + 1);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        try {
          JSON.parse(text);
        } catch (error) {
          const offset = jsonFaultOffset(text);
          assert.ok(offset >= 0 && offset <= text.length);
          // Whatever stands from the fault on, the text before it can still become JSON or is where it ended.
          const position = / at position (\d+)/.exec((error as Error).message)?.[1];
          if (position !== undefined) assert.ok(offset <= Number(position), `${offset} after ${position}`);
          return;
        }
        assert.equal(jsonFaultOffset(text), text.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('describeJsonFault', () => {
  it('counts lines and columns from 1', () => {
    assert.equal(describeJsonFault('[\n  1,\n  x]'), 'at line 3, column 3');
    assert.equal(describeJsonFault('x'), 'at line 1, column 1');
  });

  it('says when something is missing at the end', () => {
    assert.equal(describeJsonFault('{"a":1'), 'at the end');
  });
});
