import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Expression, FilterError, OPERATORS } from '../../../receiver/filter-expression/expression.ts';
import { MAX_DEPTH, parseFilter } from '../../../receiver/filter-expression/parse.ts';
import { MAX_FILTER_LENGTH } from '../../../receiver/filter-expression/tokens.ts';
import { printFilter } from './print-filter.ts';

/** Without the columns. */
function bare(expression: Expression): Expression {
  switch (expression.kind) {
    case 'comparison': {
      const { kind, path, operator, value } = expression;
      return { kind, path, operator, value };
    }
    case 'not':
      return { kind: 'not', operand: bare(expression.operand) };
    case 'and':
    case 'or':
      return { kind: expression.kind, operands: expression.operands.map(bare) };
  }
}

/** Every row reads as it is printed. */
const READ: [rule: string, text: string, printed: string][] = [
  ['a comparison', 'metrics.mos < 3.5', 'metrics.mos < 3.5'],
  ['without blanks, as the guide writes it in a URL', 'metrics.mos<3.5', 'metrics.mos < 3.5'],
  ['less or equal', 'a<=1', 'a <= 1'],
  ['greater', 'a>1', 'a > 1'],
  ['greater or equal', 'a>=1', 'a >= 1'],
  ['equal', 'a==1', 'a == 1'],
  ['not equal', 'a!=1', 'a != 1'],
  ['a text in single quotes', "type=='webrtc'", "type == 'webrtc'"],
  ['a text in double quotes', 'type=="webrtc"', "type == 'webrtc'"],
  ['a quote of the other kind inside', `site=="it's"`, String.raw`site == 'it\'s'`],
  ['a quote behind a backslash', String.raw`site=='it\'s'`, String.raw`site == 'it\'s'`],
  ['a backslash behind a backslash', String.raw`site=='a\\b'`, String.raw`site == 'a\\b'`],
  ['an empty text', "site==''", "site == ''"],
  ['signs inside a text', "site=='a && (b'", "site == 'a && (b'"],
  ['a negative number', 'a>-2.5', 'a > -2.5'],
  ['minus zero as zero', 'a>-0', 'a > 0'],
  ['an exponent', 'a<1e3', 'a < 1000'],
  ['a large number in its own notation', 'a<1e+21', 'a < 1e+21'],
  ['line breaks and tabs as blanks', 'a<1\r\n\t&&\nb<2', 'a < 1 && b < 2'],
  ['several joined by and', 'a<1&&b<2&&c<3', 'a < 1 && b < 2 && c < 3'],
  ['several joined by or', 'a<1||b<2||c<3', 'a < 1 || b < 2 || c < 3'],
  ['and before or, on the left', 'a<1&&b<2||c<3', 'a < 1 && b < 2 || c < 3'],
  ['and before or, on the right', 'a<1||b<2&&c<3', 'a < 1 || b < 2 && c < 3'],
  ['parentheses against that', '(a<1||b<2)&&c<3', '(a < 1 || b < 2) && c < 3'],
  ['parentheses that change nothing', '((a<1))', 'a < 1'],
  ['a negation', '!(a<1)', '!(a < 1)'],
  ['a negation of several', '!(a<1&&b<2)', '!(a < 1 && b < 2)'],
  ['a negation of a negation', '!!(a<1)', '!!(a < 1)'],
  ['a negation among others', 'a<1&&!(b<2)||c<3', 'a < 1 && !(b < 2) || c < 3'],
  [
    "the guide's own",
    "event.type == 'webrtc-video' && (event.metrics.mos < 3.5 || event.metrics.packetLossPercent > 2.0)",
    "event.type == 'webrtc-video' && (event.metrics.mos < 3.5 || event.metrics.packetLossPercent > 2)",
  ],
  ['a path that nobody knows, for the platform may', 'event.queue.id == 7', 'event.queue.id == 7'],
];

const REFUSED: [rule: string, text: string, column: number, problem: RegExp][] = [
  ['nothing', '', 1, /expected a path/],
  ['blanks', '   ', 4, /expected a path/],
  ['a path alone', 'metrics.mos', 12, /expected one of < <= > >= == !=/],
  ['a comparison without a value', 'a <', 4, /expected a number, or a text in quotes/],
  ['a path for a value', 'a < b', 5, /expected a number, or a text in quotes/],
  ['a value first', '3.5 > a', 1, /begins with its path/],
  ['a single equals sign', 'a = 1', 3, /write "=="/],
  ['a single ampersand', 'a<1 & b<2', 5, /write "&&"/],
  ['a single bar', 'a<1 | b<2', 5, /write "\|\|"/],
  ['three equals signs', 'a === 1', 5, /write "=="/],
  ['a word for a sign', 'a<1 and b<2', 5, /expected "&&", "\|\|" or the end/],
  ['an operator at the end', 'a<1 &&', 7, /expected a path/],
  ['an operator at the beginning', '|| a<1', 1, /expected a path/],
  ['two comparisons in a row', 'a<1 b<2', 5, /expected "&&"/],
  ['a chain of comparisons', 'a<1<2', 4, /expected "&&"/],
  ['an open parenthesis', '(a<1', 5, /expected "\)" for the "\(" of column 1/],
  ['a closed one too many', 'a<1)', 4, /closes nothing/],
  ['empty parentheses', '()', 2, /expected a path/],
  ['a negation without parentheses', '!a<1', 2, /must stand in parentheses/],
  ['a text without an end', "type=='webrtc", 7, /has no end/],
  ['a text over two lines', "type=='web\nrtc'", 7, /has no end/],
  ['an escape that is none', String.raw`site=='\n'`, 7, /has no end, or a backslash/],
  ['the order of texts', "site<'b'", 5, /compares numbers/],
  ['a number that is too large', 'a<1e999', 3, /too large/],
  ['a path that ends in a dot', 'metrics. < 1', 8, /expected/],
  ['a path that begins with a digit', '1a < 1', 1, /begins with its path/],
  ['a call', 'alert(1)', 6, /expected one of/],
  ['an index', 'a[0]<1', 2, /expected a path, a number/],
  ['arithmetic', 'a+1<2', 2, /expected a path, a number/],
  ['a sign of another world', 'a ≤ 1', 3, /expected a path, a number/],
];

describe('a filter is read', () => {
  for (const [rule, text, printed] of READ) {
    it(rule, () => assert.equal(printFilter(parseFilter(text)), printed));
  }
});

describe('a filter is refused, with its column', () => {
  for (const [rule, text, column, problem] of REFUSED) {
    it(rule, () => {
      assert.throws(
        () => parseFilter(text),
        (error) => {
          assert.ok(error instanceof FilterError);
          assert.equal(error.column, column);
          assert.match(error.message, problem);
          return error.message.startsWith(`column ${column}: `);
        },
      );
    });
  }

  it('beyond its longest', () => {
    const longest = `site == '${'x'.repeat(MAX_FILTER_LENGTH - 10)}'`;
    assert.doesNotThrow(() => parseFilter(longest));
    assert.throws(() => parseFilter(`${longest} `), /column 1001: a filter may have at most 1000 characters/);
  });

  it('beyond its deepest', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a<1${')'.repeat(depth)}`;
    assert.doesNotThrow(() => parseFilter(nested(MAX_DEPTH)));
    assert.throws(() => parseFilter(nested(MAX_DEPTH + 1)), /column 17: is nested deeper than 16 levels/);
    assert.throws(() => parseFilter(`${'!'.repeat(MAX_DEPTH)}(a<1)`), /column 17: is nested deeper/);
  });
});

describe('a filter that is printed', () => {
  const paths = fc.constantFrom('metrics.mos', 'event.metrics.jitter.ms', 'site', 'a_b.c1');
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  const texts = fc.string({ maxLength: 8 }).filter((text) => !/[\r\n]/.test(text));
  const comparisons: fc.Arbitrary<Expression> = fc.oneof(
    fc.record({
      kind: fc.constant('comparison' as const),
      path: paths,
      operator: fc.constantFrom(...OPERATORS),
      value: numbers,
    }),
    fc.record({
      kind: fc.constant('comparison' as const),
      path: paths,
      operator: fc.constantFrom('==' as const, '!=' as const),
      value: texts,
    }),
  );
  const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3 },
      comparisons,
      fc.record({ kind: fc.constant('not' as const), operand: tie('expression') }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        operands: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
      }),
    ),
  }));

  it('reads as the same', () => {
    fc.assert(
      fc.property(expression, (written) => {
        const text = printFilter(written);
        fc.pre(text.length <= MAX_FILTER_LENGTH);
        assert.deepEqual(bare(parseFilter(text)), bare(written));
      }),
      { numRuns: 500 },
    );
  });

  it('never throws anything but a FilterError, whatever the text', () => {
    const signs = fc.constantFrom(
      "'",
      '"',
      '(',
      ')',
      '!',
      '&&',
      '||',
      '<',
      '==',
      'a',
      '.',
      '1',
      ' ',
      '\\',
      'é',
    );
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 20 }), (pieces) => {
        try {
          parseFilter(pieces.join(''));
        } catch (error) {
          assert.ok(error instanceof FilterError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
