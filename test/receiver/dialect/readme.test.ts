// The page on dialects says what is true: its table has every dialect, and its example is taken without a refusal.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { getstats } from '../../../receiver/dialect/getstats.ts';
import { CAPTURE_DIALECTS, LIVE_DIALECTS } from '../../../receiver/dialect/registry.ts';

const PAGE = readFileSync(new URL('../../../receiver/dialect/README.md', import.meta.url), 'utf8');

describe('the page on dialects', () => {
  it('has each in its table', () => {
    const named = [...PAGE.matchAll(/^\| `([a-z-]+)` /gm)].map(([, name]) => name);
    assert.deepEqual(named.sort(), [...LIVE_DIALECTS, ...CAPTURE_DIALECTS].map(({ name }) => name).sort());
  });

  it('shows an envelope of which everything is taken', () => {
    const [, example] = /```json\n(.*?)```/s.exec(PAGE) ?? [];
    const body: unknown = JSON.parse(example ?? '');
    assert.equal(getstats.recognises(body), true);
    const { records, refusals } = getstats.decode(body, { receivedAtMs: 1_795_358_410_200 });
    assert.deepEqual(
      records.map(({ kind, sessionId }) => [kind, sessionId]),
      [
        ['event', 'session-1'],
        ['reading', 'session-1'],
      ],
    );
    assert.deepEqual(refusals, []);
  });
});
