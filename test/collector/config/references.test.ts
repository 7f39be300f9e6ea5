import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseReferences, splitDefault, type Part } from '../../../collector/config/references.ts';

/** Parts in short: a text as itself, a reference as a list of its parts. */
type Short = string | Short[];

function shorten(parts: readonly Part[]): Short[] {
  return parts.map((part) => (part.kind === 'text' ? part.text : shorten(part.body)));
}

describe('parseReferences', () => {
  const rows: [title: string, text: string, parts: Short[]][] = [
    ['text without a dollar sign is itself', 'abc', ['abc']],
    ['a reference alone', '${env:A}', [['env:A']]],
    ['references in a text', 'a${B}c${D}', ['a', ['B'], 'c', ['D']]],
    ['a dollar sign alone is one', 'a$b $ {c}', ['a$b $ {c}']],
    ['two dollar signs are one', 'a$$b', ['a$b']],
    ['an escaped reference is text', '$${A}', ['${A}']],
    ['a dollar sign before a reference', '$$${A}', ['$', ['A']]],
    ['a reference after an escaped one', '$${A} ${B}', ['${A} ', ['B']]],
    ['nested references', '${env:A:-${env:B}}', [['env:A:-', ['env:B']]]],
    ['an escaped reference inside a default', '${env:A:-$${env:B}}', [['env:A:-${env:B}']]],
    ['braces pair up inside a reference', '${A:-{"b": {}}}', [['A:-{"b": {}}']]],
    ['a closing brace outside of references is text', 'a}${B}}', ['a}', ['B'], '}']],
  ];
  for (const [title, text, parts] of rows) {
    it(title, () => {
      const parsed = parseReferences(text);
      assert.deepEqual(parsed.ok ? shorten(parsed.parts) : parsed.message, parts);
    });
  }

  it('refuses a reference that is not closed', () => {
    for (const text of ['${A', 'x${', '${A:-{}', '${A:-${B}']) {
      const parsed = parseReferences(text);
      assert.equal(parsed.ok ? 'fine' : parsed.message, '"${" without its "}"', text);
    }
  });

  it('refuses to nest without bound', () => {
    const parsed = parseReferences('${A:-'.repeat(10_000) + '}'.repeat(10_000));
    assert.equal(parsed.ok ? 'fine' : parsed.message, 'references nest too deeply');
  });

  it('gives back any text whose dollar signs are doubled', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseReferences(text.replaceAll('$', '$$$$'));
        assert.deepEqual(parsed.ok && shorten(parsed.parts).join(''), text);
      }),
    );
  });
});

describe('splitDefault', () => {
  const rows: [title: string, text: string, head: Short[], fallback: Short[] | undefined][] = [
    ['no default', '${env:A}', ['env:A'], undefined],
    ['a default', '${env:A:-b}', ['env:A'], ['b']],
    ['an empty default', '${env:A:-}', ['env:A'], ['']],
    ['the first :- counts', '${env:A:-b:-c}', ['env:A'], ['b:-c']],
    ['a default of several parts', '${env:A:-b${C}d}', ['env:A'], ['b', ['C'], 'd']],
    ['a :- inside a nested reference is its own', '${env:${B:-c}}', ['env:', ['B:-c']], undefined],
  ];
  for (const [title, text, head, fallback] of rows) {
    it(title, () => {
      const parsed = parseReferences(text);
      const [reference] = parsed.ok ? parsed.parts : [];
      assert.ok(reference?.kind === 'reference');
      const split = splitDefault(reference.body);
      assert.deepEqual(shorten(split.head), head);
      assert.deepEqual(split.fallback && shorten(split.fallback), fallback);
    });
  }
});
