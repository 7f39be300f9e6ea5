// `npm run reference`: writes REFERENCE.md from the components' schemas and the catalogues of metrics. A test fails when
// the file is not what this would write.
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { renderReference } from './render.ts';

const FILE = new URL('../REFERENCE.md', import.meta.url);

export async function generateReference(): Promise<string> {
  const options = { parser: 'markdown', printWidth: 110, singleQuote: true };
  return format(renderReference(), options);
}

export async function readReference(): Promise<string> {
  return readFile(FILE, 'utf8');
}

if (import.meta.main) await writeFile(FILE, await generateReference());
