// Which build this is, from the package's own package.json, in the sources as well as in `dist`.
import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { z } from 'zod';

const packageSchema = z.object({ name: z.string(), version: z.string(), description: z.string() });

export interface BuildInfo {
  readonly command: string;
  readonly description: string;
  readonly version: string;
}

export async function readBuildInfo(): Promise<BuildInfo> {
  const path = findPackageJSON('..', import.meta.url);
  if (path === undefined) throw new Error('the package.json of this program is missing');
  const { name, description, version } = packageSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  return { command: name, description, version };
}
