import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventNowMs, withEventAt } from '../../../../processor/degradation/fleet/event-clock.ts';

describe('the clock of the fleet', () => {
  it('shows the wall clock before anything was seen', () => {
    assert.equal(eventNowMs(undefined, 1_000), 1_000);
  });

  it('lags as far as the sessions do, and goes on by itself', () => {
    const clock = withEventAt(undefined, 400, 1_000);
    assert.equal(eventNowMs(clock, 1_000), 400);
    assert.equal(eventNowMs(clock, 1_250), 650);
  });

  it('is not put back by an older opening', () => {
    const clock = withEventAt(withEventAt(undefined, 900, 1_000), 100, 1_000);
    assert.equal(eventNowMs(clock, 1_000), 900);
  });

  it('never runs ahead of the wall clock, be a session fast or the wall clock put back', () => {
    const clock = withEventAt(undefined, 31_000, 1_000);
    assert.equal(eventNowMs(clock, 1_000), 1_000);
    assert.equal(eventNowMs(clock, 500), 500);
  });
});
