// Runs a table of configuration files, each named after the mistake in it, and compares every problem in full.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it } from 'node:test';
import type { Distribution } from '../../collector/component.ts';
import { loadConfig, type LoadResult } from '../../collector/config/load.ts';
import type { ConfigProblem } from '../../collector/config/model.ts';
import { testDistribution } from './test-distribution.ts';

/** Where it stands (`line:column`, or the file's name too when it's not the mistaken one), path, message, hint. */
export type ExpectedProblem = readonly [at: string, path: string, message: string, hint?: string];

export interface Mistake {
  readonly title: string;
  /** A file of test/fixtures/config, without `.yaml`. It is merged over `valid.yaml` unless it stands alone. */
  readonly file: string;
  readonly standsAlone?: true;
  readonly env?: Readonly<Record<string, string>>;
  readonly problems: readonly ExpectedProblem[];
}

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/config/${name}`, import.meta.url));
}

/** Loads fixtures by name, merged in order, with `--set` overrides after them. */
export function loadFixtures(
  names: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly set?: readonly string[];
    readonly distribution?: Distribution;
  } = {},
): Promise<LoadResult> {
  const files = names.map((name) => ({ kind: 'file', path: fixturePath(name) }) as const);
  const overrides = (options.set ?? []).map((assignment) => ({ kind: 'set', assignment }) as const);
  return loadConfig({
    sources: [...files, ...overrides],
    env: options.env ?? {},
    distribution: options.distribution ?? testDistribution,
  });
}

/** The components of the files are those of `distribution`. */
export function testMistakes(mistakes: readonly Mistake[], distribution = testDistribution): void {
  for (const { title, file, standsAlone, env, problems } of mistakes) {
    it(title, async () => {
      const names = [...(standsAlone ? [] : ['valid.yaml']), `${file}.yaml`];
      const result = await loadFixtures(names, { distribution, ...(env && { env }) });
      assert.deepEqual(
        result.ok ? [] : result.problems.map((problem) => summarise(problem, `${file}.yaml`)),
        problems,
      );
    });
  }
}

function summarise({ position, path, message, hint }: ConfigProblem, expectedFile: string): ExpectedProblem {
  const name = position && basename(position.file);
  const place = position && `${position.line}:${position.column}`;
  const at = place === undefined ? '' : name === expectedFile ? place : `${name}:${place}`;
  return hint === undefined ? [at, path, message] : [at, path, message, hint];
}
