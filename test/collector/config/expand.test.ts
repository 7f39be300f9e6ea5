import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { expandReferences } from '../../../collector/config/expand.ts';
import { plainValue } from '../../../collector/config/plain-value.ts';
import { readYamlFile } from '../../../collector/config/read-yaml.ts';
import { SourceFile } from '../../../collector/config/source-file.ts';
import { fixturePath } from '../../support/config-mistakes.ts';

const ENV = {
  NUMBER: '8080',
  ZEROS: '0123',
  TRUE: 'true',
  LIST: '[a, b]',
  MAP: '{a: 1}',
  TEXT: 'plain text',
  EMPTY: '',
  DOLLARS: 'a$b$$c${env:TEXT}${',
  NOT_YAML: 'a: b: c',
  NAME: 'TEXT',
  SCHEME: 'env',
};

async function expand(value: string, env: Readonly<Record<string, string>> = ENV) {
  const source = new SourceFile(fixturePath('in-a-test.yaml'), JSON.stringify({ value }));
  const { tree } = readYamlFile(source);
  const expanded = await expandReferences(tree!, env);
  const plain = plainValue(expanded.tree, undefined, []).value as { value: unknown };
  return {
    value: plain.value,
    problems: expanded.findings.map(({ message }) => message),
    warnings: expanded.warnings.map(({ message }) => message),
  };
}

describe('expandReferences', () => {
  const rows: [title: string, written: string, value: unknown][] = [
    ['a variable', '${env:TEXT}', 'plain text'],
    ['a variable without scheme', '${TEXT}', 'plain text'],
    ['a whole value is read as YAML: a number', '${env:NUMBER}', 8080],
    ['a whole value is read as YAML: a boolean', '${env:TRUE}', true],
    ['a whole value is read as YAML: a list', '${env:LIST}', ['a', 'b']],
    ['a whole value that is no YAML is text', '${env:NOT_YAML}', 'a: b: c'],
    ['inside a text everything is text', 'port ${env:NUMBER}', 'port 8080'],
    ['two references are text, even of digits', '${env:NUMBER}${env:NUMBER}', '80808080'],
    ['the default of an unset variable', '${env:UNSET:-fallback}', 'fallback'],
    ['the default without scheme', '${UNSET:-fallback}', 'fallback'],
    ['a default is read as YAML too', '${env:UNSET:-5}', 5],
    ['the default is not used when the variable is set', '${env:NUMBER:-5}', 8080],
    ['set but empty stays empty', '<${env:EMPTY:-5}>', '<>'],
    ['an empty default', '<${env:UNSET:-}>', '<>'],
    ['a default that holds a :-', '${env:UNSET:-a:-b}', 'a:-b'],
    ['a default that is a reference', '${env:UNSET:-${env:TEXT}}', 'plain text'],
    ['a default that is JSON', '${env:UNSET:-{"a": [1]}}', { a: [1] }],
    ['a default that is an escaped reference', '${env:UNSET:-$${env:UNSET}}', '${env:UNSET}'],
    ['a name that is a reference', '${env:${env:NAME}}', 'plain text'],
    ['a scheme that is a reference', '${${env:SCHEME}:TEXT}', 'plain text'],
    ['dollar signs of a value are left alone', '${env:DOLLARS}', ENV.DOLLARS],
    ['dollar signs of a value inside a text are left alone', 'x${env:DOLLARS}', `x${ENV.DOLLARS}`],
    ['an escaped reference', '$${env:TEXT}', '${env:TEXT}'],
    ['a reference after an escaped one', '$${env:TEXT} ${env:TEXT}', '${env:TEXT} plain text'],
    ['a dollar sign before a reference', '$$${env:TEXT}', '$plain text'],
    ['a naked name is text', '$TEXT', '$TEXT'],
    ['YAML in place', '${yaml:[1, 2]}', [1, 2]],
    ['YAML in place around a reference', '${yaml:{n: ${env:NUMBER}}}', { n: 8080 }],
    ['a :- means nothing in YAML in place', '${yaml:a:-b}', 'a:-b'],
    ['a file', 'x${file:secrets/token.txt}', 'x0123$tok${en'],
    ['a variable named like a property of Object is unset', '${env:constructor:-none}', 'none'],
  ];
  for (const [title, written, value] of rows) {
    it(title, async () => {
      const { value: got, problems, warnings } = await expand(written);
      assert.deepEqual(structuredClone(got), value);
      assert.deepEqual([...problems, ...warnings], []);
    });
  }

  it('replaces references in a file that holds a map or a list, and in the files that it names', async () => {
    const { value, problems, warnings } = await expand('${file:parts/map.yaml}');
    assert.deepEqual(structuredClone(value), {
      name: 'plain text',
      escaped: '${env:TEXT}',
      list: ['a', 8080],
      // What a file holds that is no part of the configuration arrives as it is.
      secret: 'a$$b${env:TEXT}',
      more: { secret: 'a$$b${env:TEXT}' },
    });
    assert.deepEqual([...problems, ...warnings], []);
  });

  it('does so in no variable and no YAML in place', async () => {
    const env = { PART: '{a: "${env:TEXT}"}', TEXT: 'x' };
    for (const written of ['${env:PART}', '${yaml:${env:PART}}', '${env:UNSET:-${env:PART}}']) {
      const { value } = await expand(written, env);
      assert.deepEqual(structuredClone(value), { a: '${env:TEXT}' }, written);
    }
  });

  it('ends with a file that names itself, and says so once', async () => {
    const { problems } = await expand('${file:parts/itself.yaml}');
    assert.deepEqual(problems, ['is put together of more than 100 files']);
  });

  it('trims only the last line break of a file', async () => {
    assert.equal(readFileSync(fixturePath('secrets/padded.txt'), 'utf8'), '  x \n\n');
    assert.equal((await expand('<${file:secrets/padded.txt}>')).value, '<  x \n>');
  });

  it('finds a file relative to the file that names it, and to the working directory without one', async () => {
    const found = await expand('${file:secrets/token.txt}');
    assert.equal(found.value, '0123$tok${en');
    const root: Parameters<typeof expandReferences>[0] = {
      kind: 'scalar',
      value: '${file:secrets/token.txt}',
    };
    const expanded = await expandReferences(root, {});
    assert.deepEqual(
      expanded.findings.map(({ message }) => message),
      ['${file:secrets/token.txt}: no such file'],
    );
  });

  it('warns of a variable that is not set, and takes it as empty', async () => {
    assert.deepEqual(await expand('<${env:UNSET}>'), {
      value: '<>',
      problems: [],
      warnings: ['references unset environment variable "UNSET"; it counts as empty'],
    });
    assert.equal((await expand('${UNSET}')).value, null);
  });

  it('does not warn of a default that is not needed', async () => {
    assert.deepEqual((await expand('${env:TEXT:-${env:UNSET}}')).warnings, []);
  });

  it('does not name what may be a piece of a password', async () => {
    const { warnings } = await expand('pass${word}');
    assert.deepEqual(warnings, ['references unset environment variable; it counts as empty']);
  });

  it('never expands a key', async () => {
    const { tree } = readYamlFile(new SourceFile('x.yaml', '"${env:TEXT}": 1'));
    const expanded = await expandReferences(tree!, ENV);
    assert.deepEqual(expanded.tree.kind === 'map' && [...expanded.tree.entries.keys()], ['${env:TEXT}']);
  });
});
