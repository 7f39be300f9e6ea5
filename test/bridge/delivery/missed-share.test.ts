import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MissedShare } from '../../../bridge/delivery/missed-share.ts';

const NOW_MS = Date.UTC(2026, 0, 1, 12);
const MINUTE_MS = 60_000;

describe('the share of transitions that missed the SLA', () => {
  it('is absent when there were none, and not zero', () => {
    assert.equal(new MissedShare().share(0, NOW_MS), undefined);
  });

  it('is that of what was settled and of what is overdue now', () => {
    const share = new MissedShare();
    for (const isMissed of [true, false, false, false]) share.settled(isMissed, NOW_MS);
    assert.equal(share.share(0, NOW_MS), 0.25);
    assert.equal(share.share(1, NOW_MS), 0.4);
    assert.equal(new MissedShare().share(3, NOW_MS), 1);
  });

  it('is that of the last hour', () => {
    const share = new MissedShare();
    share.settled(true, NOW_MS);
    share.settled(false, NOW_MS + 30 * MINUTE_MS);
    assert.equal(share.share(0, NOW_MS + 59 * MINUTE_MS), 0.5);
    assert.equal(share.share(0, NOW_MS + 60 * MINUTE_MS), 0);
    assert.equal(share.share(0, NOW_MS + 90 * MINUTE_MS), undefined);
  });

  it('counts anew in a minute whose place was another one’s an hour ago', () => {
    const share = new MissedShare();
    share.settled(true, NOW_MS);
    share.settled(false, NOW_MS + 60 * MINUTE_MS);
    assert.equal(share.share(0, NOW_MS + 60 * MINUTE_MS), 0);
  });
});
