// The stack tests are no part of `npm test`, which needs no Go: this says so, and sees that their command finds them.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { leftOut, NAMED_PROGRAMS, PROGRAMS } from './programs.ts';
import { STACK_TESTS } from './stack-tests.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

describe('the tests against the real programs', () => {
  it('are left out here, and all run by npm run test:stack', (context) => {
    const missing = leftOut();
    const found =
      missing.length === 0 ? 'all programs are here' : `not installed here: ${missing.join(', ')}`;
    context.diagnostic(`stack tests were left out (${found}); run them with: npm run test:stack`);
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    assert.match(scripts['test:stack'] ?? '', / test\/stack\/run\.ts$/);
    assert.deepEqual(globSync(STACK_TESTS, { cwd: ROOT }).toSorted(), [
      'test/stack/config-grammar.stack.ts',
      'test/stack/dashboards.stack.ts',
      'test/stack/otlp-logs.stack.ts',
      'test/stack/otlp.stack.ts',
      'test/stack/own-telemetry.stack.ts',
      'test/stack/prometheus.stack.ts',
      'test/stack/rules.stack.ts',
      'test/stack/screenshots.stack.ts',
    ]);
  });

  it('run against programs that are installed by the names they are looked for', () => {
    const script = readFileSync(`${ROOT}test/stack/install`, 'utf8');
    const provided = [...script.matchAll(/^provide (\w+) /gm)].map(([, name]) => name);
    assert.deepEqual(provided, PROGRAMS);
    const named = [...script.matchAll(/^ +(\w+)\) provide (\w+) /gm)].map(([, ...names]) => names);
    assert.deepEqual(
      named,
      NAMED_PROGRAMS.map((name) => [name, name]),
    );
  });
});
