// One case through both: ours in this process, theirs as `otelcol validate` and `otelcol print-config`.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseDuration } from '../../../collector/config/duration.ts';
import { loadConfig } from '../../../collector/config/load.ts';
import { programPath } from '../programs.ts';
import type { GrammarCase } from './grammar-case.ts';
import { shapedLikeTheirs } from './shapes.ts';

export interface Reading {
  readonly isAccepted: boolean;
  /** What was said of it. */
  readonly said: string;
  /** What the value that the case asks for came to. */
  readonly shown?: unknown;
}

const WITHIN_MS = 30_000;
const run = promisify(execFile);

export async function readBoth(
  each: GrammarCase,
  folder: string,
): Promise<{ ours: Reading; theirs: Reading }> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(each.beside ?? {})) await writeFile(join(folder, name), text);
  const paths = await Promise.all(
    each.files.map(async (text, index) => {
      const path = join(folder, `${index}.yaml`);
      await writeFile(path, text.replaceAll('PATH/', `${folder}/`));
      return path;
    }),
  );
  return { ours: await readOurs(each, paths), theirs: await readTheirs(each, paths) };
}

async function readOurs(
  { set = [], env = {}, shows }: GrammarCase,
  paths: readonly string[],
): Promise<Reading> {
  const result = await loadConfig({
    sources: [
      ...paths.map((path) => ({ kind: 'file', path }) as const),
      ...set.map((assignment) => ({ kind: 'set', assignment }) as const),
    ],
    env,
    distribution: shapedLikeTheirs,
  });
  if (!result.ok) {
    const said = result.problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
    return { isAccepted: false, said };
  }
  return { isAccepted: true, said: '', ...(shows && { shown: valueAt(result.resolved, shows) }) };
}

async function readTheirs(
  { set = [], env = {}, shows }: GrammarCase,
  paths: readonly string[],
): Promise<Reading> {
  const args = [
    ...paths.map((path) => `--config=file:${path}`),
    ...set.map((assignment) => `--set=${assignment}`),
  ];
  const collector = (...command: readonly string[]) =>
    run(programPath('otelcol'), [...command, ...args], { env: { ...env }, timeout: WITHIN_MS });
  try {
    await collector('validate');
    if (shows === undefined) return { isAccepted: true, said: '' };
    const { stdout } = await collector('print-config', '--mode=unredacted', '--format=json');
    return { isAccepted: true, said: '', shown: valueAt(JSON.parse(stdout), shows) };
  } catch (error) {
    const { stderr, code } = error as { stderr: string; code: number | string };
    // Its own refusal; anything else is a fault of the test.
    if (code !== 1) throw error;
    return { isAccepted: false, said: stderr };
  }
}

/** What is written in two ways comes to one here: levels in any case, a duration in nanoseconds, an empty list as nothing. */
function valueAt(tree: unknown, path: readonly string[]): unknown {
  const value = path.reduce<unknown>(
    (node, key) => (node as Readonly<Record<string, unknown>> | undefined | null)?.[key],
    tree,
  );
  if (value === null || (Array.isArray(value) && value.length === 0)) return undefined;
  if (typeof value !== 'string') return value;
  if (/^(basic|normal|detailed)$/i.test(value)) return value.toLowerCase();
  const duration = path.at(-1) === 'timeout' ? parseDuration(value) : undefined;
  return duration === undefined ? value : duration.ms * 1e6;
}
