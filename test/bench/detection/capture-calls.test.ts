import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capturedCalls } from '../../../bench/detection/capture-calls.ts';
import { LABELS } from '../../../bench/detection/capture-labels.ts';

describe('captured calls', () => {
  const { calls, absent } = capturedCalls();

  it('are labelled by names that exist, within their length, with a reason', () => {
    for (const [name, labels] of Object.entries(LABELS)) {
      if (absent.some((dump) => name.startsWith(dump))) continue;
      const call = calls.find((one) => one.name === name);
      assert.ok(call !== undefined, `no capture ${name}`);
      const lengthS = (call.endMs - call.startMs) / 1_000;
      for (const { fromS, toS, because } of labels)
        assert.ok(fromS < toS && toS <= lengthS + 1 && because !== '', name);
    }
  });

  it('have an incident where the recorder broke the picture for half a minute', () => {
    const broken = calls.filter(({ troubles }) => troubles.some(({ weight }) => weight === 'incident'));
    assert.deepEqual(
      broken.map(({ name }) => name),
      ['netns-both-1', 'netns-both-2', 'relay-full-1', 'relay-full-2'],
    );
  });
});
