import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generateAll, readAll } from '../../dashboards/generate.ts';

describe('dashboards/generated', () => {
  it('is what the catalogues give; `npm run dashboards` renews it', async () => {
    const [generated, committed] = await Promise.all([generateAll(), readAll()]);
    assert.deepEqual([...committed.keys()].toSorted(), [...generated.keys()].toSorted());
    for (const [path, text] of generated) assert.equal(committed.get(path), text, path);
  });

  it('is the same each time', async () => {
    assert.deepEqual(await generateAll(), await generateAll());
  });
});
