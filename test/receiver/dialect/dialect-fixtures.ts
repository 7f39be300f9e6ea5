// The fixtures of the dialects: in a folder for each, bodies as the tools write them, beside them what is to be had from
// them and with what else the decoder was told.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { DialectContext, DialectOutput } from '../../../receiver/dialect/dialect.ts';

const FOLDER = new URL('../../fixtures/dialects/', import.meta.url);

export interface DialectFixture {
  readonly dialect: string;
  readonly name: string;
  readonly body: unknown;
  readonly expected: DialectOutput & { readonly context: DialectContext };
}

export function hasFolder(dialect: string): boolean {
  return existsSync(new URL(`${dialect}/`, FOLDER));
}

/** Those of one dialect whose body is a JSON file; none when it has no folder. */
export function fixturesOf(dialect: string): readonly DialectFixture[] {
  const folder = new URL(`${dialect}/`, FOLDER);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.expected.json'));
  return names.flatMap((expectedName) => {
    const name = expectedName.slice(0, -'.expected.json'.length);
    const body = new URL(`${name}.json`, folder);
    if (!existsSync(body)) return [];
    const expected = read(new URL(expectedName, folder)) as DialectFixture['expected'];
    return [{ dialect, name, body: read(body), expected }];
  });
}

function read(url: URL): unknown {
  return JSON.parse(readFileSync(url, 'utf8'));
}
