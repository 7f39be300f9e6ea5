import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LinearPattern } from '../../../bridge/silences/linear-pattern.ts';
import { PatternError } from '../../../bridge/silences/pattern-syntax.ts';

describe('a pattern', () => {
  const rows: [pattern: string, matches: readonly string[], doesNot: readonly string[]][] = [
    ['fra', ['fra'], ['', 'fr', 'frankfurt', 'a fra']],
    ['', [''], [' ']],
    ['fra-.*', ['fra-', 'fra-3', 'fra-\n3'], ['fra', 'xfra-3']],
    ['fra-.+', ['fra-3'], ['fra-']],
    ['fra-?3', ['fra3', 'fra-3'], ['fra--3']],
    ['a|bc|', ['a', 'bc', ''], ['abc', 'b']],
    ['(a|b)c', ['ac', 'bc'], ['a', 'bcc']],
    ['(?:ab)+', ['ab', 'abab'], ['', 'aba']],
    ['a{2}', ['aa'], ['a', 'aaa']],
    ['a{2,}', ['aa', 'aaaaa'], ['a']],
    ['a{1,3}', ['a', 'aaa'], ['', 'aaaa']],
    ['a{0}b', ['b'], ['ab']],
    ['a{0,1}b', ['b', 'ab'], ['aab']],
    ['(a*)*b', ['b', 'aaab'], ['aa']],
    ['a*?b+?', ['b', 'aabb'], ['a']],
    ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
    ['[^a-c]', ['d', '^', '\n'], ['a', '']],
    ['[\\]\\\\-]', [']', '\\', '-'], ['[']],
    ['[\\d.]+', ['10.3'], ['a']],
    ['\\d\\D\\w\\W\\s\\S', ['1a_- x'], ['aaaaaa']],
    ['\\.\\*\\[\\(\\|', ['.*[(|'], ['a']],
    ['^fra$', ['fra'], ['frax']],
    ['(^a|b$)', ['a', 'b'], ['ab']],
    ['a^b', [], ['ab', 'a^b']],
    ['grün🎥.', ['grün🎥!', 'grün🎥🎥'], ['grün🎥']],
  ];
  for (const [pattern, matches, doesNot] of rows) {
    it(`${JSON.stringify(pattern)} is matched against the whole value`, () => {
      const compiled = LinearPattern.compile(pattern);
      for (const value of matches) assert.ok(compiled.matches(value), `matches ${JSON.stringify(value)}`);
      for (const value of doesNot)
        assert.ok(!compiled.matches(value), `does not match ${JSON.stringify(value)}`);
    });
  }

  const refusals: [pattern: string, message: RegExp][] = [
    ['(a', /a "\(" without a "\)"/],
    ['a)', /a "\)" without a "\("/],
    ['*a', /a "\*" with nothing before it/],
    ['a|+', /a "\+" with nothing before it/],
    ['(?)', /no "\(\?:"/],
    ['(?=a)', /no "\(\?:"/],
    ['(?!a)b', /no "\(\?:"/],
    ['(?<n>a)', /no "\(\?:"/],
    ['(?i)a', /no "\(\?:"/],
    ['(a)\\1', /an escape that is not understood/],
    ['\\bfra', /an escape that is not understood/],
    ['\\p{L}', /an escape that is not understood/],
    ['a\\', /ends with a backslash/],
    ['[a', /a "\[" without a "\]"/],
    ['[a\\', /a "\[" without a "\]"/],
    ['[]', /empty brackets/],
    ['[^]', /empty brackets/],
    ['[[:alpha:]]', /a "\[" inside of "\[\]"/],
    ['[b-a]', /hold no set of characters/],
    ['[\\q]', /hold no set of characters/],
    ['a{', /a "\{" that begins no count/],
    ['a{x}', /a "\{" that begins no count/],
    ['a{2', /a "\{" that begins no count/],
    ['a{3,2}', /whose end comes before its beginning/],
    ['a{1001}', /a count above 1000/],
    ['a{1,1001}', /a count above 1000/],
    ['a**', /repeats a repetition/],
    ['a{2}{3}', /repeats a repetition/],
    ['x'.repeat(257), /longer than 256 characters/],
    ['(a{99}){99}', /too large/],
    ['(((((){1000}){1000}){1000}){1000}){1000}', /too large/],
    ['((((a{0}){1000}){1000}){1000}){1000}', /too large/],
  ];
  for (const [pattern, message] of refusals) {
    it(`refuses ${JSON.stringify(pattern.slice(0, 40))}, and quotes nothing of it`, () => {
      assert.throws(() => LinearPattern.compile(pattern), { name: PatternError.name, message });
    });
  }

  it('matches what the language’s own matcher matches, and nothing else', () => {
    const { pattern } = fc.letrec<{ pattern: string; atom: string; piece: string; sequence: string }>(
      (tie) => ({
        atom: fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '^', '$', 'ü'),
          tie('pattern').map((inner) => `(${inner})`),
          tie('pattern').map((inner) => `(?:${inner})`),
        ),
        piece: fc
          .tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '*?', '{2}', '{1,2}', '{0,3}', '{1,}'))
          // The language repeats no edge.
          .map(([atom, count]) => (atom === '^' || atom === '$' ? atom : atom + count)),
        sequence: fc.array(tie('piece'), { maxLength: 3 }).map((pieces) => pieces.join('')),
        pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((parts) => parts.join('|')),
      }),
    );
    const value = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'ü', '🎥'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, fc.array(value, { minLength: 1, maxLength: 5 }), (text, values) => {
        fc.pre(text.length <= 60);
        const own = new RegExp(`^(?:${text})$`, 'su');
        let compiled: LinearPattern;
        try {
          compiled = LinearPattern.compile(text);
        } catch (error) {
          assert.match((error as Error).message, /too large/);
          return;
        }
        for (const each of values) assert.equal(compiled.matches(each), own.test(each), `${text} on ${each}`);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes a time that grows with the value, where a backtracking matcher would never end', () => {
    const value = `${'a'.repeat(2_000)}!`;
    for (const pattern of [
      '(a+)+',
      '(a|a)*',
      '(a|aa)+',
      '(a*)*b',
      `${'.*'.repeat(50)}x`,
      `(${'a?'.repeat(40)}){2}b`,
    ]) {
      assert.equal(LinearPattern.compile(pattern).matches(value), false, pattern);
    }
  });
});
