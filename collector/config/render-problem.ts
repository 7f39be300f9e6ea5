// The text of a problem, the same in every command: where, what, the line with a caret under it, and a hint.
import type { ConfigProblem } from './model.ts';

/** Longer lines are shown in part; the caret must stay on the screen. */
const MAX_LINE_LENGTH = 140;
const LENGTH_BEFORE_CARET = 90;

/** Some lines, the last one with its line break. */
export function renderProblem({ path, message, hint, position }: ConfigProblem): string {
  const place = position && `${position.file}:${position.line}:${position.column}`;
  const head = [place, path === '' ? undefined : path, message].filter((part) => part !== undefined);
  const lines = [printable(head.join(': '))];
  if (position !== undefined && position.text.trim() !== '')
    lines.push(...caretLines(position.text, position.column));
  if (hint !== undefined) lines.push(`  hint: ${printable(hint)}`);
  return `${lines.join('\n')}\n`;
}

/** All problems, or all warnings, one after the other. */
export function renderProblems(problems: readonly ConfigProblem[], label = ''): string {
  return problems.map((problem) => label + renderProblem(problem)).join('');
}

/** A line that was cut because of a secret may end before the column: then the caret stands at its end. */
function caretLines(text: string, column: number): string[] {
  const caretAt = Math.min(column - 1, text.length);
  const start = caretAt > LENGTH_BEFORE_CARET ? caretAt - LENGTH_BEFORE_CARET : 0;
  const end = start + MAX_LINE_LENGTH;
  const prefix = start > 0 ? '…' : '';
  const line = `${prefix}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
  // Tabs stay tabs, so that the caret lands under its character whatever their width is.
  const indent = (prefix + text.slice(start, caretAt)).replaceAll(/[^\t]/g, ' ');
  return [`  ${printable(line)}`, `  ${indent}^`];
}

/** A file may hold control characters, and ones that turn the writing direction: on a terminal they would act. */
function printable(text: string): string {
  return text.replaceAll(/(?!\t)[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
