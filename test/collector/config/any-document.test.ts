import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { loadConfig } from '../../../collector/config/load.ts';
import { renderProblems } from '../../../collector/config/render-problem.ts';
import { fixturePath } from '../../support/config-mistakes.ts';
import { testDistribution } from '../../support/test-distribution.ts';

describe('any document', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-'));
  });
  after(() => rm(folder, { recursive: true }));

  const word = fc.constantFrom(
    'receivers',
    'exporters',
    'service',
    'pipelines',
    'extensions',
    'telemetry',
    'webrtcvideo',
    'webhook',
    'queue/a',
    'logs',
    'metrics',
    'processors',
    'degradation',
    'headers',
    'auth',
    'authenticator',
    'token',
    'bearertokenauth',
    'endpoint',
    '__proto__',
    'constructor',
    'toString',
    '<<',
    'a::b',
    '${env:A}',
    '$${',
    '${',
    '${file:/}',
    '*a',
    '&b',
    '',
  );
  const key = fc.oneof(word, fc.string());
  const leaf = fc.oneof(word, fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
    ),
  }));
  const text = fc.oneof(
    tree.map((value) => stringify(value)),
    tree.map((value) => JSON.stringify(value)),
    fc.string({ unit: fc.oneof(fc.constantFrom(...':-{}[]#&*!|>\'"%@`$\n\t ,ab0'), fc.string()) }),
  );
  const section = fc.record(
    { receivers: tree, exporters: tree, service: fc.oneof(tree, fc.record({ pipelines: tree })) },
    { requiredKeys: [] },
  );

  it('is a configuration or a list of problems, and never a fault', async () => {
    const path = join(folder, 'any.yaml');
    const check = async (content: string) => {
      await writeFile(path, content);
      const result = await loadConfig({
        sources: [
          { kind: 'file', path: fixturePath('valid.yaml') },
          { kind: 'file', path },
          { kind: 'set', assignment: content },
        ],
        env: { A: content.replaceAll('\0', '') },
        distribution: testDistribution,
      });
      if (!result.ok) assert.ok(result.problems.length > 0);
      const known = result.ok ? result.warnings : [...result.problems, ...result.warnings];
      for (const { position } of known)
        assert.ok(position === undefined || (position.line >= 1 && position.column >= 1));
      renderProblems(known);
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    };
    await fc.assert(fc.asyncProperty(text, check), { numRuns: 150 });
    await fc.assert(
      fc.asyncProperty(
        section.map((value) => stringify(value)),
        check,
      ),
      { numRuns: 150 },
    );
  });
});
