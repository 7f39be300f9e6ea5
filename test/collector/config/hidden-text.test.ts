import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { documentShape } from '../../../collector/config/document-shape.ts';
import { ShownText } from '../../../collector/config/hidden-text.ts';
import { readYamlFile } from '../../../collector/config/read-yaml.ts';
import { SourceFile } from '../../../collector/config/source-file.ts';
import { testDistribution } from '../../support/test-distribution.ts';

/** The last line of a text, as it would stand beside a problem. */
function lastLine(...lines: string[]): string {
  const text = lines.join('\n');
  const source = new SourceFile('x.yaml', text);
  const shown = new ShownText(source, readYamlFile(source).tree, documentShape(testDistribution));
  const start = text.lastIndexOf('\n') + 1;
  return shown.positionOf({ source, start, end: start }).text.trim();
}

const webhook = ['exporters:', '  webhook:'];
const bearer = ['extensions:', '  bearertokenauth:'];

describe('the line beside a problem', () => {
  const rows: [title: string, lines: string[], shown: string][] = [
    ['a value that is no secret', [...webhook, '    timeout: 10x'], 'timeout: 10x'],
    ['a comment after it', [...webhook, '    timeout: 10x # why'], 'timeout: 10x # why'],
    ['a secret', [...bearer, '    token: sesame'], 'token: [REDACTED]'],
    [
      'a secret in quotes, and the rest of its line',
      [...bearer, '    token: "a # b" # c'],
      'token: [REDACTED]',
    ],
    ['a secret with an anchor', [...bearer, '    token: &t sesame'], 'token: &[REDACTED]'],
    ['a further line of a secret', [...bearer, '    token: |', '      sesame'], '[REDACTED]'],
    ['a header', [...webhook, '    headers:', '      X-Key: sesame'], 'X-Key: [REDACTED]'],
    ['an entry of a list of secrets', [...webhook, '    signing_secrets:', '      - sesame'], '- [REDACTED]'],
    [
      'a secret in a flow map',
      ['extensions:', '  bearertokenauth: {scheme: x, token: sesame}'],
      'bearertokenauth: {scheme: x, token: [REDACTED]',
    ],
    ['a value under an unknown key', [...bearer, '    tokn: sesame'], 'tokn: [REDACTED]'],
    ['a value under an unknown type', ['extensions:', '  bearer: {token: sesame}'], 'bearer: [REDACTED]'],
    [
      'a value under an unknown section',
      ['extension: {bearertokenauth: {token: sesame}}'],
      'extension: [REDACTED]',
    ],
    ['text where a map belongs', [...webhook, '    auth: sesame'], 'auth: [REDACTED]'],
    ['a map where a secret belongs', [...bearer, '    token: {sesame: open}'], 'token: [REDACTED]'],
    [
      'an id with a name is of its type',
      ['extensions:', '  "bearertokenauth / a":', '    token: sesame'],
      'token: [REDACTED]',
    ],
    [
      'a flattened key is looked through',
      ['extensions::bearertokenauth::token: sesame'],
      'extensions::bearertokenauth::token: [REDACTED]',
    ],
    ['what the parser did not recognise', [...bearer, '    scheme: "a" sesame'], 'scheme: "a" [REDACTED]'],
    [
      'a secret that an alias repeats',
      ['extensions:', '  bearertokenauth/b: {token: *t}', '  bearertokenauth/a: {token: &t sesame}'],
      'bearertokenauth/a: {token: &[REDACTED]',
    ],
    [
      'the ids in service',
      ['service:', '  extensions: [bearertokenauth, x]'],
      'extensions: [bearertokenauth, x]',
    ],
  ];
  for (const [title, lines, shown] of rows) {
    it(title, () => assert.equal(lastLine(...lines), shown));
  }

  it('leaves out the carriage return of a line', () => {
    const source = new SourceFile('x.yaml', 'receivers:\r\nservice:\r\n');
    const shown = new ShownText(source, readYamlFile(source).tree, documentShape(testDistribution));
    assert.equal(shown.positionOf({ source, start: 12, end: 13 }).text, 'service:');
  });

  it('hides where an alias leads to, when it leads from a secret', () => {
    const text = [
      'processors:',
      '  degradation:',
      '    environment: &t',
      '      sesame',
      'extensions: {bearertokenauth: {token: *t}}',
    ].join('\n');
    const source = new SourceFile('x.yaml', text);
    const shown = new ShownText(source, readYamlFile(source).tree, documentShape(testDistribution));
    const start = text.indexOf('      sesame');
    assert.doesNotMatch(shown.positionOf({ source, start, end: start }).text, /sesame/);
  });
});
