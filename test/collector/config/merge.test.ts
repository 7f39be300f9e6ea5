import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeNodes } from '../../../collector/config/merge.ts';
import type { ConfigNode } from '../../../collector/config/node.ts';
import { plainValue } from '../../../collector/config/plain-value.ts';
import { readYamlText } from '../../../collector/config/read-yaml.ts';

function tree(yaml: string): ConfigNode {
  const { tree: node, findings } = readYamlText(yaml);
  assert.deepEqual(findings, []);
  return node!;
}

function plain(node: ConfigNode): unknown {
  return JSON.parse(JSON.stringify(plainValue(node, undefined, []).value));
}

describe('mergeNodes', () => {
  const rows: [title: string, earlier: string, later: string, merged: unknown][] = [
    [
      'maps merge deeply',
      '{a: {b: 1, c: {d: 2}}}',
      '{a: {c: {e: 3}}, f: 4}',
      { a: { b: 1, c: { d: 2, e: 3 } }, f: 4 },
    ],
    ['scalars are replaced', '{a: 1, b: 2}', '{a: x}', { a: 'x', b: 2 }],
    ['lists are replaced, not joined', '{a: [1, 2]}', '{a: [3]}', { a: [3] }],
    ['an explicit null replaces a map', '{a: {b: 1}}', 'a:', { a: null }],
    ['an empty map replaces nothing', '{a: {b: 1}}', '{a: {}}', { a: { b: 1 } }],
    ['a map replaces a scalar', '{a: 1}', '{a: {b: 2}}', { a: { b: 2 } }],
    ['a flattened key is a map in a map', '{a: {b: {c: 1}}}', '{"a::b::d": 2}', { a: { b: { c: 1, d: 2 } } }],
    ['a flattened key with an empty part is a key of its own', '{}', '{"::1": x}', { '::1': 'x' }],
  ];
  for (const [title, earlier, later, merged] of rows) {
    it(title, () => assert.deepEqual(plain(mergeNodes(tree(earlier), tree(later))), merged));
  }

  it('keeps references for later: they are replaced after the merge', () => {
    assert.deepEqual(plain(mergeNodes(tree('a: ${env:A}'), tree('b: ${env:B}'))), {
      a: '${env:A}',
      b: '${env:B}',
    });
  });
});

describe('the trees of YAML texts', () => {
  const rows: [title: string, yaml: string, value: unknown][] = [
    ['an alias repeats the value of its anchor', 'a: &x [1, 2]\nb: *x', { a: [1, 2], b: [1, 2] }],
    ['the last anchor of a name before the alias counts', 'a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    [
      'a merge key fills in what is not there',
      'a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}',
      { a: { p: 1, q: 2 }, b: { q: 3, p: 1 } },
    ],
    [
      'of several merged maps the first one wins',
      'a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y]}',
      { a: { p: 1 }, b: { p: 2, q: 2 }, c: { p: 1, q: 2 } },
    ],
    ['keys keep their text', '{1: a, true: b, 0x1F: c}', { 1: 'a', true: 'b', '0x1F': 'c' }],
    ['JSON is YAML', '{"a": [1, true, null, "x"]}', { a: [1, true, null, 'x'] }],
  ];
  for (const [title, yaml, value] of rows) {
    it(title, () => assert.deepEqual(plain(tree(yaml)), value));
  }

  it('refuses aliases of aliases that grow without bound', () => {
    const lines = Array.from({ length: 12 }, (_, level) => {
      const below = level === 0 ? 'x' : `*a${level - 1}`;
      return `a${level}: &a${level} [${Array(10).fill(below).join(', ')}]`;
    });
    const { findings } = readYamlText(lines.join('\n'));
    assert.deepEqual(
      findings.map(({ message }) => message),
      ['holds more than 50000 values, aliases counted each time'],
    );
  });

  it('refuses to go too deep', () => {
    for (const depth of [150, 50_000]) {
      const { findings } = readYamlText('['.repeat(depth) + ']'.repeat(depth));
      assert.equal(findings.length > 0, true, `depth ${depth}`);
    }
  });
});
