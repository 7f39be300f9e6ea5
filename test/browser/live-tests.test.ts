// The live tests are no part of `npm test`, which needs no browser: this says so, and sees that their command finds them.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { hasChromium } from '../support/chromium.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

describe('the live tests in Chromium', () => {
  it('are left out here, and all run by npm run test:browser', (context) => {
    const found = hasChromium() ? 'Chromium is here' : 'Chromium is not installed here';
    context.diagnostic(`live browser tests were left out (${found}); run them with: npm run test:browser`);
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    const [, pattern = ''] = /'([^']+)'/.exec(scripts['test:browser'] ?? '') ?? [];
    assert.deepEqual(globSync(pattern, { cwd: ROOT }).toSorted(), [
      'test/browser/client.browser.ts',
      'test/browser/libraries.browser.ts',
      'test/browser/readme-page.browser.ts',
    ]);
  });
});
