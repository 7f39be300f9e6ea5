// Takes secrets, and what references stood for, out of a message. A schema's own message may quote the value it
// refuses; the value may come from a variable that was never meant to be read on a terminal.
import { MASK } from './hidden-text.ts';
import { walk, type ConfigNode } from './node.ts';
import { separated } from './plain-value.ts';
import type { Shape } from './shape.ts';

/** Shorter texts are found by chance inside other words, so they only count as a word of their own. */
const MIN_LENGTH_INSIDE_WORDS = 4;

/** `node` is the value that the message is about; what stands below it is looked for as well. */
export function redact(message: string, node: ConfigNode, shape: Shape | undefined): string {
  const replacements = new Map<string, string>();
  walk(node, (current, path) => {
    const isOpen = shape?.at(path)?.isOpen === true;
    const put = (text: string, written: string) => {
      if (text !== '') replacements.set(text, isOpen ? written : MASK);
    };
    if (!isOpen && current.kind === 'scalar' && current.value !== null) {
      put(String(current.value), MASK);
      for (const part of separated(current) ?? []) put(part, MASK);
    }
    if (current.expansion === undefined) return;
    for (const piece of current.expansion.pieces) put(piece.text, piece.written);
    put(current.expansion.text, current.expansion.written);
  });
  return replaceAtOnce(
    message,
    [...replacements].sort(([a], [b]) => b.length - a.length),
  );
}

/** In one pass, so that nothing is replaced inside a replacement. */
function replaceAtOnce(message: string, longestFirst: readonly (readonly [string, string])[]): string {
  let result = '';
  let at = 0;
  while (at < message.length) {
    const hit = longestFirst.find(([text]) => message.startsWith(text, at) && standsAlone(message, text, at));
    result += hit?.[1] ?? message[at]!;
    at += hit?.[0].length ?? 1;
  }
  return result;
}

function standsAlone(message: string, text: string, at: number): boolean {
  if (text.length >= MIN_LENGTH_INSIDE_WORDS) return true;
  const neighbours = (message[at - 1] ?? ' ') + (message[at + text.length] ?? ' ');
  return !/[\p{L}\p{N}]/u.test(neighbours);
}
