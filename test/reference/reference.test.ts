import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generateReference, readReference } from '../../reference/generate.ts';

describe('REFERENCE.md', () => {
  it('says what the schemas and catalogues say; `npm run reference` renews it', async () => {
    assert.equal(await readReference(), await generateReference());
  });
});
