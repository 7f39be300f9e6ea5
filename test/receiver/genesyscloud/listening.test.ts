import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Listening } from '../../../receiver/genesyscloud/listening.ts';

describe('listening', () => {
  it('stands still while nothing is heard, and goes on from where it stopped', () => {
    const listening = new Listening(0);
    assert.equal(listening.listenedMs(1_000), 0);
    listening.begin(1_000);
    listening.hear(5_000);
    assert.equal(listening.listenedMs(9_000), 8_000);
    // What was last heard counts, and not when we noticed that it was the last.
    listening.fail();
    assert.equal(listening.listenedMs(60_000), 4_000);
    listening.begin(60_000);
    assert.equal(listening.listenedMs(61_000), 5_000);
  });

  it('knows each gap, from when something was last heard', () => {
    const listening = new Listening(0);
    assert.equal(listening.begin(200), 0);
    listening.hear(5_000);
    listening.fail();
    listening.fail();
    assert.equal(listening.isListening, false);
    assert.equal(listening.begin(30_000), 25_000);
    assert.equal(listening.isListening, true);
    assert.equal(listening.begin(35_000), 0);
  });

  it('takes a platform that is not there at the beginning for a gap, too', () => {
    const listening = new Listening(0);
    listening.fail();
    assert.equal(listening.begin(40_000), 40_000);
  });
});
