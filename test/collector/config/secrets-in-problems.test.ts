// Whatever way a secret is written wrong, nothing that is printed holds it.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadConfig } from '../../../collector/config/load.ts';
import { renderProblems } from '../../../collector/config/render-problem.ts';
import { fixturePath } from '../../support/config-mistakes.ts';
import { testDistribution } from '../../support/test-distribution.ts';

describe('secrets in problems', () => {
  const secret = 'open-sesame';
  const env = { SECRET: secret, MAP: `{a: ${secret}}`, LIST: `[${secret}]` };
  const forms = [
    secret,
    '${env:SECRET}',
    'x${env:SECRET}',
    '${env:MAP}',
    '${env:LIST}',
    `{ a: ${secret} }`,
    `[${secret}]`,
    `"${secret}`,
    `&a ${secret}`,
    `!${secret}`,
    `*${secret}`,
    `@${secret}`,
    `a: ${secret}`,
    `\${${secret}}`,
    `\${env:1:-${secret}}`,
    `\${env:X:-${secret}`,
  ];
  const places = [
    ['extensions', 'bearertokenauth', 'token'],
    ['extensions', 'bearertokenauth', 'tokn'],
    ['extensions', 'bearertokenath', 'token'],
    ['extension', 'bearertokenauth', 'token'],
    ['exporters', 'webhook', 'headers'],
    ['exporters', 'webhook', 'headers', 'X-Key'],
    ['exporters', 'webhook', 'signing_secrets'],
    ['exporters', 'webhook', 'auth'],
    ['receivers', 'webrtcvideo', 'agent_id_key'],
  ];
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const place of places) {
    it(`at ${place.join('::')}`, async () => {
      for (const [index, form] of forms.entries()) {
        const lines = place.map((key, depth) => `${'  '.repeat(depth)}${key}:`);
        // The receiver's mistake makes sure that there is a problem whatever the form is.
        const text = `${lines.join('\n')} ${form}\nreceivers:\n  webrtcvideo: { pth: 1 }\n`;
        const path = join(folder, `${place.join('-')}-${index}.yaml`);
        await writeFile(path, text);
        const result = await loadConfig({
          sources: [
            { kind: 'file', path: fixturePath('valid.yaml') },
            { kind: 'file', path },
          ],
          env,
          distribution: testDistribution,
        });
        assert.ok(!result.ok, form);
        const shown = renderProblems([...result.problems, ...result.warnings]);
        assert.doesNotMatch(shown, /sesame/, form);
      }
    });
  }
});
