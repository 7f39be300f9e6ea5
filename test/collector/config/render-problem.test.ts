import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderProblem, renderProblems } from '../../../collector/config/render-problem.ts';

const position = { file: 'otel.yaml', line: 3, column: 5, text: '    endpiont: x' };

describe('renderProblem', () => {
  it('shows the place, the path, the line with a caret, and the hint', () => {
    const problem = { path: 'a::b', message: 'unknown key', hint: 'did you mean "c"?', position };
    assert.equal(
      renderProblem(problem),
      'otel.yaml:3:5: a::b: unknown key\n' +
        '      endpiont: x\n' +
        '      ^\n' +
        '  hint: did you mean "c"?\n',
    );
  });

  it('leaves out what is absent', () => {
    assert.equal(renderProblem({ path: '', message: 'empty' }), 'empty\n');
    assert.equal(renderProblem({ path: 'a', message: 'missing' }), 'a: missing\n');
  });

  it('shows no line where there is nothing on it', () => {
    const empty = { ...position, text: '  ', column: 1 };
    assert.equal(renderProblem({ path: '', message: 'm', position: empty }), 'otel.yaml:3:1: m\n');
  });

  it('keeps tabs, so that the caret stands under its character', () => {
    const tabbed = { ...position, text: '\ta:\tb', column: 5 };
    assert.match(
      renderProblem({ path: '', message: 'm', position: tabbed }),
      /\n {2}\ta:\tb\n {2}\t {2}\t\^\n/,
    );
  });

  it('puts the caret at the end of a line that was cut before it', () => {
    const cut = { ...position, text: 'token: [REDACTED]', column: 300 };
    const [, , caret] = renderProblem({ path: '', message: 'm', position: cut }).split('\n');
    assert.equal(caret, `  ${' '.repeat(17)}^`);
  });

  it('shows a part of a very long line, with the caret in it', () => {
    const text = `${'a'.repeat(500)}X${'b'.repeat(500)}`;
    const long = { ...position, text, column: 501 };
    const [, line, caret] = renderProblem({ path: '', message: 'm', position: long }).split('\n');
    assert.equal(line!.length < 160, true);
    assert.equal(line![caret!.indexOf('^')], 'X');
  });

  it('lets no control character through', () => {
    const evil = { ...position, text: 'a: \u001b[31mred', column: 1 };
    const text = renderProblem({ path: 'a\u009b', message: 'b\nc\u202e', hint: '\u0000', position: evil });
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
    assert.equal(text.split('\n').length, 5);
  });
});

describe('renderProblems', () => {
  it('puts a label before each', () => {
    const text = renderProblems(
      [
        { path: '', message: 'a' },
        { path: '', message: 'b' },
      ],
      'warning: ',
    );
    assert.equal(text, 'warning: a\nwarning: b\n');
  });
});
