// Golden files of a destination that is not sent JSON: of each incident case the documents that a test makes of what goes
// out. Generated once (GOLDEN=write) and then read; a change of one must be read again. See golden.ts.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { format } from 'prettier';
import type { Transition } from '../../bridge/transition/transition.ts';
import { INCIDENT_CASES } from './incident-cases.ts';

const FOLDER = new URL('../fixtures/destinations/', import.meta.url);

export function testGoldenDocuments(
  name: string,
  documentsOf: (transition: Transition) => Promise<readonly object[]> | readonly object[],
): void {
  const cases = [...INCIDENT_CASES];
  const files = {
    'openings.json': cases.filter(([caseName]) => caseName.includes('-opened')),
    'changes.json': cases.filter(([caseName]) => !caseName.includes('-opened')),
  };
  for (const [file, itsCases] of Object.entries(files)) {
    it(`sends what ${file} holds, byte for byte`, async () => {
      const path = new URL(`${name}/${file}`, FOLDER);
      const documents: object[] = [];
      for (const [caseName, transition] of itsCases) {
        for (const document of await documentsOf(transition)) documents.push({ case: caseName, ...document });
      }
      if (process.env.GOLDEN === 'write') {
        await mkdir(new URL('.', path), { recursive: true });
        await writeFile(path, await format(JSON.stringify(documents), { parser: 'json', printWidth: 110 }));
      }
      assert.deepEqual(documents, JSON.parse(await readFile(path, 'utf8')));
    });
  }
}
