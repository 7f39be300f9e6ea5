// The browser client's source, as the receiver serves it: the built file in the package; in development the TypeScript
// file itself with its types stripped. It is one file without imports, so a page can load it as it is.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';

export interface ClientModule {
  /** An ES module. */
  readonly source: string;
  /** A strong entity tag, in its quotes. */
  readonly etag: string;
}

/** Sources lie beside sources, and what was built beside what was built: only the ending differs. */
const isBuilt = !import.meta.url.endsWith('.ts');
const FILE = new URL(`../../client/client.${isBuilt ? 'js' : 'ts'}`, import.meta.url);

/** Rejects when the file is not there. */
export async function readClientModule(): Promise<ClientModule> {
  const text = await readFile(FILE, 'utf8');
  const source = isBuilt ? text : stripTypeScriptTypes(text, { mode: 'strip' });
  const digest = createHash('sha256').update(source, 'utf8').digest('base64url');
  return { source, etag: `"${digest.slice(0, 22)}"` };
}
