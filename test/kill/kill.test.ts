// A short run of what kill.long.ts does at length: kill -9, and nothing lost, doubled or out of order.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { atPoint, beforeTheAnswer, describeDeaths } from './crash-points.ts';
import { killAtRandom } from './random-kills.ts';

describeDeaths([
  atPoint('receiver.before-answer', 7),
  atPoint('receiver.answered', 7),
  atPoint('processor.decided', 3),
  atPoint('outbox.before-commit', 3),
  atPoint('outbox.committed', 3),
  atPoint('delivery.before-attempt', 2),
  atPoint('delivery.attempted', 2),
  atPoint('delivery.settled', 2),
  beforeTheAnswer(2, true),
]);

it('keeps every promise through eight kills at random', { timeout: 120_000 }, async () => {
  const { broken } = await killAtRandom(1, 8);
  assert.deepEqual(broken, []);
});
